"""Stateless scopes that start from the values of the scope around them."""

import keras

# The one private import of Keras: there is no public way to ask which scope
# is open. `tests/backend/test_private_imports.py` guards it.
from keras.src.backend.common.stateless_scope import get_stateless_scope


class InheritingScope(keras.StatelessScope):
    """A stateless scope that reads variables as the scope around it does.

    Keras' scopes do not inherit: a variable that is not in the mapping of
    the innermost scope is read from its stored value, which on JAX during
    `fit` is stale or purged. This one also remembers which variables were
    assigned inside.

    Args:
        state_mapping: Pairs of variables and the tensors that stand for
            them inside.
    """

    def __init__(self, state_mapping=()):
        super().__init__(state_mapping)
        outer = get_stateless_scope()
        if outer is not None:
            self.state_mapping = {**outer.state_mapping, **self.state_mapping}
        self.assigned = {}

    def add_update(self, update):
        super().add_update(update)
        variable, _ = update
        self.assigned[id(variable)] = variable


def frozen_state(values=()):
    """A context in which variables are read as usual and never changed.

    Args:
        values: Pairs of variables and tensors to read in their place.
    """
    return InheritingScope(values)


def current_values(scope):
    """Returns what the variables that a scope has assigned are now."""
    return [scope.get_current_value(v) for v in scope.assigned.values()]


def assign_all(variables, values):
    """Assigns values to the variables of a dict, in its order."""
    for variable, value in zip(variables.values(), values):
        variable.assign(value)

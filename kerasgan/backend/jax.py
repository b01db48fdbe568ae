"""The seam on JAX: pure functions around stateful Keras code."""

import contextlib
import os

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasgan.backend.interrupts import INTERRUPTS
from kerasgan.backend.jax_compilation import give_back_memory
from kerasgan.backend.jax_compilation import step_options
from kerasgan.backend.jax_distribution import Replicas
from kerasgan.backend.jax_distribution import spread
from kerasgan.backend.jax_networks import differentiated_twice
from kerasgan.backend.minibatches import Foreseen
from kerasgan.backend.minibatches import play_in_parts
from kerasgan.backend.minibatches import rows_of
from kerasgan.backend.scope import InheritingScope
from kerasgan.backend.survival import Survival

_STATE = (
    "trainable_variables",
    "non_trainable_variables",
    "optimizer_variables",
    "metrics_variables",
)


_TEST_STATE = (
    "trainable_variables",
    "non_trainable_variables",
    "metrics_variables",
)


class Trainer(Survival, Replicas):
    """Supplies Keras' steps from `training_step` and `testing_step`.

    Keras hands the JAX trainer its state as four lists of arrays and expects
    them back. One scope over all of them lets the same imperative body run
    here as on the other backends.
    """

    fixed_compile_arguments = {}
    _foreseen = None
    _kept = None

    def make_train_function(self, force=False):
        give_back_memory()
        is_compiled = self.jit_compile and not self.run_eagerly
        if not (is_compiled and step_options()):
            super().make_train_function(force)
        elif self.train_function is None or force:
            # As Keras compiles it, which has no place for options.
            shardings = None
            if keras.distribution.distribution() is not None:
                shardings = None, self._get_state_sharding_spec()
            step = jax.jit(
                self.train_step,
                donate_argnums=0,
                out_shardings=shardings,
                compiler_options=step_options(),
            )
            self.train_function = self._make_function(step)

    def train_step(self, state, data):
        return self._stateless_step(
            self.training_step,
            (
                self.trainable_variables,
                self.non_trainable_variables,
                self.optimizer.variables,
                self.metrics_variables,
            ),
            state,
            data,
        )

    def test_step(self, state, data):
        return self._stateless_step(
            self.testing_step,
            (
                self.trainable_variables,
                self.non_trainable_variables,
                self.metrics_variables,
            ),
            state,
            data,
        )

    def recover(self):
        self.jax_state_sync()

    def forget_steps(self):
        self._remember(_kept=None, _jax_state=None)

    def _remember(self, **attributes):
        # Past Keras, which would look for variables in them.
        self.__dict__.update(attributes)

    def _hold(self, state):
        """Lets Keras know the state, for whenever it has to be put back."""
        names = _STATE if len(state) != 3 else _TEST_STATE
        self._remember(
            _jax_state=dict(zip(names, state)), _jax_state_synced=False
        )

    def _get_jax_state(self, purge_model_variables=False, **groups):
        # Known before the variables lose their values.
        self._share_no_values()
        state = super()._get_jax_state(**groups)
        self._hold(state)
        if purge_model_variables:
            self._purge_model_variables(**groups)
        return state

    def _share_no_values(self):
        """Gives each variable an array of its own, which a step may consume.

        `variable.assign(other)` shares it, as Keras' optimizers do that put
        their averages in the place of the weights.
        """
        seen = set()
        for variable in [
            *self.trainable_variables,
            *self.non_trainable_variables,
            *self.metrics_variables,
            *(self.optimizer.variables if self.compiled else ()),
        ]:
            array = variable.value
            if id(array) in seen:
                variable.assign(jnp.copy(array))
            seen.add(id(array))

    def _make_function(self, step_function, concatenate_outputs=False):
        def whole_step(before, data):
            self._hold(before)
            with INTERRUPTS.whole(lambda: _is_consumed(before)):
                try:
                    outputs, after = step_function(before, data)
                    if self._kept is not None:
                        # Errors of the device show when it is done.
                        jax.block_until_ready(after)
                except BaseException as error:
                    if _is_consumed(before):
                        self._hold_kept(error)
                    raise
                finally:
                    self._remember(_kept=None)
                self._hold(after)
            return outputs, after

        return super()._make_function(whole_step, concatenate_outputs)

    def _hold_kept(self, error):
        """Puts what was kept in the place of what the step has used up."""
        if self._kept is not None:
            self._hold(self._kept)
            return
        self._remember(_jax_state=None)
        error.add_note(
            "The device failed in the middle of a step, to which the weights "
            "had been given: they are lost. Load the model again."
        )

    def _keep_state(self):
        """Keeps what a step begins with, where it is traced.

        What a device cannot do, such as to find the memory, it finds out in
        the first run of what was compiled, to which the state was given away.
        """
        self._remember(
            _kept=tuple(
                [np.array(value) for value in group]
                for group in self._jax_state.values()
            )
        )

    def train_in_minibatches(self, args, prepare):
        """Plays the next batch in minibatches, each with a step chosen anew.

        Args:
            args: What Keras calls a model's `train_function` with.
            prepare: Function that returns the compiled step to play next; the
                size of its minibatch or `None` for all that is left; and a
                function from how many images it is played with to pairs of
                an integer variable and the value that the step leaves there.
                It is called with two functions: one that reads an integer
                variable during training, and one that gives a variable
                another value.

        Returns:
            What Keras expects from a model's `train_function`.
        """
        state, iterator = args
        self._foreseen = self._foreseen or Foreseen()
        # The model itself holds no values between the steps of an epoch.
        places = {}
        for group, variables in (
            (1, self.non_trainable_variables),
            (2, self.optimizer.variables),
        ):
            places |= {id(v): (group, i) for i, v in enumerate(variables)}

        def array_of(variable):
            group, i = places[id(variable)]
            return state[group][i]

        def read(variable):
            return self._foreseen.read(variable, array_of(variable))

        def write(variable, value):
            group, i = places[id(variable)]
            before = state[group][i]
            value = jnp.asarray(value, variable.dtype)
            # Whether an array is bound to its device is part of what a step
            # is compiled for.
            if before.committed:
                value = jax.device_put(value, before.sharding)
            state[group][i] = value

        def choose():
            step, size, foresee = prepare(read, write)

            def play(minibatch):
                nonlocal state
                logs, state = step(state, iter([spread(minibatch)]))
                if self.replicas == 1:
                    for variable, value in foresee(rows_of(minibatch)):
                        self._foreseen.note(variable, value, array_of(variable))
                return logs

            return play, size

        def go_on():
            # However it is cut, a batch is one step of `fit`.
            group, i = places[id(self.steps_seen.low)]
            state[group][i] = state[group][i] - 1
            self._hold(state)

        logs = play_in_parts(next(iterator), choose, go_on)
        return logs, state

    def _stateless_step(self, step, groups, state, data):
        if any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(state)):
            self._keep_state()
        pairs = [
            (variable, value)
            for variables, values in zip(groups, state)
            for variable, value in zip(variables, values)
        ]
        with keras.StatelessScope(pairs) as scope:
            logs = step(data)
        new_state = tuple(
            [scope.get_current_value(variable) for variable in variables]
            for variables in groups
        )
        return logs, new_state


def _is_consumed(state):
    """Whether a step has begun to which these arrays were given away."""
    return any(array.is_deleted() for array in jax.tree.leaves(state))


def vjp(fn, variables):
    """Runs `fn` and returns `(output, aux, pullback)`.

    Args:
        fn: Function of nothing that returns `(output, aux)`, with `output`
            a tensor and `aux` any structure of tensors.
        variables: Keras variables to differentiate for.

    Returns:
        `output`; `aux`; and `pullback(cotangent=None)`, which returns the
        gradients of `sum(output * cotangent)`, one a variable.
    """
    assigned = {}

    def pure(values):
        with InheritingScope(zip(variables, values)) as scope:
            output, aux = fn()
        assigned.update(scope.assigned)
        return output, (aux, _current_values(scope))

    output, pull, (aux, values) = jax.vjp(
        pure, [variable.value for variable in variables], has_aux=True
    )
    _assign_all(assigned, values)

    def pullback(cotangent=None):
        if cotangent is None:
            cotangent = jnp.ones_like(output)
        return pull(cotangent)[0]

    return output, aux, pullback


def input_gradient(fn, x, create_graph=False):
    """Returns `(value, aux, gradient)` of `fn(x) -> (value, aux)` for `x`.

    Args:
        fn: Function of a tensor that returns a scalar and any structure of
            tensors.
        x: The tensor, or structure of tensors, to differentiate for.
        create_graph: Whether the gradient itself will be differentiated.

    Returns:
        The scalar, the structure and the gradient, shaped like `x`.
    """
    assigned = {}

    def pure(x):
        with InheritingScope() as scope:
            value, aux = fn(x)
        assigned.update(scope.assigned)
        return value, (aux, _current_values(scope))

    differentiate = jax.value_and_grad(pure, has_aux=True)
    with differentiated_twice(create_graph):
        (value, (aux, values)), gradient = differentiate(x)
    _assign_all(assigned, values)
    return value, aux, gradient


def _current_values(scope):
    return [scope.get_current_value(v) for v in scope.assigned.values()]


def _assign_all(variables, values):
    for variable, value in zip(variables.values(), values):
        variable.assign(value)


def no_gradients():
    """A context for computations that nobody will differentiate."""
    return contextlib.nullcontext()


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` by `optimizer`, as `optimizer.apply` does.

    `LossScaleOptimizer.apply` assigns inside the branches of a `cond`, which
    leaks tracers here, and its stateless form takes all variables or none.
    """
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer.apply(gradients, variables)
        return
    scale = optimizer.dynamic_scale.value
    is_finite = optimizer.check_finite(gradients)
    run_if(
        is_finite,
        lambda *unscaled: optimizer.inner_optimizer.apply(
            list(unscaled), variables
        ),
        tuple(gradient / scale for gradient in gradients),
    )
    steps = optimizer.step_counter.value + 1
    is_long = steps == optimizer.dynamic_growth_steps
    goes_on = jnp.logical_and(is_finite, jnp.logical_not(is_long))
    optimizer.step_counter.assign(jnp.where(goes_on, steps, 0))
    factor = jnp.where(is_finite, jnp.where(is_long, 2.0, 1.0), 0.5)
    optimizer.dynamic_scale.assign(scale * factor)


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with.
    """
    assigned = {}

    def changed():
        with InheritingScope() as scope:
            fn(*arguments)
        assigned.update(scope.assigned)
        return _current_values(scope)

    # Both branches must return the same variables: the first trace finds
    # out which they are.
    jax.eval_shape(changed)
    values = jax.lax.cond(
        condition, changed, lambda: [v.value for v in assigned.values()]
    )
    _assign_all(assigned, values)


@contextlib.contextmanager
def compiling_lightly():
    """A context for computations that are cheaper than their compilation.

    Initial values are: XLA compiles each shape of them, which takes seconds
    for a model, and each is computed once.
    """
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


def make_deterministic():
    """Lets the same operations on the same numbers give the same bits.

    Raises:
        RuntimeError: If that takes a flag which is not set.
    """
    flag = "--xla_gpu_deterministic_ops=true"
    if jax.default_backend() == "gpu" and flag not in os.environ.get(
        "XLA_FLAGS", ""
    ):
        raise RuntimeError(
            "JAX has to be started for deterministic results on a GPU: set "
            f"XLA_FLAGS={flag} in the environment of Python. Received: "
            f"XLA_FLAGS={os.environ.get('XLA_FLAGS', '')!r}"
        )

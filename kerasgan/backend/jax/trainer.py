"""Keras' steps on JAX: pure functions around stateful code."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasgan.backend.common.interrupts import INTERRUPTS
from kerasgan.backend.common.minibatches import CounterCache
from kerasgan.backend.common.minibatches import rows_of
from kerasgan.backend.common.minibatches import train_on_minibatches
from kerasgan.backend.common.trainer import BaseTrainer
from kerasgan.backend.jax.core import trim_malloc_after_compilations
from kerasgan.backend.jax.cpu_kernels import step_options
from kerasgan.backend.jax.distribution import DistributionMixin
from kerasgan.backend.jax.distribution import shard_batch
from kerasgan.backend.jax.nn import stock_layers

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


class Trainer(BaseTrainer, DistributionMixin):
    """Supplies Keras' steps from `_training_step` and `_testing_step`.

    Keras hands the JAX trainer its state as four lists of arrays and expects
    them back. One scope over all of them lets the same imperative body run
    here as on the other backends.
    """

    _counters = None
    _kept = None

    def make_train_function(self, force=False):
        trim_malloc_after_compilations()
        is_compiled = self.jit_compile and not self.run_eagerly
        options = step_options()
        if not (is_compiled and options):
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
                compiler_options=options,
            )
            self.train_function = self._make_function(step)

    def train_step(self, state, data):
        return self._stateless_step(
            self._training_step,
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
            self._testing_step,
            (
                self.trainable_variables,
                self.non_trainable_variables,
                self.metrics_variables,
            ),
            state,
            data,
        )

    def _recover(self):
        self.jax_state_sync()

    def _forget_steps(self):
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
        """Puts the copies in the place of the arrays that the step consumed."""
        if self._kept is not None:
            self._hold(self._kept)
            return
        self._remember(_jax_state=None)
        error.add_note(
            "The device failed in the middle of a step, to which the weights "
            "had been given: they are lost. Load the model again."
        )

    def _keep_state(self):
        """Copies the variables before a step, where it is traced.

        A device fails, such as for want of memory, in the first run of the
        compiled step, to which the state was donated.
        """
        self._remember(
            _kept=tuple(
                [np.array(value) for value in group]
                for group in self._jax_state.values()
            )
        )

    def _train_in_minibatches(self, args, prepare):
        state, iterator = args
        self._counters = self._counters or CounterCache()
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
            return self._counters.read(variable, array_of(variable))

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
            step, size, counters_after = prepare(read, write)

            def train(minibatch):
                nonlocal state
                logs, state = step(state, iter([shard_batch(minibatch)]))
                if self._replicas == 1:
                    for variable, value in counters_after(rows_of(minibatch)):
                        self._counters.note(variable, value, array_of(variable))
                return logs

            return train, size

        def go_on():
            # However it is cut, a batch is one step of `fit`.
            group, i = places[id(self.steps_seen.low)]
            state[group][i] = state[group][i] - 1
            self._hold(state)

        logs = train_on_minibatches(next(iterator), choose, go_on)
        return logs, state

    def _stateless_step(self, step, groups, state, data):
        if any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(state)):
            self._keep_state()
        pairs = [
            (variable, value)
            for variables, values in zip(groups, state)
            for variable, value in zip(variables, values)
        ]
        with keras.StatelessScope(pairs) as scope, stock_layers():
            logs = step(data)
        new_state = tuple(
            [scope.get_current_value(variable) for variable in variables]
            for variables in groups
        )
        return logs, new_state


def _is_consumed(state):
    """Whether a step has begun to which these arrays were given away."""
    return any(array.is_deleted() for array in jax.tree.leaves(state))

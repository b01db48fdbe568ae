"""Keras' steps on TensorFlow, traced into graphs."""

import keras
import numpy as np
import tensorflow as tf

from kerasgan.backend.common.interrupts import INTERRUPTS
from kerasgan.backend.common.minibatches import train_on_minibatches
from kerasgan.backend.common.trainer import BaseTrainer
from kerasgan.backend.tensorflow.distribution import DistributionMixin
from kerasgan.backend.tensorflow.distribution import averageable


class Trainer(BaseTrainer, DistributionMixin):
    """Supplies Keras' steps from `_training_step` and `_testing_step`.

    Nothing in a step happens before its batch is there: where the data has
    no known length, TensorFlow asks for one batch more than there is, and
    would meanwhile compute what depends on no data.
    """

    _kept = None

    def train_step(self, data):
        self._keep_state()
        with tf.control_dependencies(_tensors_of(data)):
            logs = self._training_step(data)
            self._average_statistics()
        return averageable(logs)

    def test_step(self, data):
        self._keep_state()
        with tf.control_dependencies(_tensors_of(data)):
            return averageable(self._testing_step(data))

    def fit(self, *args, **kwargs):
        if self._replicas > 1 and self._processes == 1:
            self._keep_state()
        return super().fit(*args, **kwargs)

    def _keep_state(self):
        """Copies the variables before a step, for `recover`.

        Within a step this happens where it is traced, or each time that it
        runs eagerly: errors come up in the first run of a graph, the values
        of whose variables are read outside of it.
        """
        if tf.distribute.in_cross_replica_context() or self._replicas == 1:
            with tf.init_scope():
                # Past Keras, which would look for variables in it.
                self.__dict__["_kept"] = [
                    (variable, np.array(variable.value.numpy()))
                    for variable in [
                        *self.variables,
                        *self.optimizer.variables,
                    ]
                ]

    def _make_function(self, step_function):
        function = super()._make_function(step_function)

        def forgetful(iterator):
            outputs = function(iterator)
            self._kept = None
            INTERRUPTS.listen()
            return outputs

        return forgetful

    def _listening(self):
        # TensorFlow may abort where Python raises in what it calls, such as
        # in the making of a pipeline. Signals are heard after each step.
        return INTERRUPTS.whole()

    def _recover(self):
        for variable, value in self._kept or ():
            variable.assign(value)

    def _forget_steps(self):
        self._kept = None

    def _train_in_minibatches(self, args, prepare):
        (iterator,) = args
        if self._replicas > 1:
            step, size, _ = prepare(_read, _write)
            if size is None:
                return step(iterator)
            raise ValueError(
                "A batch that is sharded over several replicas cannot be cut "
                "into minibatches. Leave out `batch_sizes`, and give the data "
                f"set the size of its minibatches. Received: {self._replicas} "
                "replicas"
            )

        def choose():
            step, size, _ = prepare(_read, _write)
            return lambda minibatch: step(iter([minibatch])), size

        # However it is cut, a batch is one step of `fit`.
        return train_on_minibatches(
            next(iterator), choose, lambda: self.steps_seen.assign_sub(1)
        )


def _tensors_of(data):
    return [x for x in keras.tree.flatten(data) if tf.is_tensor(x)]


def _read(variable):
    return int(keras.ops.convert_to_numpy(variable))


def _write(variable, value):
    variable.assign(value)

"""Keras' steps on PyTorch, run eagerly."""

import torch

from kerasgan.backend.common.interrupts import INTERRUPTS
from kerasgan.backend.common.minibatches import CounterCache
from kerasgan.backend.common.minibatches import rows_of
from kerasgan.backend.common.minibatches import train_on_minibatches
from kerasgan.backend.common.trainer import BaseTrainer
from kerasgan.backend.torch.distribution import DistributionMixin


class Trainer(BaseTrainer, DistributionMixin):
    """Supplies Keras' steps from `_training_step` and `_testing_step`."""

    #: Where a file of another backend says otherwise: Keras has only this.
    _fixed_compile_arguments = {"steps_per_execution": 1}
    _counters = None
    _undo = None

    def train_step(self, data):
        with INTERRUPTS.whole():
            if self._undo is None:
                self._undo = _Undo([*self.variables, *self.optimizer.variables])
            self._undo.begin()
            logs = self._training_step(data)
            self._average_statistics()
            self._undo.end()
        return logs

    def test_step(self, data):
        with INTERRUPTS.whole():
            self._undo = _Undo([self._evaluation_seed_generator.state])
            self._undo.begin()
            logs = self._testing_step(data)
            self._undo = None
        return logs

    def _recover(self):
        if self._undo is not None:
            self._undo.undo()

    def _forget_steps(self):
        self._undo = None

    def _train_in_minibatches(self, args, prepare):
        ((batch,),) = args
        self._counters = self._counters or CounterCache()

        def read(variable):
            return self._counters.read(variable, *_state(variable))

        def choose():
            step, size, counters_after = prepare(read, _write)
            if size is not None and size % self._replicas:
                raise ValueError(
                    "`batch_sizes` must be divisible by the number of "
                    f"devices. Received: {size} images on {self._replicas} "
                    "devices"
                )
            size = size and size // self._replicas

            def train(minibatch):
                logs = step([minibatch])
                if self._replicas == 1:
                    for variable, value in counters_after(rows_of(minibatch)):
                        self._counters.note(variable, value, *_state(variable))
                return logs

            return train, size

        # However it is cut, a batch is one step of `fit`.
        return train_on_minibatches(
            batch, choose, lambda: self.steps_seen.assign_sub(1)
        )


class _Undo:
    """A copy of all values that a step begins with.

    Args:
        variables: List of Keras variables.
    """

    def __init__(self, variables):
        self._values = [variable.value.detach() for variable in variables]
        self._copies = [torch.empty_like(value) for value in self._values]
        self._is_open = False

    def begin(self):
        torch._foreach_copy_(self._copies, self._values)
        self._is_open = True

    def end(self):
        self._is_open = False

    def undo(self):
        if self._is_open:
            torch._foreach_copy_(self._values, self._copies)
            self._is_open = False


def _state(variable):
    tensor = variable.value
    # How often it was changed in place.
    return tensor, tensor._version


def _write(variable, value):
    variable.assign(value)

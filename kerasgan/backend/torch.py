"""The seam on PyTorch: `autograd.grad`, never `.backward()`."""

import contextlib
import os

import keras
import torch

from kerasgan.backend.interrupts import INTERRUPTS
from kerasgan.backend.minibatches import Foreseen
from kerasgan.backend.minibatches import play_in_parts
from kerasgan.backend.minibatches import rows_of
from kerasgan.backend.survival import Survival
from kerasgan.backend.torch_adam import fused_updates
from kerasgan.backend.torch_distribution import Replicas


class Trainer(Survival, Replicas):
    """Supplies Keras' steps from `training_step` and `testing_step`."""

    #: Where a file of another backend says otherwise: Keras has only this.
    fixed_compile_arguments = {"steps_per_execution": 1}
    _foreseen = None
    _undo = None

    def train_step(self, data):
        with INTERRUPTS.whole():
            self._undo = self._undo or _Undo(
                [*self.variables, *self.optimizer.variables]
            )
            self._undo.begin()
            logs = self.training_step(data)
            self.average_statistics()
            self._undo.end()
        return logs

    def test_step(self, data):
        with INTERRUPTS.whole():
            self._undo = _Undo([self.evaluation_seed_generator.state])
            self._undo.begin()
            logs = self.testing_step(data)
            self._undo = None
        return logs

    def recover(self):
        if self._undo is not None:
            self._undo.undo()

    def forget_steps(self):
        self._undo = None

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
        ((batch,),) = args
        self._foreseen = self._foreseen or Foreseen()

        def read(variable):
            return self._foreseen.read(variable, *_state(variable))

        def choose():
            step, size, foresee = prepare(read, _write)
            if size is not None and size % self.replicas:
                raise ValueError(
                    "`batch_sizes` must be divisible by the number of "
                    f"devices. Received: {size} images on {self.replicas} "
                    "devices"
                )
            size = size and size // self.replicas

            def play(minibatch):
                logs = step([minibatch])
                if self.replicas == 1:
                    for variable, value in foresee(rows_of(minibatch)):
                        self._foreseen.note(variable, value, *_state(variable))
                return logs

            return play, size

        # However it is cut, a batch is one step of `fit`.
        return play_in_parts(
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


def vjp(fn, variables):
    """Runs `fn` and returns `(output, aux, pullback)`.

    Args:
        fn: Function of nothing that returns `(output, aux)`, with `output`
            a tensor and `aux` any structure of tensors.
        variables: Keras variables to differentiate for.

    Returns:
        `output`; `aux`; and `pullback(cotangent=None)`, which returns the
        gradients of `sum(output * cotangent)`, one a variable. It can be
        called once.
    """
    with torch.enable_grad():
        output, aux = fn()

    def pullback(cotangent=None):
        values = [variable.value for variable in variables]
        return _gradients(output, values, cotangent)

    return output.detach(), _detach(aux), pullback


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
    # What comes with a graph keeps it, if the gradient is to have one too.
    x = keras.tree.map_structure(
        lambda part: (
            part
            if create_graph and part.requires_grad
            else part.detach().requires_grad_(True)
        ),
        x,
    )
    with torch.enable_grad():
        value, aux = fn(x)
    gradients = _gradients(
        value, keras.tree.flatten(x), create_graph=create_graph
    )
    if not create_graph:
        value, aux = value.detach(), _detach(aux)
    return value, aux, keras.tree.pack_sequence_as(x, gradients)


def _gradients(output, inputs, cotangent=None, create_graph=False):
    """Returns the gradients of an output, zeros for what it does not use."""
    if not output.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    if cotangent is None:
        cotangent = torch.ones_like(output)
    gradients = torch.autograd.grad(
        output,
        inputs,
        grad_outputs=cotangent,
        create_graph=create_graph,
        allow_unused=True,
        materialize_grads=True,
    )
    return list(gradients)


def _detach(structure):
    if isinstance(structure, torch.Tensor):
        return structure.detach()
    # Logs are a dict, for which Keras' function takes long.
    if type(structure) is dict:
        return {key: _detach(value) for key, value in structure.items()}
    if keras.tree.is_nested(structure):
        return keras.tree.map_structure(_detach, structure)
    return structure


def no_gradients():
    """A context for computations that nobody will differentiate."""
    return torch.no_grad()


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` by `optimizer`, as `optimizer.apply` does."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    with torch.no_grad(), fused_updates(inner):
        optimizer.apply(gradients, variables)


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor, the same in all processes.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with.
    """
    if bool(condition):
        fn(*arguments)


def compiling_lightly():
    """A context for computations that are cheaper than their compilation."""
    return contextlib.nullcontext()


def make_deterministic():
    """Lets the same operations on the same numbers give the same bits."""
    # cuBLAS reads it when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False

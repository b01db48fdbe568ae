"""Gradients and updates on PyTorch: `autograd.grad`, never `.backward()`."""

import contextlib

import keras
import torch

from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.torch.cpu_kernels import fused_updates


def vjp(fn, variables):
    """See `kerasgan.backend.common.contract.vjp`."""
    with torch.enable_grad():
        output, aux = fn()

    def pullback(cotangent=None):
        values = [variable.value for variable in variables]
        return _gradients(output, values, cotangent)

    return output.detach(), _detach(aux), pullback


def input_gradient(fn, x, create_graph=False):
    """See `kerasgan.backend.common.contract.input_gradient`."""
    # A tensor with a graph keeps it, if the gradient is to have one too.
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


def no_gradients():
    """See `kerasgan.backend.common.contract.no_gradients`."""
    return torch.no_grad()


def _gradients(output, inputs, cotangent=None, create_graph=False):
    """Returns the gradients of an output, zeros for inputs it does not use."""
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


def apply_gradients(optimizer, gradients, variables):
    """See `kerasgan.backend.common.contract.apply_gradients`."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    fused = contextlib.nullcontext()
    if CPU_KERNELS.is_on:
        fused = fused_updates(inner)
    with torch.no_grad(), fused:
        optimizer.apply(gradients, variables)

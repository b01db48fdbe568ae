"""Adam's update in one pass over the weights instead of a dozen."""

import contextlib
import functools

import keras
import torch
from torch.optim.adam import adam

# Adding a step changes it by nothing.
_NO_BIAS = torch.tensor(1e12)  # steps


@contextlib.contextmanager
def fused_updates(optimizer):
    """A context in which Adam reads and writes its numbers once a step.

    Keras computes the same formula from elementary operations, each of which
    passes over all weights. What it does around that formula (clipping,
    decay, accumulation, constraints) stays its own.

    Args:
        optimizer: Keras optimizer, not a wrapper. Others than Adam are left
            as they are.
    """
    kinds = (keras.optimizers.Adam, keras.optimizers.AdamW)
    # A subclass of the user's has an update of its own.
    keras_own = hasattr(type(optimizer), "_parallel_update_step")
    if not isinstance(optimizer, kinds) or not keras_own or optimizer.amsgrad:
        yield
        return
    optimizer._parallel_update_step = functools.partial(_update, optimizer)
    try:
        yield
    finally:
        del optimizer._parallel_update_step


def _update(optimizer, gradients, variables, learning_rate):
    values = [variable.value for variable in variables]
    if not all(_is_plain(value) for value in values):
        own = type(optimizer)._parallel_update_step
        own(optimizer, gradients, variables, learning_rate)
        return
    places = [optimizer._get_variable_index(v) for v in variables]
    gradients = [_laid_out_as(v, g) for v, g in zip(values, gradients)]
    means = [optimizer._momentums[at].value for at in places]
    squares = [optimizer._velocities[at].value for at in places]
    # PyTorch copies what is not in the order of its shape.
    views = zip(*map(_in_order, values, gradients, means, squares))
    step = keras.ops.cast(optimizer.iterations + 1, "float32")
    # Keras' formula has both corrections of the bias in the rate. So it comes
    # as a tensor, which nobody reads, after steps that leave no bias.
    rate = learning_rate * torch.sqrt(1.0 - optimizer.beta_2**step)
    rate = rate / (1.0 - optimizer.beta_1**step)
    adam(
        *map(list, views),
        [],
        [_NO_BIAS] * len(values),
        fused=True,
        amsgrad=False,
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        lr=keras.ops.convert_to_tensor(rate),
        weight_decay=0.0,
        eps=optimizer.epsilon,
        maximize=False,
    )


def _is_plain(value):
    return value.dtype == torch.float32 and value.device.type == "cpu"


def _laid_out_as(value, gradient):
    """Returns a gradient in the order of its weight in memory."""
    if gradient.stride() == value.stride():
        return gradient
    return torch.empty_like(value).copy_(gradient)


def _in_order(*tensors):
    """Returns views of tensors, as the first one lies in memory."""
    if tensors[0].is_contiguous():
        return tensors
    strides = tensors[0].stride()
    axes = sorted(range(len(strides)), key=lambda axis: -strides[axis])
    return [tensor.permute(axes) for tensor in tensors]

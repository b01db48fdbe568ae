"""Networks on PyTorch, at the speed of modules that are written by hand.

Around each convolution Keras copies maps whose channels come last to channels
first and back; batches it normalises by elementary operations; and each call
of each layer passes many checks. Known layers are computed without that here.
Weights, files and, to rounding, results are those of Keras.
"""

import inspect
import weakref

import keras
import torch

# The one private import of Keras on PyTorch: a model that is run node by node.
# `tests/backend/test_private_imports.py` guards it.
from keras.src.models.functional import Functional
from torch.nn import functional


def call_network(network, inputs, training):
    """See `kerasgan.backend.networks.call_network`.

    Functional and sequential models in float32, of layers of Keras and of
    this package, are run here; others, and what is not a tensor of the shape
    that the network takes, are left to Keras.
    """
    graph = _graph_of(network)
    if graph is None or not _fits(graph, inputs):
        return network(inputs, training=training)
    outputs = graph._run_through_graph(
        graph._standardize_inputs(inputs),
        operation_fn=lambda operation: _caller(operation, training),
    )
    if isinstance(outputs, list) and len(outputs) == 1:
        return outputs[0]
    return outputs


def call_layer(layer, inputs):
    """See `kerasgan.backend.networks.call_layer`."""
    if _is_known(layer) and _is_float32(layer) and _is_real(inputs):
        return _caller(layer, False)(inputs)
    return layer(inputs)


def conv(inputs, kernel, strides=(1, 1), padding="same"):
    """See `kerasgan.backend.networks.conv`."""
    # Views, in whose memory the channels stay last.
    maps = inputs.permute(0, 3, 1, 2)
    kernel = keras.ops.convert_to_tensor(kernel).permute(3, 2, 0, 1)
    before = (0, 0)
    if padding == "same":
        sides = zip(maps.shape[2:], kernel.shape[2:], strides)
        (top, bottom), (left, right) = (_margins(*side) for side in sides)
        if (top, left) == (bottom, right):
            before = (top, left)
        else:
            maps = functional.pad(maps, (left, right, top, bottom))
    maps = functional.conv2d(maps, kernel, stride=strides, padding=before)
    return maps.permute(0, 2, 3, 1)


def conv_transpose(inputs, kernel, strides):
    """See `kerasgan.backend.networks.conv_transpose`."""
    maps = inputs.permute(0, 3, 1, 2)
    kernel = keras.ops.convert_to_tensor(kernel).permute(3, 2, 0, 1)
    height, width = (a * s for a, s in zip(maps.shape[2:], strides))
    cut = [(k - s) // 2 for k, s in zip(kernel.shape[2:], strides)]
    maps = functional.conv_transpose2d(
        maps, kernel, stride=strides, padding=cut
    )
    # Of an odd number of rows, Keras cuts one more behind than before.
    return maps[:, :, :height, :width].permute(0, 2, 3, 1)


def _margins(size, kernel_size, stride):
    """Returns the zeros before and behind a side, as TensorFlow pads."""
    steps = -(-size // stride) - 1
    total = max(steps * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


# === Which networks and layers are known ===

# Whether a graph consists of known layers only, which never changes.
_known = weakref.WeakKeyDictionary()
_ROOMS = ("keras.src.layers.", "kerasgan.layers.")


def _graph_of(network):
    """Returns the graph to run, or `None` where Keras has to run it."""
    # A subclass may have a `call` of its own.
    if type(network) not in (Functional, keras.Sequential):
        return None
    # Sequential models that have grown have another one.
    graph = getattr(network, "_functional", network)
    if type(graph) is not Functional:
        return None
    if graph not in _known:
        _known[graph] = all(map(_is_known, graph.layers))
    if _known[graph] and all(map(_is_float32, graph.layers)):
        return graph
    return None


def _is_known(layer):
    """Whether a layer's `call` is all that matters of it.

    Layers of users may add losses, which Keras counts by the call; masks and
    losses on outputs are made around `call`.
    """
    return (
        type(layer).__module__.startswith(_ROOMS)
        and layer.activity_regularizer is None
        and not isinstance(layer, keras.layers.Masking)
        and not getattr(layer, "mask_zero", False)
    )


def _is_float32(layer):
    return layer.dtype_policy.name == "float32"


def _fits(graph, inputs):
    """Whether inputs are tensors of the shapes that a graph takes."""
    inputs = keras.tree.flatten(inputs)
    return len(inputs) == len(graph.inputs) and all(
        _is_real(x)
        and x.ndim == len(taken.shape)
        and all(b in (None, a) for a, b in zip(x.shape, taken.shape))
        for x, taken in zip(inputs, graph.inputs)
    )


def _is_real(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, torch.Tensor)
        and x.dtype in (torch.float32, torch.int32, torch.int64)
        and x.device.type != "meta"
        and getattr(x, "_keras_mask", None) is None
    )


# === How they are computed ===


def _caller(operation, training):
    """Returns the function that stands for a node of the graph."""
    if not isinstance(operation, keras.layers.Layer):
        return operation
    compute = _native(operation)
    if compute is not None:
        return lambda x, **_: compute(operation, x, training)
    if _takes_training(type(operation)):
        return lambda *args, **kwargs: operation.call(
            *args, **{**kwargs, "training": training}
        )
    return operation.call


# Whether the `call` of a class asks if it trains.
_asks = {}


def _takes_training(layer_class):
    if layer_class not in _asks:
        parameters = inspect.signature(layer_class.call).parameters
        _asks[layer_class] = "training" in parameters
    return _asks[layer_class]


def _native(layer):
    """Returns `compute(layer, inputs, training)`, or `None` for most layers."""
    usable, compute = _NATIVE.get(type(layer), (None, None))
    return compute if usable and usable(layer) else None


def _is_plain_convolution(layer):
    return (
        layer.data_format == "channels_last"
        and layer.groups == 1
        and set(layer.dilation_rate) == {1}
    )


def _convolution(layer, inputs, training):
    maps = conv(inputs, layer.kernel, layer.strides, layer.padding)
    return _with_bias(layer, maps)


def _is_plain_transposition(layer):
    return (
        layer.data_format == "channels_last"
        and layer.padding == "same"
        and layer.output_padding is None
        and set(layer.dilation_rate) == {1}
        and all(s <= k for s, k in zip(layer.strides, layer.kernel_size))
    )


def _transposed_convolution(layer, inputs, training):
    maps = conv_transpose(inputs, layer.kernel, layer.strides)
    return _with_bias(layer, maps)


def _with_bias(layer, maps):
    if layer.use_bias:
        maps = maps + layer.bias.value
    return maps if layer.activation is None else layer.activation(maps)


def _is_plain_normalization(layer):
    return (
        layer.input_spec.ndim in (2, 4)
        and layer.axis in (-1, layer.input_spec.ndim - 1)
        and not layer.renorm
        and not layer.synchronized
        # `data_parallel(synchronized=True)` gives a layer others.
        and "_moments" not in vars(layer)
    )


def _batch_normalization(layer, inputs, training):
    maps = inputs.permute(0, 3, 1, 2) if inputs.ndim == 4 else inputs
    scale = layer.gamma.value if layer.scale else None
    offset = layer.beta.value if layer.center else None
    moving = [layer.moving_mean, layer.moving_variance]
    if training and layer.trainable:
        maps, mean, inverse = torch.native_batch_norm(
            maps, scale, offset, None, None, True, 0.0, layer.epsilon
        )
        variance = inverse.detach().pow(-2) - layer.epsilon
        for variable, value in zip(moving, (mean.detach(), variance)):
            share = 1.0 - layer.momentum
            variable.assign(torch.lerp(variable.value, value, share))
    else:
        mean, variance = (variable.value for variable in moving)
        maps = functional.batch_norm(
            maps, mean, variance, scale, offset, eps=layer.epsilon
        )
    return maps.permute(0, 2, 3, 1) if inputs.ndim == 4 else maps


# By exact class: a subclass may compute something else.
_NATIVE = {
    keras.layers.Conv2D: (_is_plain_convolution, _convolution),
    keras.layers.Conv2DTranspose: (
        _is_plain_transposition,
        _transposed_convolution,
    ),
    keras.layers.BatchNormalization: (
        _is_plain_normalization,
        _batch_normalization,
    ),
}

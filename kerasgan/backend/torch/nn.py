"""Networks on PyTorch, at the speed of modules that are written by hand.

Around each convolution Keras copies maps whose channels come last to channels
first and back; batches it normalises by elementary operations; and each call
of each layer passes many checks. Known layers are computed without that here.
"""

import keras
import torch
from torch.nn import functional

from kerasgan.backend.common import subpixel
from kerasgan.backend.common.known_networks import activated
from kerasgan.backend.common.known_networks import fits
from kerasgan.backend.common.known_networks import graph_of
from kerasgan.backend.common.known_networks import is_plain_normalization
from kerasgan.backend.common.known_networks import margins
from kerasgan.backend.common.known_networks import native_convolutions
from kerasgan.backend.common.known_networks import run
from kerasgan.backend.common.known_networks import run_layer


def lay_out_kernels(variables):
    """Lays kernels out in memory as convolutions read and differentiate them.

    Their shape stays Keras', `(height, width, channels, filters)`; in memory
    the filters come first and the channels last. Otherwise each call copies
    the kernel and each update copies its gradient. Optimizers' variables of
    these shapes have to be alike. Of a single filter the channels come first
    too: PyTorch cannot differentiate its convolution in half precision
    otherwise.

    Args:
        variables: List of Keras variables; those that are no kernels of
            images are left alone.
    """
    for variable in variables:
        value = variable.value
        if value.ndim == 4 and value.shape[3] == 1:
            in_order = value.data.permute(3, 2, 0, 1).contiguous()
            value.data = in_order.permute(2, 3, 1, 0)
        elif value.ndim == 4:
            in_order = value.data.permute(3, 0, 1, 2).contiguous()
            value.data = in_order.permute(1, 2, 3, 0)


def call_network(network, inputs, training):
    """See `kerasgan.backend.common.nn.call_network`."""
    graph = graph_of(network)
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def call_layer(layer, inputs):
    """See `kerasgan.backend.common.nn.call_layer`."""
    return run_layer(layer, inputs, _is_plain, _NATIVE)


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """See `kerasgan.backend.common.nn.conv`.

    The bias is added in one pass with the convolution, and so is its gradient.
    """
    if (
        inputs.requires_grad
        and inputs.dtype == torch.float32
        and is_on_processor(inputs)
        and kernel.shape[2] <= subpixel.FEW_CHANNELS
        and subpixel.is_adjoint(inputs, kernel, strides, padding)
    ):
        kernel = keras.ops.convert_to_tensor(kernel)
        if bias is not None:
            bias = keras.ops.convert_to_tensor(bias)
        return _Convolution.apply(inputs, kernel, bias, strides)
    return _conv(inputs, kernel, strides, padding, bias)


def _conv(inputs, kernel, strides, padding, bias):
    maps, kernel, bias = _channels_first(inputs, kernel, bias)
    sides = [(0, 0), (0, 0)]
    if padding == "same":
        sizes = zip(maps.shape[2:], kernel.shape[2:], strides)
        sides = [margins(*size) for size in sizes]
    axes, sides = _mirrors(maps, sides, strides)
    maps, kernel = _mirrored(maps, axes), _mirrored(kernel, axes)
    (top, bottom), (left, right) = sides
    more = (0, max(right - left, 0), 0, max(bottom - top, 0))
    if any(more):
        maps = functional.pad(maps, more)
    maps = functional.conv2d(
        maps, kernel, bias, stride=strides, padding=(top, left)
    )
    return _mirrored(maps, axes).permute(0, 2, 3, 1)


def conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.common.nn.conv_transpose`."""
    maps, kernel, bias = _channels_first(inputs, kernel, bias)
    height, width = (a * s for a, s in zip(maps.shape[2:], strides))
    # What the convolution back would pad is cut.
    sizes = zip((height, width), kernel.shape[2:], strides)
    sides = [margins(*size) for size in sizes]
    axes, sides = _mirrors(maps, sides, strides)
    maps = functional.conv_transpose2d(
        _mirrored(maps, axes),
        _mirrored(kernel, axes),
        bias,
        stride=strides,
        padding=[before for before, _ in sides],
        output_padding=[max(before - behind, 0) for before, behind in sides],
    )
    maps = _mirrored(maps[:, :, :height, :width], axes)
    return maps.permute(0, 2, 3, 1)


def prefers_subpixel(inputs, kernel, training):
    """See `kerasgan.backend.jax.nn.prefers_subpixel`.

    On a processor it is so where it makes images: oneDNN's are slow for few
    channels, and faster for others. On a GPU it has not been measured.
    """
    return (
        kernel.shape[2] <= subpixel.FEW_CHANNELS
        and inputs.dtype == torch.float32
        and is_on_processor(inputs)
    )


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """See `kerasgan.backend.jax.nn.subpixel_conv_transpose`."""
    compute = _Transposed.apply if torch.is_grad_enabled() else _subpixel
    maps = compute(inputs, keras.ops.convert_to_tensor(kernel), strides)
    return maps if bias is None else maps + bias


def _subpixel(inputs, kernel, strides):
    return subpixel.conv_transpose(inputs, kernel, strides, conv, _pad)


def _pad(x, sides):
    # Keras' takes longer than what it calls.
    return functional.pad(x, [n for side in sides[::-1] for n in side])


class _Transposed(torch.autograd.Function):
    """Transposed convolution; its gradients are those of the other's."""

    @staticmethod
    def forward(inputs, kernel, strides):
        return _subpixel(inputs, kernel, strides)

    @staticmethod
    def setup_context(context, inputs, output):
        *tensors, context.strides = inputs
        context.save_for_backward(*tensors)

    @staticmethod
    def backward(context, cotangent):
        inputs, kernel = context.saved_tensors
        return (
            conv(cotangent, kernel, context.strides),
            _gradient_of_kernel(cotangent, kernel, inputs, context.strides),
            None,
        )


class _Convolution(torch.autograd.Function):
    """Convolution of images of few channels, what leads back to them cheap."""

    @staticmethod
    def forward(inputs, kernel, bias, strides):
        return _conv(inputs, kernel, strides, "same", bias)

    @staticmethod
    def setup_context(context, inputs, output):
        inputs, kernel, bias, context.strides = inputs
        context.has_bias = bias is not None
        context.save_for_backward(inputs, kernel)

    @staticmethod
    def backward(context, cotangent):
        inputs, kernel = context.saved_tensors
        strides = context.strides
        of_bias = cotangent.sum((0, 1, 2)) if context.has_bias else None
        return (
            subpixel_conv_transpose(cotangent, kernel, strides),
            _gradient_of_kernel(inputs, kernel, cotangent, strides),
            of_bias,
            None,
        )


def _gradient_of_kernel(images, kernel, maps, strides):
    """Returns the gradient of `conv(images, kernel, strides)` that maps give.

    Zeros are added to images here: of few channels, that costs little.
    """
    images, kernel, _ = _channels_first(images, kernel, None)
    sizes = zip(images.shape[2:], kernel.shape[2:], strides)
    (top, bottom), (left, right) = (margins(*size) for size in sizes)
    images = functional.pad(images, (left, right, top, bottom))
    gradient = torch.nn.grad.conv2d_weight(
        images, kernel.shape, maps.permute(0, 3, 1, 2), stride=strides
    )
    return gradient.permute(2, 3, 1, 0)


def _mirrors(maps, sides, strides):
    """Returns the axes to mirror a convolution in, and its sides then.

    PyTorch pads and cuts as much behind as before. Less behind it can do: a
    row of zeros that no step reaches does not count, and `output_padding`
    cuts less. More behind, as Keras has it where the sum is odd, would need a
    copy with zeros, or a larger result to cut: both are slower, on a
    processor, than to mirror. On a GPU neither was measured.

    Args:
        maps: `(batch, channels, height, width)`.
        sides: For height and width, zeros or cuts before and behind.
        strides: Tuple of two integers.
    """
    on_processor = is_on_processor(maps)
    uneven = [
        on_processor and behind > before and stride > 1
        for (before, behind), stride in zip(sides, strides)
    ]
    axes = [axis for axis, mirror in zip((2, 3), uneven) if mirror]
    sides = [
        side[::-1] if mirror else side for side, mirror in zip(sides, uneven)
    ]
    return axes, sides


def _mirrored(x, axes):
    return x.flip(axes) if axes else x


def average_pool(inputs, size):
    """See `kerasgan.backend.common.nn.average_pool`."""
    maps = functional.avg_pool2d(inputs.permute(0, 3, 1, 2), size)
    return maps.permute(0, 2, 3, 1)


def _channels_first(inputs, kernel, bias):
    """Returns views, in whose memory the channels stay last, and the bias."""
    kernel = keras.ops.convert_to_tensor(kernel).permute(3, 2, 0, 1)
    if bias is not None:
        bias = keras.ops.convert_to_tensor(bias)
    return inputs.permute(0, 3, 1, 2), kernel, bias


def is_on_processor(inputs):
    """Returns whether a tensor is where the forms here were measured."""
    return inputs.device.type == "cpu"


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, torch.Tensor)
        and x.dtype in (torch.float32, torch.int32, torch.int64)
        and x.device.type != "meta"
        and getattr(x, "_keras_mask", None) is None
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


def _is_plain_dense(layer):
    return not layer.lora_enabled and layer.quantization_mode is None


def _dense(layer, inputs, training):
    outputs = torch.matmul(inputs, layer.kernel.value)
    if layer.use_bias:
        outputs = outputs + layer.bias.value
    return activated(layer, outputs)


def _is_plain_pooling(layer):
    return (
        layer.data_format == "channels_last"
        and layer.padding == "valid"
        and len({*layer.pool_size, *layer.strides}) == 1
    )


def _average_pooling(layer, inputs, training):
    return average_pool(inputs, layer.pool_size[0])


_NATIVE = {
    keras.layers.AveragePooling2D: (_is_plain_pooling, _average_pooling),
    keras.layers.Dense: (_is_plain_dense, _dense),
    **native_convolutions(conv, conv_transpose),
    keras.layers.BatchNormalization: (
        is_plain_normalization,
        _batch_normalization,
    ),
}

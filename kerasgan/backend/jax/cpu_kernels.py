"""Kernels for the speed of JAX on CPUs; on other devices nothing here runs.

* Strided convolutions, their gradients, and the gradients of these, by which
  penalties train: XLA's are slow. Where sizes are multiples of the stride, the
  input gradient is a sub-pixel convolution (see `common/subpixel.py`) and each
  of both is the gradient of the other, however often. Others are products of
  matrices with windows (im2col), of which every derivative is a product again.
* Batch normalization sums by products with ones.
* Steps are compiled with Eigen's convolutions on JAX 0.10.
"""

import contextlib
import functools

import jax
import jax.numpy as jnp

from kerasgan.backend.common import subpixel
from kerasgan.backend.common.cpu_switch import CPU_KERNELS
from kerasgan.backend.common.fast_forward import activated
from kerasgan.backend.common.fast_forward import is_plain_normalization
from kerasgan.backend.common.fast_forward import keep_statistics
from kerasgan.backend.common.fast_forward import margins
from kerasgan.backend.jax import convolutions

# Convolutions by Eigen. Of those by YNNPACK, JAX 0.10's default, one core
# computes many of up to 128 filters alone. 0.11 uses all cores again.
_EIGEN = {"xla_cpu_experimental_ynn_fusion_type": ""}

# Whether the function that is being traced will be differentiated twice.
_is_twice = False


def step_options():
    """Returns the `compiler_options` of steps, or `None` for JAX's own."""
    return _eigen_options() if CPU_KERNELS.is_on else None


@functools.cache
def _eigen_options():
    if jax.default_backend() != "cpu" or jax.__version_info__[:2] != (0, 10):
        return None
    try:
        jax.jit(lambda x: x, compiler_options=_EIGEN).lower(0.0).compile()
    except jax.errors.JaxRuntimeError:  # A release without that option.
        return None
    return _EIGEN


@contextlib.contextmanager
def differentiated_twice(wanted=True):
    """A context for computations whose gradients will be differentiated."""
    global _is_twice
    before, _is_twice = _is_twice, _is_twice or wanted
    try:
        yield
    finally:
        _is_twice = before


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Computes `contract.conv` in the fastest form.

    That is XLA's where `subpixel_conv_transpose` is its input gradient. Of
    others, once differentiated, they are as fast as products, but for outputs
    that are smaller than the kernel.
    """
    if kernel.ndim == 5:
        return conv_3d(inputs, kernel, strides, padding, bias)
    if subpixel.is_adjoint(inputs, kernel, strides, padding):
        outputs = _adjoint_conv(inputs, jnp.asarray(kernel), strides)
        return outputs if bias is None else outputs + bias
    if kernel.ndim != 4:
        return convolutions.conv(inputs, kernel, strides, padding, bias)
    sides = [
        _side(*side, padding)
        for side in zip(inputs.shape[1:3], kernel.shape[:2], strides)
    ]
    is_small = any(n < k for (n, _), k in zip(sides, kernel.shape))
    is_strided = max(strides) > 1
    if not (is_strided and (is_small or _is_twice)):
        return convolutions.conv(inputs, kernel, strides, padding, bias)
    outputs = _im2col_conv(inputs, jnp.asarray(kernel), strides, sides)
    return outputs if bias is None else outputs + bias


def conv_transpose(inputs, kernel, strides, bias, training, as_subpixel):
    """Computes `contract.conv_transpose` in the faster form for `"auto"`.

    The sub-pixel form is so in training, for XLA's gradients of the stock one
    are slow, and for feature maps with a side that is shorter than the
    kernel's.
    """
    if as_subpixel == "auto":
        pairs = zip(inputs.shape[1:-1], kernel.shape)
        is_small = any(side and side < size for side, size in pairs)
        has_form = subpixel.has_form(kernel, strides)
        as_subpixel = has_form and (training or is_small)
    if as_subpixel:
        return subpixel_conv_transpose(inputs, kernel, strides, bias)
    return convolutions.conv_transpose(inputs, kernel, strides, bias)


def conv_3d(inputs, kernel, strides, padding, bias=None):
    """Computes a convolution of three sides by one of two, over windows.

    XLA's of three sides take some ten times as long.
    """
    depth, _, _, _, filters = kernel.shape
    after, first = _depth_after(inputs.shape[1], depth, strides[0], padding)
    last = max((after - 1) * strides[0] + depth - first - inputs.shape[1], 0)
    inputs = jnp.pad(inputs, ((0, 0), (first, last), *[(0, 0)] * 3))
    end = (after - 1) * strides[0] + 1
    windows = [
        inputs[:, start : start + end : strides[0]] for start in range(depth)
    ]
    x = jnp.concatenate(windows, axis=-1)
    batch, _, height, width, channels = x.shape
    kernel = jnp.transpose(jnp.asarray(kernel), (1, 2, 0, 3, 4))
    y = conv(
        jnp.reshape(x, (-1, height, width, channels)),
        jnp.reshape(kernel, (*kernel.shape[:2], channels, filters)),
        strides[1:],
        padding,
        bias,
    )
    return jnp.reshape(y, (batch, after, *y.shape[1:]))


def _depth_after(size, kernel_size, stride, padding):
    """Returns the depth after a convolution, and the zeros in front."""
    if padding == "valid":
        return (size - kernel_size) // stride + 1, 0
    return -(-size // stride), margins(size, kernel_size, stride)[0]


def depthwise_conv(inputs, kernel, strides, padding, bias=None):
    """Computes a depthwise convolution as a sum over the kernel's places.

    XLA's takes some twenty times as long; a sum of products is one loop.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, multiplier)`.
        strides: Tuple of two integers.
        padding: `"same"` or `"valid"`.
        bias: `(channels * multiplier,)` or `None`.
    """
    high, wide, channels, multiplier = kernel.shape
    sides = [
        _depth_after(n, k, s, padding)
        for n, k, s in zip(inputs.shape[1:3], kernel.shape, strides)
    ]
    pads = [
        (first, max((after - 1) * s + k - first - n, 0))
        for (after, first), n, k, s in zip(
            sides, inputs.shape[1:3], kernel.shape, strides
        )
    ]
    x = jnp.pad(inputs, ((0, 0), *pads, (0, 0)))
    (rows, _), (columns, _) = sides
    total = 0.0
    for i in range(high):
        for j in range(wide):
            part = x[
                :,
                i : i + (rows - 1) * strides[0] + 1 : strides[0],
                j : j + (columns - 1) * strides[1] + 1 : strides[1],
            ]
            if multiplier > 1:
                part = part[..., None]
                total = total + part * kernel[i, j]
            else:
                # By rows, since the gradient of these is a product.
                n = inputs.shape[0] * rows * columns
                factors = repeated_rows(kernel[i, j, :, 0], n)
                total = total + part * jnp.reshape(factors, part.shape)
    if multiplier > 1:
        total = jnp.reshape(total, (*total.shape[:3], channels * multiplier))
    return total if bias is None else total + bias


def depthwise(layer, inputs, training):
    """Returns what a `keras.layers.DepthwiseConv2D` gives."""
    bias = layer.bias.value if layer.use_bias else None
    outputs = depthwise_conv(
        inputs, layer.kernel.value, layer.strides, layer.padding, bias
    )
    return activated(layer, outputs)


def separable(layer, inputs, training):
    """Returns what a `keras.layers.SeparableConv2D` gives."""
    bias = layer.bias.value if layer.use_bias else None
    x = depthwise_conv(
        inputs, layer.depthwise_kernel.value, layer.strides, layer.padding
    )
    kernel = layer.pointwise_kernel.value
    return activated(layer, convolutions.conv(x, kernel, (1, 1), "same", bias))


def is_plain_depthwise(layer):
    """Whether a depthwise or separable layer is computed by these."""
    return (
        layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
        and set(layer.dilation_rate) == {1}
    )


def upscale_conv(inputs, kernel, bias):
    """Computes `contract.upscale_conv`, fused where that is faster."""
    return subpixel.upscale_conv(inputs, kernel, bias, conv, conv_transpose)


def subpixel_conv_transpose(inputs, kernel, strides, bias=None):
    """Computes `contract.conv_transpose` as a sub-pixel convolution.

    Its gradients are convolutions with the same kernel.
    """

    def compute(inputs, kernel):
        return subpixel.conv_transpose(inputs, kernel, strides, conv)

    def gradients(inputs, kernel, cotangent):
        return (
            conv(cotangent, kernel, strides),
            _kernel_gradient(cotangent, inputs, kernel.shape, strides),
        )

    outputs = _with_gradients(compute, gradients)(inputs, jnp.asarray(kernel))
    return outputs if bias is None else outputs + bias


def _adjoint_conv(inputs, kernel, strides):
    """Computes the convolution that `subpixel_conv_transpose` transposes."""

    def compute(inputs, kernel):
        return _undivided(inputs, kernel, strides)

    def gradients(inputs, kernel, cotangent):
        return (
            subpixel_conv_transpose(cotangent, kernel, strides),
            _kernel_gradient(inputs, cotangent, kernel.shape, strides),
        )

    return _with_gradients(compute, gradients)(inputs, kernel)


def _undivided(inputs, kernel, strides):
    if kernel.ndim == 5:
        return conv_3d(inputs, kernel, strides, "same")
    return convolutions.conv(inputs, kernel, strides)


def _kernel_gradient(images, cotangents, shape, strides):
    """Returns the gradient of a convolution of images for its kernel.

    The sum of the convolution times the cotangents is linear in each of the
    three, so the gradients of its gradients are the other two operations.
    """

    def compute(images, cotangents):
        zeros = jnp.zeros(shape, images.dtype)
        _, pull = jax.vjp(lambda k: _undivided(images, k, strides), zeros)
        return pull(cotangents)[0]

    def gradients(images, cotangents, cotangent):
        return (
            subpixel_conv_transpose(cotangents, cotangent, strides),
            _adjoint_conv(images, cotangent, strides),
        )

    return _with_gradients(compute, gradients)(images, cotangents)


def _with_gradients(compute, gradients):
    """Returns a function of two arrays whose gradients are given.

    Args:
        compute: The function.
        gradients: Function of the two and of a cotangent of the result, that
            returns those of the two.
    """
    function = jax.custom_vjp(compute)
    function.defvjp(
        lambda a, b: (compute(a, b), (a, b)),
        lambda saved, cotangent: gradients(*saved, cotangent),
    )
    return function


def _im2col_conv(inputs, kernel, strides, sides):
    """Computes a convolution as one product of all windows and the kernel.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers.
        sides: For height and width, the results of `_side`.
    """
    (height, _), (width, _) = sides
    inputs = jnp.pad(inputs, ((0, 0), *[side for _, side in sides], (0, 0)))
    # (batch, blocks, row, blocks, column, channels): strides are indices.
    down, right = strides
    inputs = jnp.reshape(
        inputs,
        (
            len(inputs),
            inputs.shape[1] // down,
            down,
            inputs.shape[2] // right,
            right,
            inputs.shape[3],
        ),
    )
    windows = [
        inputs[
            :,
            row // down : row // down + height,
            row % down,
            column // right : column // right + width,
            column % right,
        ]
        for row in range(kernel.shape[0])
        for column in range(kernel.shape[1])
    ]
    return jnp.tensordot(
        jnp.concatenate(windows, axis=-1),
        jnp.reshape(kernel, (-1, kernel.shape[3])),
        axes=1,
    )


def _side(size, kernel_size, stride, padding):
    """Returns the size after a convolution, and the zeros at both ends.

    There are so many zeros that whole blocks of the stride result.
    """
    if padding == "same":
        after = -(-size // stride)
        before, _ = margins(size, kernel_size, stride)
    else:
        after = (size - kernel_size) // stride + 1
        before = 0
    blocks = after - 1 + -(-kernel_size // stride)
    behind = max(blocks * stride - size - before, 0)
    return after, (before, behind + -(before + size + behind) % stride)


@jax.custom_vjp
def column_sums(rows):
    """Sums rows, `(n, channels)` to `(channels,)`, by a product with ones.

    XLA's sums for CPUs go by windows, in several passes over an array; a
    product passes over it once. This and `repeated_rows` are each the other's
    gradient, however often.
    """
    return jnp.matmul(jnp.ones((len(rows),), rows.dtype), rows)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def repeated_rows(values, n):
    """Returns `n` equal rows, `(channels,)` to `(n, channels)`."""
    return jnp.broadcast_to(values, (n, *values.shape))


column_sums.defvjp(
    lambda rows: (column_sums(rows), len(rows)),
    lambda n, cotangent: (repeated_rows(cotangent, n),),
)
repeated_rows.defvjp(
    lambda values, n: (repeated_rows(values, n), None),
    lambda n, _, cotangent: (column_sums(cotangent),),
)


def batch_normalization(layer, inputs, training):
    """Returns what a `keras.layers.BatchNormalization` gives."""
    if not (training and layer.trainable):
        return layer.call(inputs, training=False)
    rows = jnp.reshape(inputs, (-1, inputs.shape[-1]))
    n = len(rows)
    mean = column_sums(rows) / n
    rows = rows - repeated_rows(mean, n)
    variance = column_sums(jnp.square(rows)) / n
    keep_statistics(layer, mean, variance)
    factor = jax.lax.rsqrt(variance + layer.epsilon)
    if layer.scale:
        factor = factor * layer.gamma.value
    rows = rows * repeated_rows(factor, n)
    if layer.center:
        rows = rows + repeated_rows(layer.beta.value, n)
    return jnp.reshape(rows, inputs.shape)


#: See `native` of `common/fast_forward.py`.
NATIVE_NORMALIZATION = (is_plain_normalization, batch_normalization)
NATIVE_DEPTHWISE = (is_plain_depthwise, depthwise)
NATIVE_SEPARABLE = (is_plain_depthwise, separable)

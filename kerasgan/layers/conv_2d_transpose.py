import keras
from keras import ops

from kerasgan import backend

# Up to so many, one product with all weights is faster than a convolution for
# each phase, which suits processors badly then.
_FEW_FILTERS = 4


@keras.saving.register_keras_serializable(package="kerasgan")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Transposed convolution that trains as a sub-pixel one where that pays.

    With stride `s`, each output pixel hangs on every `s`-th row and column
    of the kernel only. The same numbers therefore come from `s * s` ordinary
    convolutions with smaller kernels, which are then laid out as blocks of
    `s x s` pixels. Weights, config and files are those of
    `keras.layers.Conv2DTranspose`; results agree to rounding.

    XLA's code for the gradients of a strided transposed convolution is slow
    on processors, and so is that for maps with a side that is shorter than
    the kernel's. So the sub-pixel form is used there in training, and for
    such maps, with the gradients of the convolution that it transposes;
    elsewhere it is not used.

    Args:
        *args, **kwargs: As for `keras.layers.Conv2DTranspose`. The sub-pixel
            form needs `padding="same"`, equal strides that are no longer
            than the kernel, and channels last; otherwise the stock form is
            used.
        subpixel: Bool, or `"auto"` (the default): on JAX, on a processor, in
            training and for maps that are smaller than the kernel.

    Example:

    ```python
    import numpy as np
    from kerasgan.layers import Conv2DTranspose

    layer = Conv2DTranspose(8, 4, strides=2, padding="same")
    assert layer(np.zeros((1, 7, 7, 3))).shape == (1, 14, 14, 8)
    ```

    Reference:
        Shi et al., 2016, arXiv 1609.05158.
    """

    def __init__(self, *args, subpixel="auto", **kwargs):
        super().__init__(*args, **kwargs)
        if subpixel != "auto" and not isinstance(subpixel, bool):
            raise ValueError(
                "`subpixel` must be True, False or 'auto'. Received: "
                f"subpixel={subpixel!r}"
            )
        if subpixel is True and not self._has_subpixel_form():
            raise ValueError(
                "`subpixel=True` needs padding='same', channels last, no "
                "dilation, no output padding, and equal strides that are no "
                f"longer than the kernel. Received: kernel_size="
                f"{self.kernel_size}, strides={self.strides}, padding="
                f"'{self.padding}', data_format='{self.data_format}', "
                f"output_padding={self.output_padding}, dilation_rate="
                f"{self.dilation_rate}"
            )
        self.subpixel = subpixel

    def _has_subpixel_form(self):
        return (
            self.padding == "same"
            and self.data_format == "channels_last"
            and self.output_padding is None
            and set(self.dilation_rate) == {1}
            and len(set(self.strides)) == 1
            and 1 < self.strides[0] <= min(self.kernel_size)
        )

    def call(self, inputs, training=None):
        wanted = self.subpixel
        if wanted == "auto":
            pairs = zip(inputs.shape[1:3], self.kernel_size)
            is_small = any(side and side < kernel for side, kernel in pairs)
            wanted = (training or is_small) and backend.prefers_subpixel()
        if not self._has_subpixel_form():
            return super().call(inputs)
        bias = self.bias if self.use_bias else None
        if wanted:
            outputs = self._subpixel_convolution(inputs)
            if bias is not None:
                outputs = outputs + bias
        else:
            outputs = backend.conv_transpose(
                inputs, self.kernel, self.strides, bias
            )
        if self.activation is not None:
            outputs = self.activation(outputs)
        return outputs

    def _subpixel_convolution(self, x):
        kernel = ops.convert_to_tensor(self.kernel)
        return backend.as_adjoint(self._lay_out, x, kernel, self.strides)

    def _lay_out(self, x, kernel):
        stride, filters = self.strides[0], kernel.shape[2]
        rows, columns = (
            [_taps(phase, size, stride) for phase in range(stride)]
            for size in self.kernel_size
        )
        form = _sum_parts if filters <= _FEW_FILTERS else _convolve
        maps = form(x, kernel, rows, columns)
        _, high, wide, _ = ops.shape(x)
        x = ops.stack(maps, axis=3)
        x = ops.reshape(x, (-1, high, wide, stride, stride, filters))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return ops.reshape(x, (-1, high * stride, wide * stride, filters))

    def get_config(self):
        return {**super().get_config(), "subpixel": self.subpixel}


def _taps(phase, kernel_size, stride):
    """Returns the weights that make a phase of the output, and from where.

    Input pixel `i` adds `w[j]` times itself to output pixel
    `stride * i + j - cut`. Output pixel `stride * q + phase` is therefore the
    sum over `t` of the inputs `q - t` with `w[phase + cut + stride * t]`.

    Returns:
        A slice of the weights, and a list of their `t`, which ascend.
    """
    cut = (kernel_size - stride) // 2
    weights = slice((phase + cut) % stride, kernel_size, stride)
    indices = range(kernel_size)[weights]
    return weights, [(index - phase - cut) // stride for index in indices]


def _convolve(x, kernel, rows, columns):
    """Returns the phases of the output, each as an ordinary convolution."""
    maps = []
    for down, vertical in rows:
        for right, horizontal in columns:
            # A convolution reads forwards: the largest `t` is its first tap.
            taps = ops.flip(kernel[down, right], axis=(0, 1))
            padding = [(max(t), -min(t)) for t in (vertical, horizontal)]
            maps.append(
                backend.conv(
                    ops.pad(x, ((0, 0), *padding, (0, 0))),
                    ops.transpose(taps, (0, 1, 3, 2)),
                    padding="valid",
                )
            )
    return maps


def _sum_parts(x, kernel, rows, columns):
    """Returns the phases as sums of one product with all weights, moved."""
    high, wide, filters, inputs = kernel.shape
    _, height, width, _ = ops.shape(x)
    matrix = ops.transpose(kernel, (3, 0, 1, 2))
    parts = ops.matmul(x, ops.reshape(matrix, (inputs, -1)))
    parts = ops.split(parts, high * wide, axis=3)
    maps = []
    for down, vertical in rows:
        for right, horizontal in columns:
            total = sum(
                ops.pad(
                    parts[row * wide + column],
                    (
                        (0, 0),
                        _shift(i, vertical),
                        _shift(j, horizontal),
                        (0, 0),
                    ),
                )
                for row, i in zip(range(high)[down], vertical)
                for column, j in zip(range(wide)[right], horizontal)
            )
            top, left = -min(vertical), -min(horizontal)
            maps.append(total[:, top : top + height, left : left + width])
    return maps


def _shift(t, of_all):
    """Returns zeros before and behind, which differ between the `t`."""
    return t - min(of_all), max(of_all) - t

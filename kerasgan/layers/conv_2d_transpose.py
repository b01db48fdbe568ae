import keras
import numpy as np
from keras import ops

from kerasgan import backend


@keras.saving.register_keras_serializable(package="kerasgan")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Transposed convolution that trains as a sub-pixel one where that pays.

    With stride `s`, each output pixel hangs on every `s`-th row and column
    of the kernel only. The same numbers therefore come from one ordinary
    convolution with a smaller kernel to `s * s` times the channels, which
    are then laid out as blocks of `s x s` pixels. Weights, config and files
    are those of `keras.layers.Conv2DTranspose`; results agree to rounding.

    XLA's code for the gradients of a strided transposed convolution is slow
    on processors, and so is that for maps with a side that is shorter than
    the kernel's. So the sub-pixel form is used there in training, and for
    such maps; elsewhere it is not used.

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
        stride = self.strides[0]
        rows, before, after = _taps(self.kernel_size[0], stride)
        columns, left, right = _taps(self.kernel_size[1], stride)
        # A row and a column of zeros, where the tables lead to no weight.
        kernel = ops.pad(self.kernel, ((0, 1), (0, 1), (0, 0), (0, 0)))
        kernel = ops.take(kernel, rows.ravel(), axis=0)
        kernel = ops.take(kernel, columns.ravel(), axis=1)
        height, width = rows.shape[0], columns.shape[0]
        inputs, filters = self.kernel.shape[3], self.kernel.shape[2]
        kernel = ops.reshape(
            kernel, (height, stride, width, stride, filters, inputs)
        )
        kernel = ops.transpose(kernel, (0, 2, 5, 1, 3, 4))
        kernel = ops.reshape(
            kernel, (height, width, inputs, stride * stride * filters)
        )
        padding = ((0, 0), (before, after), (left, right), (0, 0))
        x = backend.conv(ops.pad(x, padding), kernel, padding="valid")
        _, high, wide, _ = ops.shape(x)
        x = ops.reshape(x, (-1, high, wide, stride, stride, filters))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return ops.reshape(x, (-1, high * stride, wide * stride, filters))

    def get_config(self):
        return {**super().get_config(), "subpixel": self.subpixel}


def _taps(kernel_size, stride):
    """Returns which weight each tap and phase takes, and the padding.

    Input pixel `i` adds `w[j]` times itself to output pixel
    `stride * i + j - cut`. Output pixel `stride * q + phase` therefore hangs
    on the inputs `q - t` with the weights `phase + cut + stride * t`.

    Returns:
        An integer array `(taps, stride)`, with `kernel_size` for none, and
        the numbers of zeros before and after the input.
    """
    cut = (kernel_size - stride) // 2
    phases = np.arange(stride)
    last = (kernel_size - 1 - cut) // stride
    first = -((stride - 1 + cut) // stride)
    # A convolution reads forwards: the largest `t` is the first tap.
    taps = np.arange(last, first - 1, -1)
    weights = phases[None, :] + cut + stride * taps[:, None]
    weights[(weights < 0) | (weights >= kernel_size)] = kernel_size
    return weights, int(last), int(-first)

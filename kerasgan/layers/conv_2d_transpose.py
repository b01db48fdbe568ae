import keras

from kerasgan import backend


@keras.saving.register_keras_serializable(package="kerasgan")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Transposed convolution that trains as a sub-pixel one where that pays.

    With stride `s`, each output pixel hangs on every `s`-th row and column
    of the kernel only. The same numbers therefore come from `s * s` ordinary
    convolutions with smaller kernels, or from one product with all weights,
    and are then laid out as blocks of `s x s` pixels. Weights, config and
    files are those of `keras.layers.Conv2DTranspose`; results agree to
    rounding, and gradients are those of the convolution that is transposed.

    The sub-pixel form is used on processors only. On JAX it is so in training
    and for maps with a side that is shorter than the kernel's, where XLA's
    code for strided transposed convolutions or their gradients is slow; on
    TensorFlow and PyTorch for at most four filters, in float32, as the last
    layer of a generator has them: oneDNN's is slow for those.

    Args:
        *args, **kwargs: As for `keras.layers.Conv2DTranspose`. The sub-pixel
            form needs `padding="same"`, equal strides that are no longer
            than the kernel, and channels last; otherwise the stock form is
            used.
        subpixel: Bool, or `"auto"` (the default): where it is faster.

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
        if not self._has_subpixel_form():
            return super().call(inputs)
        wanted = self.subpixel
        if wanted == "auto":
            wanted = backend.prefers_subpixel(inputs, self.kernel, training)
        compute = backend.conv_transpose
        if wanted:
            compute = backend.subpixel_conv_transpose
        bias = self.bias if self.use_bias else None
        outputs = compute(inputs, self.kernel, self.strides, bias)
        if self.activation is not None:
            outputs = self.activation(outputs)
        return outputs

    def get_config(self):
        return {**super().get_config(), "subpixel": self.subpixel}

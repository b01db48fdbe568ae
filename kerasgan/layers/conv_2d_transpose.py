import keras

from kerasgan import backend


@keras.saving.register_keras_serializable(package="kerasgan")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Transposed convolution that is computed in the faster of two forms.

    With stride `s`, each output pixel depends on every `s`-th row and column
    of the kernel only. The same values therefore come from a sub-pixel
    convolution: from `s * s` ordinary convolutions with smaller kernels, or
    from one product with all weights, laid out as blocks of `s x s` pixels.
    Weights, config and files are those of `keras.layers.Conv2DTranspose`;
    results agree to rounding, and gradients are those of the stock form.

    Which form is faster, the backend knows; on GPUs it is the stock one (see
    `kerasgan.config.cpu_kernels`).

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
        outputs = backend.conv_transpose(
            inputs,
            self.kernel,
            self.strides,
            self.bias if self.use_bias else None,
            training,
            self.subpixel,
        )
        if self.activation is not None:
            outputs = self.activation(outputs)
        return outputs

    def get_config(self):
        return {**super().get_config(), "subpixel": self.subpixel}

import keras

from kerasgan import backend
from kerasgan.layers.conv_2d_transpose import Conv2DTranspose


@keras.saving.register_keras_serializable(package="kerasgan")
class CentredConv2DTranspose(Conv2DTranspose):
    """Transposed 3x3 convolution of stride 2, centred on each input pixel.

    From `(batch, height, width, channels)` to `(batch, 2 height, 2 width,
    filters)`. The middle of the kernel meets output pixel `2i` of input pixel
    `i`, as in PyTorch with padding 1 and output padding 1; in Keras, with
    `padding="same"`, its first row and column do, so that weights of PyTorch
    cannot be used there.

    Where that is faster it is computed as one of 4x4 whose last row and
    column are 0, which `Conv2DTranspose` has a fast form for.

    Args:
        filters: Integer, channels of the output.
        **kwargs: As for `keras.layers.Conv2DTranspose`, but `kernel_size`,
            `strides`, `padding` and what else moves the pixels.

    Returns:
        `(batch, 2 height, 2 width, filters)`.

    Example:

    ```python
    import numpy as np
    from kerasgan.layers import CentredConv2DTranspose

    layer = CentredConv2DTranspose(8)
    assert layer(np.zeros((1, 7, 5, 3))).shape == (1, 14, 10, 8)
    ```
    """

    def __init__(self, filters, **kwargs):
        super().__init__(
            filters,
            kernel_size=3,
            strides=2,
            padding="same",
            data_format="channels_last",
            **kwargs,
        )

    def call(self, inputs, training=None):
        outputs = backend.centred_conv_transpose(
            inputs,
            self.kernel,
            self.bias if self.use_bias else None,
            training,
            self.subpixel,
        )
        if self.activation is not None:
            outputs = self.activation(outputs)
        return outputs

    def get_config(self):
        fixed = (
            "kernel_size",
            "strides",
            "padding",
            "data_format",
            "dilation_rate",
            "output_padding",
        )
        config = super().get_config()
        return {k: value for k, value in config.items() if k not in fixed}

import keras

from kerasgan import backend
from kerasgan.backend.known_networks import activated
from kerasgan.backend.known_networks import is_plain_transposition


@keras.saving.register_keras_serializable(package="kerasgan")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Transposed convolution that is fast to train on every backend.

    Weights, config and files are those of `keras.layers.Conv2DTranspose`;
    results and gradients agree to rounding.

    With channels last, `padding="same"`, and strides no longer than the
    kernel, the backend chooses the form. On JAX, on a processor, where XLA's
    gradients of the stock form are slow, one product of matrices makes of
    each input pixel what it adds to the output, and those parts are summed
    at their places. Everything else, and all on a GPU, where this was not
    measured, is the stock form.

    Args:
        *args, **kwargs: As for `keras.layers.Conv2DTranspose`.

    Example:

    ```python
    import numpy as np
    from kerasgan.layers import Conv2DTranspose

    layer = Conv2DTranspose(8, 4, strides=2, padding="same")
    assert layer(np.zeros((1, 7, 7, 3))).shape == (1, 14, 14, 8)
    ```
    """

    def call(self, inputs):
        if not is_plain_transposition(self):
            return super().call(inputs)
        bias = self.bias if self.use_bias else None
        outputs = backend.conv_transpose(
            inputs, self.kernel, self.strides, bias
        )
        return activated(self, outputs)

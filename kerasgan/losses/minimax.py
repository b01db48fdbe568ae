import keras
from keras import ops

from kerasgan.losses.non_saturating import NonSaturating


@keras.saving.register_keras_serializable(package="kerasgan")
class Minimax(NonSaturating):
    """The zero-sum logistic loss: the generator minimises log(1 - D(G(z))).

    ```
    d_loss = mean softplus(-l_real) + mean softplus(l_fake)
    g_loss = -mean softplus(l_fake)
    ```

    Equation 1 of the paper. The generator's gradient vanishes where the
    discriminator is sure of itself; `NonSaturating` mends that.

    Args:
        label_smoothing: Float in `[0, 1)`, one-sided: the discriminator's
            target for real images is `1 - label_smoothing`. Defaults to 0.

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.Minimax()
    print(loss.generator(keras.ops.zeros((8, 1))))  # -0.693147
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661.
    """

    def generator(self, fake_logits, real_logits=None):
        return -ops.mean(ops.softplus(fake_logits))

import math

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss


@keras.saving.register_keras_serializable(package="kerasgan")
class Wasserstein(AdversarialLoss):
    """The difference of mean scores.

    ```
    d_loss = mean l_fake - mean l_real
    g_loss = -mean l_fake
    ```

    `-d_loss` estimates the Wasserstein-1 distance up to a factor, if the
    discriminator (here called critic) is kept Lipschitz: by `WeightClip`,
    by `GradientPenalty` or by spectral normalisation.

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.Wasserstein()
    print(loss.discriminator(keras.ops.ones(4), keras.ops.zeros(4)))  # -1
    ```

    Reference:
        Arjovsky, Chintala and Bottou, 2017, arXiv 1701.07875.
    """

    logit_range = (-math.inf, math.inf)

    def discriminator(self, real_logits, fake_logits):
        return ops.mean(fake_logits) - ops.mean(real_logits)

    def generator(self, fake_logits, real_logits=None):
        return -ops.mean(fake_logits)

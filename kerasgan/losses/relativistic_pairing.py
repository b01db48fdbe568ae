import math

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss


@keras.saving.register_keras_serializable(package="kerasgan")
class RelativisticPairing(AdversarialLoss):
    """Real and generated images are scored in pairs, by batch index.

    ```
    d_loss = mean softplus(-(l_real - l_fake))
    g_loss = mean softplus(-(l_fake - l_real))
    ```

    Adding a constant to the discriminator changes nothing. The generator's
    step scores the real images again, with the updated discriminator.

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.RelativisticPairing()
    logits = keras.ops.ones((8, 1))
    print(loss.generator(logits, logits))  # 0.693147
    ```

    Reference:
        Jolicoeur-Martineau, 2018, arXiv 1807.00734; Huang et al., 2024,
        arXiv 2501.05441.
    """

    uses_real_logits = True
    logit_range = (-math.inf, math.inf)

    def discriminator(self, real_logits, fake_logits):
        return ops.mean(ops.softplus(fake_logits - real_logits))

    def generator(self, fake_logits, real_logits=None):
        return ops.mean(ops.softplus(real_logits - fake_logits))

import math

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss


@keras.saving.register_keras_serializable(package="kerasgan")
class Hinge(AdversarialLoss):
    """A margin of one on each side; the generator's loss is linear.

    ```
    d_loss = mean relu(1 - l_real) + mean relu(1 + l_fake)
    g_loss = -mean l_fake
    ```

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.Hinge()
    zeros = keras.ops.zeros((8, 1))
    print(loss.discriminator(zeros, zeros))  # 2
    ```

    Reference:
        Lim and Ye, 2017, arXiv 1705.02894; Miyato et al., 2018,
        arXiv 1802.05957.
    """

    logit_range = (-math.inf, math.inf)

    def discriminator(self, real_logits, fake_logits):
        return ops.mean(ops.relu(1 - real_logits)) + ops.mean(
            ops.relu(1 + fake_logits)
        )

    def generator(self, fake_logits, real_logits=None):
        return -ops.mean(fake_logits)

import math

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class NonSaturating(AdversarialLoss):
    """The logistic loss whose generator maximises log D(G(z)).

    With logits `l` and `softplus(t) = log(1 + exp(t))`:

    ```
    d_loss = mean softplus(-l_real) + mean softplus(l_fake)
    g_loss = mean softplus(-l_fake)
    ```

    The heuristic of section 3 of the paper: the same fixed points as the
    minimax game, but the generator's gradient does not vanish where the
    discriminator wins. Written on logits, so nothing overflows.

    Args:
        label_smoothing: Float in `[0, 1)`. One-sided label smoothing: the
            discriminator's target for real images is `1 - label_smoothing`;
            the target for generated ones stays 0 and the generator's loss
            is unchanged. (`keras.losses.BinaryCrossentropy` smooths both
            sides, which moves the optimum towards what the generator makes
            already.) Defaults to 0; Salimans et al. use 0.1.

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.NonSaturating()
    zeros = keras.ops.zeros((8, 1))
    print(loss.discriminator(zeros, zeros))  # 1.386294 = log 4
    ```

    Reference:
        Goodfellow et al., 2014, arXiv 1406.2661; one-sided label smoothing:
        Salimans et al., 2016, arXiv 1606.03498.
    """

    logit_range = (-math.inf, math.inf)

    def __init__(self, label_smoothing=0.0):
        check_number("label_smoothing", label_smoothing, least=0, below=1)
        self.label_smoothing = label_smoothing

    def discriminator(self, real_logits, fake_logits):
        real_loss = ops.mean(ops.softplus(-real_logits))
        if self.label_smoothing:
            # softplus(l) - softplus(-l) = l: the share of the target 0.
            real_loss += self.label_smoothing * ops.mean(real_logits)
        return real_loss + ops.mean(ops.softplus(fake_logits))

    def generator(self, fake_logits, real_logits=None):
        return ops.mean(ops.softplus(-fake_logits))

    def get_config(self):
        return {"label_smoothing": self.label_smoothing}

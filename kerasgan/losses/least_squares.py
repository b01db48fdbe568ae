import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class LeastSquares(AdversarialLoss):
    """Squared distances of the raw outputs to three targets.

    ```
    d_loss = 1/2 mean (l_real - b)^2 + 1/2 mean (l_fake - a)^2
    g_loss = 1/2 mean (l_fake - c)^2
    ```

    The outputs are linear: no sigmoid anywhere.

    Args:
        a: Float, the discriminator's target for generated images. Defaults
            to 0.
        b: Float, the discriminator's target for real images. Defaults to 1.
        c: Float, the generator's target. Defaults to 1. The default coding
            (0, 1, 1) is the practical one of the paper; (-1, 1, 0) minimises
            a Pearson chi-squared divergence.

    Example:

    ```python
    import keras
    import kerasgan

    loss = kerasgan.losses.LeastSquares(a=-1.0, b=1.0, c=0.0)
    zeros = keras.ops.zeros((8, 1))
    print(loss.discriminator(zeros, zeros), loss.generator(zeros))  # 1, 0
    ```

    Reference:
        Mao et al., 2017, arXiv 1611.04076.
    """

    def __init__(self, a=0.0, b=1.0, c=1.0):
        for name, value in (("a", a), ("b", b), ("c", c)):
            check_number(name, value)
        self.a = a
        self.b = b
        self.c = c

    @property
    def logit_range(self):
        targets = (self.a, self.b, self.c)
        return min(targets), max(targets)

    def discriminator(self, real_logits, fake_logits):
        return _half_square(real_logits, self.b) + _half_square(
            fake_logits, self.a
        )

    def generator(self, fake_logits, real_logits=None):
        return _half_square(fake_logits, self.c)

    def get_config(self):
        return {"a": self.a, "b": self.b, "c": self.c}


def _half_square(logits, target):
    return 0.5 * ops.mean(ops.square(logits - target))

from kerasgan.utils.config_repr import config_repr
from kerasgan.utils.configured import Configured


class AdversarialLoss(Configured):
    """What each of the two players minimises, as a function of logits.

    A loss is a pair of functions of the discriminator's raw outputs. Both
    players minimise, and both functions average over everything in the
    logits, so that a discriminator may score whole images,
    `(batch, 1)`, or patches, `(batch, height, width, 1)`. The discriminator's
    loss *sums* its term for real and its term for fake images, as the papers
    do; some code bases halve it.

    To write your own, subclass, give both methods, keep the arguments of
    `__init__` as attributes of the same names, and decorate the class with
    `keras.saving.register_keras_serializable`.

    Example:

    ```python
    import keras
    import kerasgan

    class Linear(kerasgan.losses.AdversarialLoss):
        def discriminator(self, real_logits, fake_logits):
            return keras.ops.mean(fake_logits) - keras.ops.mean(real_logits)

        def generator(self, fake_logits, real_logits=None):
            return -keras.ops.mean(fake_logits)

    ones, zeros = keras.ops.ones(4), keras.ops.zeros(4)
    assert float(Linear().discriminator(ones, zeros)) == -1
    ```
    """

    #: Whether `generator` needs the logits of real images as well.
    uses_real_logits = False

    #: The least and the greatest output that the discriminator must be able
    #: to give, or `None` for a loss that says nothing of it. A discriminator
    #: that cannot, such as one that ends in a sigmoid, is warned of.
    logit_range = None

    #: Name of the discriminator's layer whose features the generator's loss
    #: is about, by `of_features`; `None` for losses of logits.
    feature_layer = None

    def discriminator(self, real_logits, fake_logits):
        """Returns the scalar that the discriminator minimises.

        Args:
            real_logits: Scores of real images, any shape, float32.
            fake_logits: Scores of generated images, the same shape.
        """
        raise NotImplementedError

    def generator(self, fake_logits, real_logits=None):
        """Returns the scalar that the generator minimises.

        Args:
            fake_logits: Scores of generated images, any shape, float32.
            real_logits: Scores of real images, the same shape, where
                `uses_real_logits` is set; else `None`.
        """
        raise NotImplementedError

    def __repr__(self):
        return config_repr(self)

from keras import ops

from kerasgan import backend
from kerasgan.utils import check_count
from kerasgan.utils import check_number


class Regularizer:
    """A penalty that is added to the discriminator's loss.

    A regularizer answers two questions: at which images it looks (`points`,
    where all its randomness is drawn) and what it charges there (`penalty`).
    Everything is computed in float32. A penalty pass never changes the
    discriminator's statistics.

    Args:
        weight: Float, the factor of the penalty.
        interval: Integer, in discriminator updates. With `interval=k` the
            penalty is computed at every k-th update only and counts k-fold
            there ("lazy regularisation" of StyleGAN2). Defaults to 1.
        name: String, the key of the penalty in the logs. Defaults to the
            snake case of the class name.

    Example:

    ```python
    from keras import ops
    import kerasgan

    class Brightness(kerasgan.regularizers.Regularizer):
        def points(self, real, fake, seed):
            return fake

        def penalty(self, score, images, real_logits):
            return ops.square(ops.mean(score(images)))

    penalty = Brightness(weight=0.1, name="brightness")
    ```

    Reference:
        Karras et al., 2020, arXiv 1912.04958 (lazy regularisation).
    """

    def __init__(self, weight, interval=1, name=None):
        check_number("weight", weight, least=0)
        check_count("interval", interval)
        self.weight = weight
        self.interval = interval
        self.name = name or self.default_name

    #: Key in the logs where no `name` is given.
    default_name = "penalty"

    #: Whether the penalty is about the gradient of each image, which layers
    #: that couple the images of a batch (BatchNormalization) falsify.
    needs_uncoupled_images = False

    def points(self, real, fake, seed):
        """Returns the images at which the penalty looks.

        Args:
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape.
            seed: `keras.random.SeedGenerator` for whatever is random here.
        """
        return real

    def penalty(self, score, images, real_logits):
        """Returns the unweighted penalty, a scalar.

        Args:
            score: Function from images to logits.
            images: What `points` returned.
            real_logits: The logits of the real images, already computed.
        """
        raise NotImplementedError

    def __call__(self, score, real, fake, real_logits, update, seed):
        """Returns the weighted penalty, a float32 scalar.

        Args:
            score: Function from images to logits.
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape, detached.
            real_logits: The logits of `real`.
            update: Integer tensor, how many updates the discriminator had,
                or `None` in evaluation, where `interval` does not count.
            seed: `keras.random.SeedGenerator`.
        """
        images = self.points(real, fake, seed)

        def charge(gain=1):
            with backend.frozen_state():
                penalty = self.penalty(score, images, real_logits)
            return ops.cast(gain * self.weight * penalty, "float32")

        if self.interval == 1 or update is None:
            return charge()
        due = ops.equal(ops.mod(update, self.interval), 0)
        return ops.cond(
            due,
            lambda: charge(gain=self.interval),
            lambda: ops.zeros((), "float32"),
        )

    def get_config(self):
        return {
            "weight": self.weight,
            "interval": self.interval,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def squared_gradient_norms(score, images):
    """Returns `|grad score(x)|^2` of each image, over all of its pixels.

    Summing the scores before differentiating gives each image its own
    gradient as long as the discriminator does not couple the images of a
    batch, as BatchNormalization does.

    Args:
        score: Function from images to logits.
        images: `(batch, height, width, channels)`.

    Returns:
        Float32, `(batch,)`, differentiable for the discriminator's weights.
    """
    with backend.frozen_state():
        _, _, gradient = backend.input_gradient(
            lambda x: (ops.sum(score(x)), None), images, create_graph=True
        )
    gradient = ops.cast(gradient, "float32")
    return ops.sum(ops.square(gradient), axis=tuple(range(1, gradient.ndim)))

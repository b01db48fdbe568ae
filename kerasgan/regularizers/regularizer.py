from keras import ops

from kerasgan import backend
from kerasgan.utils import check_count
from kerasgan.utils.config_repr import config_repr
from kerasgan.utils.configured import Configured
from kerasgan.utils.look_up import look_up
from kerasgan.utils.schedules import check_scheduled
from kerasgan.utils.schedules import schedule_config
from kerasgan.utils.schedules import value_at

_PLAYERS = {name: name for name in ("discriminator", "generator", "both")}


class Regularizer(Configured):
    """A penalty that is added to a player's loss.

    One of the discriminator as a function of images answers two questions:
    at which images it looks (`points`, where all its randomness is drawn)
    and what it charges there (`penalty`). One of weights overrides
    `weight_penalty` instead. Everything is computed in float32. A penalty
    never changes the discriminator's statistics.

    Args:
        weight: Float, the factor of the penalty; or a
            `keras.optimizers.schedules.LearningRateSchedule` over the real
            images shown.
        interval: Integer, in discriminator updates. With `interval=k` the
            penalty is computed at every k-th update only and counts k-fold
            there ("lazy regularisation" of StyleGAN2). Defaults to 1.
        name: String, the key of the penalty in the logs. Defaults to the
            class attribute `default_name`.
        player: `"discriminator"`, `"generator"` or `"both"`: to whose loss a
            penalty of weights is added. Defaults to `"discriminator"`.

    Example:

    ```python
    from keras import ops
    import kerasgan

    class Brightness(kerasgan.regularizers.Regularizer):
        def points(self, real, fake, seed):
            return fake

        def penalty(self, logits_of, images, real_logits):
            return ops.square(ops.mean(logits_of(images)))

    penalty = Brightness(weight=0.1, name="brightness")
    ```

    Reference:
        Karras et al., 2020, arXiv 1912.04958 (lazy regularisation).
    """

    def __init__(self, weight, interval=1, name=None, player="discriminator"):
        weight = check_scheduled("weight", weight, least=0)
        check_count("interval", interval)
        self.player = look_up(player, _PLAYERS, "player")
        self.weight = weight
        self.interval = interval
        self.name = name or self.default_name

    #: Key in the logs where no `name` is given.
    default_name = "penalty"

    #: Whether it is one of weights, by `weight_penalty`.
    is_of_weights = False

    #: Whether its value is logged.
    is_logged = True

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

    def penalty(self, logits_of, images, real_logits):
        """Returns the unweighted penalty, a scalar.

        Args:
            logits_of: Function from images to logits.
            images: What `points` returned.
            real_logits: The logits of the real images, already computed.
        """
        raise NotImplementedError

    def weight_penalty(self, network):
        """Returns the unweighted penalty of a network's weights, a scalar.

        Args:
            network: Keras model of a player.
        """
        raise NotImplementedError

    def adjust_gradients(self, player, gradients, variables):
        """Returns the gradients of a player's update, changed or as they are.

        Args:
            player: String, the player.
            gradients: List of tensors, one a variable.
            variables: List of the variables that are updated.
        """
        return gradients

    def acts_on(self, player):
        """Whether a penalty is added to a player's loss."""
        return self.player in (player, "both")

    def __call__(
        self, logits_of, real, fake, real_logits, update, seed, images_seen=None
    ):
        """Returns the weighted penalty, a float32 scalar.

        Args:
            logits_of: Function from images to logits.
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape, detached.
            real_logits: The logits of `real`.
            update: Integer tensor, how many updates the discriminator had,
                or `None` in evaluation, where `interval` does not count.
            seed: `keras.random.SeedGenerator`.
            images_seen: Float32 scalar, real images shown so far. Defaults
                to `None`, none.
        """
        images = self.points(real, fake, seed)
        return self._lazily(
            lambda: self.penalty(logits_of, images, real_logits),
            update,
            images_seen,
        )

    def of_weights(self, network, update, images_seen=None):
        """Returns the weighted penalty of a network's weights.

        Args:
            network: Keras model of a player.
            update: Integer tensor, how many updates the player had, or
                `None` in evaluation.
            images_seen: See `__call__`.
        """
        return self._lazily(
            lambda: self.weight_penalty(network), update, images_seen
        )

    def _lazily(self, compute, update, images_seen):
        weight = value_at(self.weight, images_seen)

        def weighted(gain=1):
            with backend.frozen_state():
                penalty = compute()
            return ops.cast(gain * weight * penalty, "float32")

        if self.interval == 1 or update is None:
            return weighted()
        due = ops.equal(ops.mod(update, self.interval), 0)
        return ops.cond(
            due,
            lambda: weighted(gain=self.interval),
            lambda: ops.zeros((), "float32"),
        )

    def get_config(self):
        config = {
            "weight": schedule_config(self.weight),
            "interval": self.interval,
            "name": self.name,
        }
        if self.player != "discriminator":
            # Penalties of images are the discriminator's, and do not take it.
            config["player"] = self.player
        return config

    def __repr__(self):
        return config_repr(self)


def squared_gradient_norms(logits_of, images):
    """Returns `|grad D(x)|^2` of each image, over all of its pixels.

    Summing the scores before differentiating gives each image its own
    gradient as long as the discriminator does not couple the images of a
    batch, as BatchNormalization does.

    Args:
        logits_of: Function from images to logits.
        images: `(batch, height, width, channels)`.

    Returns:
        Float32, `(batch,)`, differentiable for the discriminator's weights.
    """
    with backend.frozen_state():
        _, _, gradient = backend.input_gradient(
            lambda x: (ops.sum(logits_of(x)), None), images, create_graph=True
        )
    gradient = ops.cast(gradient, "float32")
    return ops.sum(ops.square(gradient), axis=tuple(range(1, gradient.ndim)))

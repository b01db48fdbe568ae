"""What the models of the zoo that translate images have in common."""

import keras

from kerasgan import networks
from kerasgan.applications.application import Application
from kerasgan.checkpoints.filling import fill
from kerasgan.checkpoints.filling import present
from kerasgan.optimizers import ConstantThenLinear
from kerasgan.utils import check_count
from kerasgan.utils import look_up

_BUILDERS = {
    "encoder_decoder": networks.encoder_decoder,
    "resnet": networks.resnet_translator,
    "unet": networks.unet_generator,
}


class Translator(Application):
    """Base of the applications that translate images.

    Their optimizers follow `learning_rate_decay` of `network_config`.
    """

    def _default_optimizers(self):
        """Adam with the papers' settings, decaying if asked for."""
        return {
            player: keras.optimizers.Adam(self._learning_rate(2e-4), beta_1=0.5)
            for player in self._player_names
        }

    def _learning_rate(self, rate):
        """Returns a learning rate, or the schedule that begins with it.

        Args:
            rate: Float.
        """
        decay = self._network_config["learning_rate_decay"]
        return rate if decay is None else ConstantThenLinear(rate, *decay)


def build_generator(kind, shape, **options):
    """Returns a generator by the name of its kind, such as `"unet"`."""
    return look_up(kind, _BUILDERS, "network")(shape, **options)


def check_decay(decay):
    """Returns the steps of constant and of falling learning rate, or raises."""
    if decay is None:
        return None
    if not isinstance(decay, (tuple, list)) or len(decay) != 2:
        raise ValueError(
            "`learning_rate_decay` must be None or (steps of constant "
            "learning rate, steps in which it falls to 0). Received: "
            f"learning_rate_decay={decay!r}"
        )
    check_count("learning_rate_decay", decay[0], least=0)
    check_count("learning_rate_decay", decay[1])
    return tuple(decay)


def choose_receptive_field(shape):
    """Returns the receptive field that suits images of a size, in pixels.

    Args:
        shape: `(height, width, channels)`, sides may be `None`.
    """
    least = min((side for side in shape[:2] if side is not None), default=256)
    return 70 if least >= 128 else 34 if least >= 24 else 16


def fill_networks(game, plans):
    """Gives networks the weights of authors, and their averages a copy.

    Args:
        game: The model.
        plans: Dict from names of networks to pairs of the weights by the
            authors' names, and of their places; see
            `kerasgan.checkpoints.filling.fill`.
    """
    for name, (state, modules) in plans.items():
        network = getattr(game, name)
        fill(network, state, present(network, modules))
        if f"ema_{name}" in game._averages:
            average = getattr(game, f"ema_{name}")
            average.set_weights(network.get_weights())

import keras

from kerasgan import networks
from kerasgan.applications.registry import register
from kerasgan.applications.translator import Translator
from kerasgan.applications.translator import check_decay
from kerasgan.metrics.features.efficientnet_lite0 import NAME
from kerasgan.metrics.features.efficientnet_lite0_maps import (
    efficientnet_lite0_maps,
)
from kerasgan.models import SRGAN as EnlargingGame
from kerasgan.networks.translation import check_image_shape
from kerasgan.utils.seeds import second_seed

# Squared errors of the packaged network's maps are larger than of the images.
_CONTENT_WEIGHT = 1 / 16


@register
class SRGAN(Translator, EnlargingGame):
    """Enlarges images, with the detail that large images have.

    SRResNet and the paper's discriminator of whole images; the loss is the
    squared error in the maps of a network that knows pictures, and a
    thousandth of what the discriminator says; Adam with learning rate 1e-4.
    It trains on large images alone, of which it makes the small ones.

    Args:
        image_shape: Tuple `(height, width, channels)` of the large images,
            each side at least 16 and a multiple of `scale`. Defaults to
            `(64, 64, 3)`. `translate` enlarges images of any size.
        scale: Integer, 2, 4 or 8, how many times as large they become.
            Defaults to 4, the paper's.
        filters: Integer, channels of the first layers of both networks.
            Defaults to 64, the paper's.
        blocks: Integer, residual blocks of the generator. Defaults to 16, the
            paper's.
        units: Integer, width of the discriminator's hidden layer. Defaults
            to 1024, the paper's.
        features: What is compared: `"efficientnet_lite0"` (the default), the
            maps of the network that comes with kerasgan, for 1 or 3 channels;
            a built Keras model from large images in [-1, 1] to maps, such as
            the paper's VGG19; or `None`, the images themselves. A network is
            saved with the model, and not trained.
        feature_fraction: Integer, 2, 4, 8 or 16: the maps of
            `"efficientnet_lite0"` have that fraction of the image's size. The
            larger it is, the less it says about single pixels. Defaults to 8.
        content_weight: Float. Defaults to `None`: 1/16 for
            `"efficientnet_lite0"`, which brings its errors nearer to those
            of images, and 1 for anything else.
        pretraining: Bool, whether the generator alone minimises the squared
            error of images, as the paper lets it begin. Defaults to `False`.
            `fit(images, epochs=60, pretraining_epochs=20)` does both, one
            after the other.
        generator_options: Dict of further arguments of
            `kerasgan.networks.srresnet_generator`. Defaults to `None`.
        discriminator_options: Dict of further arguments of
            `kerasgan.networks.srgan_discriminator`. Defaults to `None`.
        learning_rate_decay: Pair of numbers of steps: of constant learning
            rate, and after these until it is 0. Defaults to `None`, constant
            for ever.
        seed: Integer or `None`, for initial weights and penalties.
            Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.SRGAN`:
            `adversarial_weight`, `pixel_weight`, `loss`, `ema` and the like.

    Example:

    ```python
    import numpy as np
    import kerasgan

    game = kerasgan.applications.SRGAN(
        image_shape=(16, 16, 3), filters=2, blocks=1, units=4
    )
    images = np.zeros((8, 16, 16, 3), "uint8")
    game.fit(
        images, batch_size=4, epochs=2, pretraining_epochs=1, verbose=0
    )
    small = np.zeros((1, 10, 12, 3), "uint8")
    assert game.translate(small).shape == (1, 40, 48, 3)
    ```

    Reference:
        Ledig et al., 2017, arXiv 1609.04802. Deviations: maps of
        EfficientNet-Lite0, of an eighth of the size, in place of VGG19's of a
        sixteenth; no fall of the learning rate to a tenth in the middle.
    """

    def __init__(
        self,
        image_shape=(64, 64, 3),
        scale=4,
        filters=64,
        blocks=16,
        units=1024,
        features=NAME,
        feature_fraction=8,
        content_weight=None,
        pretraining=False,
        generator_options=None,
        discriminator_options=None,
        learning_rate_decay=None,
        seed=None,
        name=None,
        **kwargs,
    ):
        large = check_image_shape(image_shape, least=16)
        is_packaged = isinstance(features, str)
        if content_weight is None:
            content_weight = _CONTENT_WEIGHT if is_packaged else 1.0
        network = features
        if is_packaged:
            network = _packaged(features, large, feature_fraction)
        generator = {
            "filters": filters,
            "blocks": blocks,
            "seed": seed,
            **(generator_options or {}),
        }
        discriminator = {
            "filters": filters,
            "units": units,
            "seed": second_seed(seed),
            **(discriminator_options or {}),
        }
        super().__init__(
            networks.srresnet_generator(
                _small_shape(large, scale), scale, **generator
            ),
            networks.srgan_discriminator(large, **discriminator),
            features=network,
            content_weight=content_weight,
            pretraining=pretraining,
            seed=seed,
            name=name,
            network_config={
                "image_shape": large,
                "scale": scale,
                "filters": filters,
                "blocks": blocks,
                "units": units,
                "features": _kept(network),
                "feature_fraction": feature_fraction,
                "generator_options": generator_options,
                "discriminator_options": discriminator_options,
                "learning_rate_decay": check_decay(learning_rate_decay),
            },
            **kwargs,
        )

    def _default_optimizers(self):
        """Adam with the paper's settings, decaying if asked for."""
        return {
            player: keras.optimizers.Adam(self._learning_rate(1e-4))
            for player in self._player_names
        }


def _small_shape(large, scale):
    """Returns the shape of the images to enlarge, or raises."""
    if scale not in (2, 4, 8):
        raise ValueError(
            f"`scale` must be 2, 4 or 8. Received: scale={scale!r}"
        )
    *sides, channels = large
    if any(side is None or side % scale for side in sides):
        raise ValueError(
            "`image_shape` must have a height and a width that `scale` "
            f"divides. Received: image_shape={large}, scale={scale}"
        )
    return (*(side // scale for side in sides), channels)


def _packaged(features, shape, fraction):
    if features != NAME:
        raise ValueError(
            f"`features` must be '{NAME}', a Keras model or None. Received: "
            f"features={features!r}"
        )
    return efficientnet_lite0_maps(shape, fraction)


def _kept(network):
    """Returns what a config says of `features`.

    The packaged network is no name in it: its weights are in the file too,
    and loading one never reads another.
    """
    if network is None:
        return None
    return keras.saving.serialize_keras_object(network)

import warnings

import keras

from kerasgan.augmentations import Packing
from kerasgan.losses import FeatureMatching
from kerasgan.models.gan import GAN
from kerasgan.networks.progressive import Growing
from kerasgan.regularizers import HistoricalAveraging
from kerasgan.training.data import is_array
from kerasgan.training.growth import Growth
from kerasgan.training.growth_schedule import GrowthSchedule
from kerasgan.training.growth_schedule import check_batch_sizes
from kerasgan.training.slots import as_tuple


@keras.saving.register_keras_serializable(package="kerasgan")
class ProGAN(Growth, GAN):
    """A game whose images grow from 4x4 to full size while it is played.

    ```
    4x4 | fade to 8x8 | 8x8 | fade to 16x16 | 16x16 | ...
    ```

    Each phase is so many images long. Real images of the full size are shrunk
    to the size of the phase inside the step. While a size fades in, `alpha`
    rises from 0 to 1, and real and generated images, and the features that
    the discriminator makes of them, are

    ```
    (1 - alpha) * (what the size before makes of them) + alpha * (the new)
    ```

    The phase follows from `images_seen` alone, so that plain `fit` grows by
    itself and a run that was saved, or killed, at any point goes on where it
    was. Only the blocks in use are computed; each phase compiles a step of
    its own. The optimizers' moments start anew with each phase.

    `generate` and `predict` make images of the current size, and the logs say
    where the game is: `resolution`, `alpha` and `kimg`, the thousands of
    images shown.

    Args:
        generator: `kerasgan.networks.ProgressiveGenerator`.
        discriminator: `kerasgan.networks.ProgressiveDiscriminator` of the
            same images.
        loss: See `kerasgan.models.GAN`. Defaults to `"wasserstein"`.
        regularizers: See `kerasgan.models.GAN`. Defaults to the paper's, a
            gradient penalty of weight 10 and a drift penalty of weight 0.001.
        kimg: Float, thousands of real images shown in each stabilising
            phase. Defaults to 600, as in the authors' code.
        fade_kimg: Float, the same for each fading phase; 0 for none.
            Defaults to `None`, which is `kimg`.
        batch_sizes: Dict from each size in pixels to the number of images in
            a minibatch there, or `None`. A batch of the data set that is
            larger is cut into minibatches of that size, which are played one
            after the other; one that is smaller stays as it is. One step of
            `fit` is one batch of the data set. Defaults to `None`: a batch is
            a minibatch at every size.
        ema: See `kerasgan.models.GAN`. Defaults to 10,000 images; the
            authors' decay of 0.999 a step is 11,000 at 16 images a step.
        **kwargs: `augmentation`, `latent_prior`, `discriminator_steps`,
            `reuse_fakes`, `seed` and `name` of `kerasgan.models.GAN`.

    `fit` warns where it will end before the schedule does, and loading
    weights that were trained with another schedule warns of what follows.

    Raises:
        ValueError: If the networks do not grow, or not alike; if a length or
            the table of minibatches is out of its range; or if an option of
            `kerasgan.models.GAN` cannot be had in a game that grows.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.models.ProGAN(
        kerasgan.networks.ProgressiveGenerator((8, 8, 1), width=1 / 128),
        kerasgan.networks.ProgressiveDiscriminator((8, 8, 1), width=1 / 128),
        kimg=0.004,
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=8, verbose=0)
    assert gan.generate(2, seed=0).shape == (2, 8, 8, 1)
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="wasserstein",
        regularizers=("gradient_penalty", "drift"),
        kimg=600,
        fade_kimg=None,
        batch_sizes=None,
        ema=10_000.0,
        **kwargs,
    ):
        _check_growing(generator, discriminator)
        given = [loss, *as_tuple(regularizers)]
        for one in [*given, *as_tuple(kwargs.get("augmentation"))]:
            if isinstance(one, _NOT_HERE):
                raise ValueError(
                    f"`{type(one).__name__}` cannot be had in a game that "
                    "grows. Leave it out, or use `kerasgan.models.GAN`"
                )
        sizes = generator.sizes
        schedule = GrowthSchedule(
            sizes, kimg, kimg if fade_kimg is None else fade_kimg
        )
        batch_sizes = check_batch_sizes(batch_sizes, sizes)
        super().__init__(
            generator,
            discriminator,
            loss=loss,
            regularizers=regularizers,
            ema=ema,
            **kwargs,
        )
        self.kimg = kimg
        self.fade_kimg = fade_kimg
        self.batch_sizes = batch_sizes
        self.schedule = schedule

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        initial_epoch=0,
        steps_per_epoch=None,
        **kwargs,
    ):
        if batch_size is None and self.batch_sizes and is_array(x):
            batch_size = max(self.batch_sizes.values())
        images = _images_in(
            x, batch_size, steps_per_epoch, self._minibatches_per_step
        )
        if images is not None:
            self._warn_of_an_early_end(images * (epochs - initial_epoch))
        return super().fit(
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            **kwargs,
        )

    def _warn_of_an_early_end(self, images):
        end = self.images_seen.read() + images
        needed = self.schedule.starts[-1]
        if end < needed:
            final = self.schedule.sizes[-1]
            warnings.warn(
                f"This `fit` ends {self.schedule.describe(end)}, after {end} "
                f"images, and the schedule reaches {final}x{final} after "
                f"{needed}. Give more `epochs`, call `fit` again, which goes "
                "on from there, or make `kimg` smaller.",
                stacklevel=3,
            )

    def _default_optimizers(self):
        """Adam without momentum, as in the authors' code."""
        return {
            player: keras.optimizers.Adam(1e-3, 0.0, 0.99, epsilon=1e-8)
            for player in ("generator", "discriminator")
        }

    def _get_game_config(self):
        config = super()._get_game_config()
        return {
            **config,
            "kimg": self.kimg,
            "fade_kimg": self.fade_kimg,
            # Keys are strings in JSON.
            "batch_sizes": self.batch_sizes
            and {str(size): n for size, n in self.batch_sizes.items()},
        }


def _images_in(x, batch_size, steps, minibatches):
    """Returns the number of images of an epoch, `None` if it is unknown."""
    if is_array(x):
        if steps is None:
            return len(x)
        return steps * minibatches * (batch_size or 32)
    batch_size = getattr(x, "batch_size", None)
    if not isinstance(x, keras.utils.PyDataset) or batch_size is None:
        return None
    batches = x.num_batches if steps is None else steps * minibatches
    return batches and batches * batch_size


# What needs one fixed discriminator, and the values that turn it off.
_NOT_HERE = (FeatureMatching, HistoricalAveraging, Packing)


def _check_growing(generator, discriminator):
    for name, network in (
        ("generator", generator),
        ("discriminator", discriminator),
    ):
        if not isinstance(network, Growing):
            raise ValueError(
                f"`{name}` must grow, as `kerasgan.networks."
                f"Progressive{name.capitalize()}` does. Received: "
                f"{type(network).__name__}"
            )
    if generator.image_shape != discriminator.image_shape:
        raise ValueError(
            "`generator` and `discriminator` must be of the same "
            f"`image_shape`. Received: {generator.image_shape} and "
            f"{discriminator.image_shape}"
        )

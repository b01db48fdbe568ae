import keras
from keras import ops

from kerasgan.augmentations.augmentation import Augmentation
from kerasgan.utils.schedules import check_scheduled
from kerasgan.utils.schedules import schedule_config
from kerasgan.utils.schedules import value_at


@keras.saving.register_keras_serializable(package="kerasgan")
class InstanceNoise(Augmentation):
    """Gaussian noise on all images that the discriminator trains on.

    Args:
        stddev: Float, standard deviation in units of the image range
            [-1, 1]; or a `keras.optimizers.schedules.LearningRateSchedule`
            over the real images shown. Defaults to 0.1.
        decay: Float, in real images shown, or `None`. If given, the noise
            falls linearly to 0 over that many. Defaults to `None`.

    Raises:
        ValueError: If a number is negative.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN(
        image_shape=(8, 8, 1),
        filters=2,
        augmentation=kerasgan.augmentations.InstanceNoise(0.2, decay=100_000),
    )
    ```

    Reference:
        Sønderby et al., 2017, arXiv 1610.04490.
    """

    needs_images = False

    def __init__(self, stddev=0.1, decay=None):
        self.stddev = check_scheduled("stddev", stddev, least=0)
        self.decay = decay
        if decay is not None:
            check_scheduled("decay", decay, above=0)

    def __call__(self, images, seed):
        return self.apply(images, seed, None)

    def apply(self, images, seed, images_seen):
        noise = keras.random.normal(ops.shape(images), seed=seed)
        return images + self.level(images_seen) * noise

    def level(self, images_seen):
        """Returns the standard deviation after so many real images."""
        level = value_at(self.stddev, images_seen)
        if self.decay is None or images_seen is None:
            return level
        return level * ops.maximum(1.0 - images_seen / self.decay, 0.0)

    def get_config(self):
        return {"stddev": schedule_config(self.stddev), "decay": self.decay}

from kerasgan.utils.config_repr import config_repr
from kerasgan.utils.configured import Configured


class Augmentation(Configured):
    """A random change of images that gradients pass through.

    The discriminator sees real and generated images only so changed, and the
    generator's gradient passes through the change: unlike an augmented data
    set, which the generator would learn to imitate, it leaves the generated
    images as they are.

    Example:

    ```python
    import keras
    from keras import ops
    import kerasgan

    class Mirror(kerasgan.augmentations.Augmentation):
        def __call__(self, images, seed):
            shape = (ops.shape(images)[0], 1, 1, 1)
            heads = keras.random.uniform(shape, seed=seed) < 0.5
            return ops.where(heads, images, ops.flip(images, axis=2))

    images = ops.ones((2, 4, 4, 1))
    Mirror()(images, keras.random.SeedGenerator(0))
    ```
    """

    #: Whether examples must be (height, width, channels).
    needs_images = True

    #: How many images become one.
    packs = 1

    #: Whether images are changed in evaluation too.
    in_evaluation = False

    def apply(self, images, seed, images_seen):
        """Returns changed images; called by the models.

        Args:
            images: See `__call__`.
            seed: See `__call__`.
            images_seen: Float32 scalar, real images shown so far, for those
                that override this because they follow a schedule.
        """
        return self(images, seed)

    def __call__(self, images, seed):
        """Returns changed images, each in a way of its own.

        Args:
            images: Float tensor, `(batch, height, width, channels)`, in
                [-1, 1].
            seed: `keras.random.SeedGenerator` for all that is random here.
        """
        raise NotImplementedError

    def __repr__(self):
        return config_repr(self)

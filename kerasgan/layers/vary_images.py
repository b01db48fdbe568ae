import keras
from keras import ops

from kerasgan import backend
from kerasgan.layers.saved_seed import SavedSeed
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class VaryImages(SavedSeed, keras.layers.Layer):
    """Puts, in training, generated images of their kind in place of some.

    An augmentation like `keras.layers.RandomFlip`, by a generator that makes
    of an image and latents another one of its class: that of a trained
    `kerasgan.models.DAGAN`, whose `augmentation_layer` returns this. In
    inference images stay as they are.

    Args:
        generator: Keras model from `[latents, images]` to images in [-1, 1].
            It is not trained.
        rate: Float from 0 to 1, the share of images that are replaced.
            Defaults to 0.5.
        value_range: Pair of floats, the range of the images. Defaults to
            (-1, 1); `(0, 255)` for images as Keras loads them.
        seed: Integer or `None`. Defaults to `None`.
        **kwargs: Keras' arguments of layers.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DAGAN((8, 8, 1), latent_dim=4, filters=2)
    classifier = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            gan.augmentation_layer(rate=0.5, seed=0),
            keras.layers.RandomFlip("horizontal"),
            keras.layers.Flatten(),
            keras.layers.Dense(3),
        ]
    )
    assert classifier(np.zeros((2, 8, 8, 1))).shape == (2, 3)
    ```
    """

    def __init__(
        self, generator, rate=0.5, value_range=(-1, 1), seed=None, **kwargs
    ):
        super().__init__(**kwargs)
        check_number("rate", rate, least=0)
        if rate > 1:
            raise ValueError(
                f"`rate` must be at most 1. Received: rate={rate!r}"
            )
        low, high = value_range
        if not low < high:
            raise ValueError(
                "`value_range` must be a smaller and a larger number. "
                f"Received: value_range={value_range!r}"
            )
        self.generator = generator
        self.generator.trainable = False
        self.rate = rate
        self.value_range = (float(low), float(high))
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, images, training=False):
        if not training or not self.rate:
            return images
        low, high = self.value_range
        count = ops.shape(images)[0]
        shape = (count, *self.generator.inputs[0].shape[1:])
        latents = keras.random.normal(shape, seed=self.seed_generator)
        given = (ops.cast(images, "float32") - low) * (2.0 / (high - low)) - 1.0
        made = backend.call_network(self.generator, [latents, given], False)
        made = (ops.cast(made, "float32") + 1.0) * (0.5 * (high - low)) + low
        chosen = keras.random.uniform(
            (count, 1, 1, 1), seed=self.seed_generator
        )
        made = ops.stop_gradient(ops.cast(made, images.dtype))
        return ops.where(chosen < self.rate, made, images)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "rate": self.rate,
            "value_range": self.value_range,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        generator = keras.saving.deserialize_keras_object(config["generator"])
        return cls(**{**config, "generator": generator})

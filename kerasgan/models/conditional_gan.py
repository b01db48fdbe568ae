import keras
import numpy as np

from kerasgan.models.gan import GAN
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_shapes
from kerasgan.training.validation import check_two_inputs
from kerasgan.training.validation import check_unpacked
from kerasgan.utils import check_count
from kerasgan.utils.check_labels import check_labels


@keras.saving.register_keras_serializable(package="kerasgan")
class ConditionalGAN(GAN):
    """A game whose two networks are told the class of the image.

    ```
    D minimises d_loss(D(real, y), D(G(z, y), y)),  G minimises
    g_loss(D(G(z, y), y))
    ```

    The generated images of a step get the labels of its real ones, so that
    both have the same distribution of classes.

    Args:
        generator: Built Keras model from `[latents, labels]` to images;
            labels are `(batch,)`, int32.
        discriminator: Built Keras model from `[images, labels]` to logits.
        num_classes: Integer, how many classes there are.
        **kwargs: See `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.CGAN(
        image_shape=(8, 8, 1), num_classes=3, filters=4, units=8
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    labels = np.arange(16) % 3
    gan.fit(images, labels, batch_size=8, verbose=0)
    assert gan.generate(6, labels=[0, 0, 1, 1, 2, 2]).shape == (6, 8, 8, 1)
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv 1411.1784. Deviation: any loss; the
        paper's is minimax.
    """

    def __init__(self, generator, discriminator, num_classes, **kwargs):
        check_count("num_classes", num_classes)
        super().__init__(generator, discriminator, **kwargs)
        self.num_classes = num_classes

    def _check_networks(self, generator, discriminator, packing):
        for name, network in (
            ("generator", generator),
            ("discriminator", discriminator),
        ):
            check_built(name, network)
            check_two_inputs(name, network)
        check_shapes(generator.output_shape, discriminator.inputs[0].shape)
        check_unpacked(packing, "has one label an image")

    def generator_inputs(self, latents, condition):
        return [latents, condition]

    def discriminator_inputs(self, images, condition):
        return [images, condition]

    def unpack(self, batch):
        images, labels = super().unpack(batch)
        # They may be a column.
        labels = keras.ops.reshape(labels, (-1,))
        return images, keras.ops.cast(labels, "int32")

    def check_batch(self, images, labels):
        self.check_real(images)
        if labels is None:
            raise ValueError(
                "`y` must be given: this model is conditional and needs the "
                "labels of the images. Give them as `y`, or let the data set "
                "yield `(images, labels)`. Received: None"
            )
        check_labels(labels, len(images), self.num_classes, "y")

    def generate(self, n, labels=None, seed=None, batch_size=64):
        """Returns generated images of the classes that are asked for.

        Args:
            n: Integer, how many images.
            labels: Integer, or sequence of `n` integers, in
                `[0, num_classes)`; or `None` to draw them with equal
                probability.
            seed: See `kerasgan.models.GAN`. A seed means the same latents,
                and with `labels=None` the same labels, on every backend.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        return super().generate(n, seed, batch_size, labels=labels)

    def input_stream(self, n, seed, labels=None):
        next_latents = self.latent_stream(seed)
        next_labels = self._label_stream(n, seed, labels)
        return lambda count: {
            "latents": next_latents(count),
            "labels": next_labels(count),
        }

    def _label_stream(self, n, seed, labels):
        if labels is None:
            rng = np.random.default_rng(seed)
            return lambda count: rng.integers(
                self.num_classes, size=count
            ).astype("int32")
        if np.ndim(labels) == 0:
            labels = np.full(n, labels)
        labels = check_labels(labels, n, self.num_classes)
        rows = iter(labels.astype("int32"))
        return lambda count: np.fromiter(rows, "int32", count)

    def get_game_config(self):
        return {**super().get_game_config(), "num_classes": self.num_classes}

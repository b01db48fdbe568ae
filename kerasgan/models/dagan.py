import keras
import numpy as np
from keras import ops

from kerasgan.latent import Normal
from kerasgan.layers import VaryImages
from kerasgan.models.gan import GAN
from kerasgan.training.class_paired_fit import ClassPairedFit
from kerasgan.training.examples import Examples
from kerasgan.training.side_by_side import beside
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_shapes
from kerasgan.training.validation import check_two_inputs
from kerasgan.training.validation import check_unpacked
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.seeds import seed_or_drawn


@keras.saving.register_keras_serializable(package="kerasgan")
class DAGAN(ClassPairedFit, Examples, GAN):
    """Makes of an image others of its class, also of classes never seen.

    With pairs of different images `x`, `y` of one class:

    ```
    D minimises d_loss(D(y, x), D(G(z, x), x)) + penalties, at images like y
    G minimises g_loss(D(G(z, x), x))
    ```

    Labels only say what are pairs; the networks do not get them. `fit` takes
    images and labels, and pairs them anew in each epoch (classes of one image
    are left out, with a warning); or a data set of pairs, such as
    `kerasgan.datasets.pairs_by_class` of folders.

    A few of the first images, of the validation data where there are some,
    are kept and saved with the model: `generate` draws others like them.

    Args:
        generator: Built Keras model from `[latents, images]` to images of
            the same shape, in [-1, 1].
        discriminator: Built Keras model from `[images, given images]` to
            logits.
        **kwargs: See `kerasgan.models.GAN`. The paper's are
            `loss="wasserstein"`, `regularizers=["gradient_penalty"]` and
            `discriminator_steps=5`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DAGAN(
        (8, 8, 1), latent_dim=4, filters=2, discriminator_steps=1
    )
    images = np.zeros((12, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(12) % 3, batch_size=4, verbose=0)
    assert gan.variations(images, n=5).shape == (12, 5, 8, 8, 1)
    ```

    Reference:
        Antoniou, Storkey and Edwards, 2017, arXiv 1711.04340.
    """

    def _check_networks(self, generator, discriminator, packing):
        for name, network in (
            ("generator", generator),
            ("discriminator", discriminator),
        ):
            check_built(name, network)
            check_two_inputs(name, network)
        made = generator.output_shape
        for given in (generator.inputs[1].shape, *_shapes_of(discriminator)):
            check_shapes(made, given)
        check_unpacked(packing, "sees pairs of images")

    # === How the networks are called ===

    def unpack(self, batch):
        # What is generated is like the second image of a pair.
        first, second, _ = keras.utils.unpack_x_y_sample_weight(batch)
        return super().unpack(second)[0], super().unpack(first)[0]

    def _generator_inputs(self, latents, condition):
        return [latents, condition]

    def _discriminator_inputs(self, images, condition):
        return [images, condition]

    def _discriminate(self, images, condition=None, training=True):
        # Both images of a pair are augmented alike.
        channels = condition.shape[-1]
        pair = ops.concatenate([condition, images], axis=-1)
        pair = self.augment(pair, training)
        inputs = [pair[..., channels:], pair[..., :channels]]
        outputs = self._call_network(self.discriminator, inputs, training)
        outputs = [ops.cast(x, "float32") for x in keras.tree.flatten(outputs)]
        return outputs[0], outputs[1:]

    # === Data ===

    @property
    def _example_shapes(self):
        return self.image_shape, self.image_shape

    def _check_batch(self, images, labels):
        for name, part in (("x", images), ("y", labels)):
            if part is None or len(part.shape) < 2:
                raise ValueError(
                    f"{type(self).__name__} takes pairs of images of one "
                    "class. Give `fit(images, labels)` of arrays, or a data "
                    "set of batches of pairs, such as "
                    "`kerasgan.datasets.ClassPairs`. Received: "
                    f"{'nothing' if part is None else 'labels'} as `{name}`"
                )
            check_images(part, name, self.image_shape)

    # === Pictures ===

    def _input_stream(self, n, seed):
        next_latents = self._latent_stream(seed)
        rng = np.random.default_rng((seed, 1))
        kept = self._examples and self._examples[0]
        if kept is None:
            kept, _ = self._draw_examples(16, seed)

        def next_inputs(count):
            rows = rng.integers(0, len(kept), count)
            return {
                "latents": next_latents(count),
                "images": from_bytes(kept[rows]),
            }

        return next_inputs

    def _sample_pictures(self, n, seed=None):
        """Returns rows of an image and three variations of it."""
        seed = seed_or_drawn(seed)
        images, _ = self._draw_examples(
            min(n, 16 if self.examples is None else len(self.examples[0])), seed
        )
        made = self.variations(images, 3, seed=seed)
        return beside(images, *np.moveaxis(made, 1, 0))

    def variations(self, images, n=1, seed=None, batch_size=64):
        """Returns generated images of the classes of images.

        Args:
            images: Array `(count, height, width, channels)`, uint8 or float
                in [-1, 1].
            n: Integer, how many for each. Defaults to 1.
            seed: Integer from 0 to 2**31 - 1, or `None`.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(count, n, height, width, channels)`, in
            [-1, 1].
        """
        check_count("n", n)
        images = as_array(images, "images", "an array of images")
        check_images(images, "images", self.image_shape)
        warn_of_scale(images, "images")
        given = np.repeat(from_bytes(images), n, axis=0)
        latents = self._latent_stream(seed_or_drawn(seed))(len(given))
        made = self.render([latents, given], batch_size)
        return made.reshape((len(images), n, *made.shape[1:]))

    def augmentation_layer(self, rate=0.5, value_range=(-1, 1), seed=None):
        """Returns a layer that puts variations in place of some images.

        Args:
            rate: Float from 0 to 1, the share of them. Defaults to 0.5.
            value_range: Pair of floats, the range of the images. Defaults to
                (-1, 1).
            seed: Integer or `None`.

        Returns:
            `kerasgan.layers.VaryImages`, with a copy of the generator.
        """
        if not isinstance(self.latent_prior, Normal):
            raise ValueError(
                "`latent_prior` must be 'normal', which is what the layer "
                f"draws. Received: {self.latent_prior!r}"
            )
        network = self._inference_generator
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        return VaryImages(copy, rate, value_range, seed)


def _shapes_of(network):
    return [tuple(x.shape) for x in network.inputs]

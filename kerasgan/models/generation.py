import keras
import numpy as np

from kerasgan import backend
from kerasgan.models.moving_average import decay_of
from kerasgan.models.moving_average import follow
from kerasgan.utils import check_count
from kerasgan.utils.seeds import seed_or_drawn


class Generation:
    """How images come out of a trained game; mixed into the models.

    Expects the attributes that `kerasgan.models.GAN` sets.
    """

    @property
    def latent_shape(self):
        """Shape of one image's latents, without the batch."""
        return tuple(self.generator.input_shape[1:])

    def call(self, latents, training=False):
        network = self.generator if training else self.inference_generator
        return backend.call_network(network, latents, training)

    @property
    def inference_generator(self):
        """The network that makes images: the average, if there is one."""
        return self.ema_generator or self.generator

    def update_average(self, images):
        """Lets `ema_generator`, if there is one, follow the generator.

        Args:
            images: Number of real images in the step.
        """
        if self.ema_generator is not None:
            decay = decay_of(
                images,
                self.ema_half_life,
                self.ema_ramp_up,
                self.images_seen.since(),
            )
            self.follow_generator(decay)

    def statistics(self):
        """Returns the variables that differ between replicas."""
        statistics = super().statistics()
        if self.ema_generator is not None:
            pairs = zip(self.ema_generator.weights, self.generator.weights)
            statistics += [
                slow
                for slow, fast in pairs
                if not fast.trainable and "float" in fast.dtype
            ]
        return statistics

    def follow_generator(self, decay):
        """Moves `ema_generator` towards the generator; see `follow`."""
        follow(self.ema_generator, self.generator, decay, self.averaged_weights)

    def generate(self, n, seed=None, batch_size=64):
        """Returns generated images.

        The latents are drawn with NumPy's generator, so that a seed means
        the same pictures on every backend, and the first pictures of a seed
        are the same however many are asked for.

        Args:
            n: Integer, how many images.
            seed: Integer from 0 to 2**31 - 1, or `None` for one that
                `keras.utils.set_random_seed` decides.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        return gathered(n, self.generate_batches(n, seed, batch_size))

    def generate_batches(self, n, seed=None, batch_size=64, **asked):
        """Yields the images of `generate` a batch at a time.

        Neither latents nor images of other batches are in memory.

        Args:
            n: Integer, how many images in all.
            seed: See `generate`.
            batch_size: Integer, images in a batch; the last may have fewer.
                Defaults to 64.
            **asked: Further arguments of the model's `generate`, such as
                `labels`.

        Returns:
            Iterator of float32 NumPy arrays, `(batch, height, width,
            channels)`, in [-1, 1]. Arguments are checked before it begins.

        Example:

        ```python
        import kerasgan

        gan = kerasgan.applications.GAN(image_shape=(4, 4, 1), units=(8,))
        means = [x.mean() for x in gan.generate_batches(100, seed=0)]
        assert len(means) == 2
        ```
        """
        check_count("n", n)
        check_count("batch_size", batch_size)
        next_images = self.image_stream(
            n, seed_or_drawn(seed), batch_size, **asked
        )
        return (
            next_images(min(batch_size, n - start))
            for start in range(0, n, batch_size)
        )

    def image_stream(self, n, seed, batch_size):
        """Returns a function that makes the next images of a seed.

        Args:
            n: Integer, how many images will be asked for in all.
            seed: Integer.
            batch_size: Integer, images computed at a time.

        Returns:
            Function from a number of images to a float32 NumPy array.
        """
        next_latents = self.latent_stream(seed)
        return lambda count: self.render(next_latents(count), batch_size)

    def draw_latents(self, n, seed=None):
        """Returns the latents of `generate(n, seed)`, a NumPy array."""
        check_count("n", n)
        return self.latent_stream(seed_or_drawn(seed))(n)

    def latent_stream(self, seed):
        """Returns a function that draws the next latents of a seed.

        Args:
            seed: Integer.

        Returns:
            Function from a number of images to a NumPy array.
        """
        rng = np.random.default_rng(seed)
        return lambda n: self.latent_prior.draw((n, *self.latent_shape), rng)

    def export(self, filepath, *args, **kwargs):
        """Exports what makes the images, for use without Keras and kerasgan.

        That is the averaged generator, if there is one: from the inputs of
        `gan.generator` to images in [-1, 1]. The discriminator stays behind.

        Args:
            filepath: Where to write it.
            *args, **kwargs: `format`, `verbose` and the like of
                `keras.Model.export`. The format defaults to TensorFlow's
                SavedModel, which the TensorFlow and JAX backends can write;
                PyTorch has `"torch"` and `"onnx"`.

        Example:

        ```python
        import keras
        import kerasgan

        gan = kerasgan.applications.DCGAN(image_shape=(8, 8, 1), filters=2)
        if keras.backend.backend() == "tensorflow":
            gan.export("generator", verbose=False)
        ```
        """
        network = self.network_to_export()
        # Keras refuses some formats to what was never called.
        network(network.inputs)
        # PyTorch cannot export gradients of our own.
        with backend.no_gradients():
            network.export(filepath, *args, **kwargs)

    def check_inputs(self, inputs, batch_size):
        """Raises `ValueError` unless `render` can make images of these."""
        check_count("batch_size", batch_size)
        expected = [tuple(x.shape[1:]) for x in self.generator.inputs]
        received = [tuple(x.shape) for x in keras.tree.flatten(inputs)]
        rows = {shape[:1] for shape in received}
        if [shape[1:] for shape in received] != expected or len(rows) > 1:
            shapes = ", ".join(
                str(("n", *shape)).replace("'", "") for shape in expected
            )
            raise ValueError(
                f"`inputs` must have the shape {shapes}, with one n of at "
                "least 1, which is what the generator takes. Received: "
                f"{', '.join(map(str, received))}. Draw latents with "
                "`draw_latents(n)`"
            )

    def network_to_export(self):
        """Returns the Keras model that `export` writes."""
        return self.inference_generator

    def render(self, inputs, batch_size=64):
        """Returns the images that the inputs of the generator stand for.

        Args:
            inputs: Latents, `(n, latent_dim)`, or the list of all inputs of
                the generator, such as latents and labels.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`.

        Raises:
            ValueError: If the shapes are not those that the generator takes.
        """
        self.check_inputs(inputs, batch_size)
        images = self.predict_on_one_device(
            self.inference_generator, inputs, batch_size
        )
        return images.astype("float32")


def gathered(n, batches):
    """Returns the rows of batches as one array."""
    images = None
    start = 0
    for batch in batches:
        if images is None:
            images = np.empty((n, *batch.shape[1:]), batch.dtype)
        images[start : start + len(batch)] = batch
        start += len(batch)
    return images

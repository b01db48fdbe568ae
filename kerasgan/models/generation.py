import numpy as np

from kerasgan import backend
from kerasgan.models.moving_average import decay_of
from kerasgan.models.moving_average import follow
from kerasgan.utils import check_count


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
                images, self.ema_half_life, self.ema_ramp_up, self.images_seen
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
        follow(self.ema_generator, self.generator, decay)

    def generate(self, n, seed=None, batch_size=64):
        """Returns generated images.

        The latents are drawn with NumPy's generator, so that a seed means
        the same pictures on every backend.

        Args:
            n: Integer, how many images.
            seed: Integer or `None`.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        return self.render(self.draw_latents(n, seed), batch_size=batch_size)

    def draw_latents(self, n, seed=None):
        """Returns the latents of `generate(n, seed)`, a NumPy array."""
        check_count("n", n)
        rng = np.random.default_rng(seed)
        return self.latent_prior.draw((n, *self.latent_shape), rng)

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

    def network_to_export(self):
        """Returns the Keras model that `export` writes."""
        return self.inference_generator

    def render(self, inputs, batch_size=64):
        """Returns the images that the inputs of the generator stand for."""
        images = self.predict_alone(
            self.inference_generator, inputs, batch_size
        )
        return images.astype("float32")

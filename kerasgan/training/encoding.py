import keras
import numpy as np
from keras import ops

from kerasgan.training.reading import Reading
from kerasgan.training.validation import check_built


class Encoding(Reading):
    """Latents of images, and images of these; mixed into models.

    Expects an `encoder` from images to latents, or to a list of two: the
    means of latents and the logarithms of their standard deviations.
    """

    @property
    def _inference_encoder(self):
        """The network that encodes: the average, if there is one."""
        return getattr(self, "ema_encoder", None) or self.encoder

    def encode(self, images, batch_size: int = 64) -> np.ndarray:
        """Returns the latents of images, means where they are random.

        Args:
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1].
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, latent_dim)`.
        """
        return self._read(self._inference_encoder, images, batch_size)[0]

    def reconstruct(self, images, batch_size: int = 64) -> np.ndarray:
        """Returns the images that the latents of images stand for.

        Args:
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1].
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array of the same shape, in [-1, 1].
        """
        return self.render(self.encode(images, batch_size), batch_size)

    def _codes_of(self, images):
        """Returns latents of images within a step."""
        return self._latents_of_outputs(self._call(self.encoder, images))

    def _latents_of_outputs(self, outputs):
        """Returns latents, drawn where the encoder gives their distribution.

        Args:
            outputs: What the encoder gives, float32: latents, or a list of
                means and logarithms of deviations.
        """
        if not isinstance(outputs, (list, tuple)):
            return outputs
        mean, log_deviation = outputs
        return mean + ops.exp(log_deviation) * self._noise(ops.shape(mean))

    def _noise(self, shape):
        """Returns normal numbers for latents that are drawn."""
        return self._sharded(
            keras.random.normal(shape, seed=self.seed_generator)
        )


def check_encoder(encoder, generator, outputs=(1, 2)):
    """Raises `ValueError` unless an encoder leads back what is generated.

    Args:
        encoder: Keras model.
        generator: Keras model from latents to images.
        outputs: How many outputs of the latents' shape it may have.
    """
    check_built("generator", generator)
    check_built("encoder", encoder)
    images = tuple(generator.output_shape)
    latents = tuple(generator.inputs[0].shape)
    taken = [tuple(x.shape) for x in encoder.inputs]
    made = [tuple(x.shape) for x in encoder.outputs]
    if taken != [images] or set(made) != {latents} or len(made) not in outputs:
        also = ", or to two, means and logarithms of deviations"
        if 1 not in outputs:
            also = ", to two: means and logarithms of deviations"
        raise ValueError(
            "`encoder` must lead from the images of `generator` to its "
            f"latents{also if 2 in outputs else ''}. Received: a generator "
            f"from {latents} to {images}, and an encoder from {taken} to "
            f"{made}"
        )

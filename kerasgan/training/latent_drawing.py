import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.seeds import seed_or_drawn


class LatentDrawing:
    """Inputs of models that draw from latents; mixed into them.

    Expects `generator`, whose first input they are, and `latent_prior`.
    """

    @property
    def _latent_shape(self):
        """Shape of one image's latents, without the batch."""
        return tuple(self.generator.inputs[0].shape[1:])

    @property
    def _latent_parts(self):
        return [(self._latent_shape[-1], self.latent_prior)]

    def sample_inputs(
        self, n: int, seed: int | None = None, **asked
    ) -> dict[str, np.ndarray]:
        """Returns latents and what else `render` takes; see `Drawing`.

        Args:
            n: Integer, how many images.
            seed: Integer from 0 to 2**31 - 1, or `None`.
            **asked: What is asked for, such as `labels`.
        """
        check_count("n", n)
        return self._input_stream(n, seed_or_drawn(seed), **asked)(n)

    def _input_stream(self, n, seed):
        next_latents = self._latent_stream(seed)
        return lambda count: {"latents": next_latents(count)}

    def _latent_stream(self, seed):
        """Returns a function that draws the next latents of a seed.

        Args:
            seed: Integer.

        Returns:
            Function from a number of images to a NumPy array.
        """
        rng = np.random.default_rng(seed)
        return lambda n: self.latent_prior.draw((n, *self._latent_shape), rng)

import numpy as np

from kerasgan.utils import check_count
from kerasgan.utils.seeds import seed_or_drawn


class LatentDrawing:
    """Inputs of models that draw from latents; mixed into them.

    Expects `generator`, whose first input they are, and `latent_prior`.
    """

    @property
    def latent_shape(self):
        """Shape of one image's latents, without the batch."""
        return tuple(self.generator.inputs[0].shape[1:])

    def sample_inputs(self, n, seed=None, **asked):
        check_count("n", n)
        return self.input_stream(n, seed_or_drawn(seed), **asked)(n)

    def input_stream(self, n, seed):
        next_latents = self.latent_stream(seed)
        return lambda count: {"latents": next_latents(count)}

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

from keras import ops

from kerasgan.utils.configured import Configured


class Prior(Configured):
    """The distribution that latents are drawn from.

    It is drawn from in two ways: `sample` inside a training step, with
    Keras' random numbers; and `draw` outside, with NumPy's, so that one seed
    means the same pictures on every backend.

    Example:

    ```python
    import keras
    import kerasgan

    class Exponential(kerasgan.latent.Prior):
        def sample(self, shape, seed):
            u = keras.random.uniform(shape, minval=1e-7, seed=seed)
            return -keras.ops.log(u)

        def draw(self, shape, rng):
            return rng.exponential(size=shape).astype("float32")
    ```
    """

    def sample(self, shape, seed):
        """Returns a float32 tensor.

        Args:
            shape: Shape of the latents, with the batch first.
            seed: `keras.random.SeedGenerator`.
        """
        raise NotImplementedError

    def draw(self, shape, rng):
        """Returns a float32 NumPy array.

        Args:
            shape: Shape of the latents, with the batch first.
            rng: `numpy.random.Generator`.
        """
        raise NotImplementedError

    #: Whether latents can be changed a little and stay in the support.
    is_continuous = True
    #: Name of the way between two latents; see `kerasgan.latent.interpolate`.
    way = "lerp"

    def restrict(self, latents):
        """Returns the nearest points of the support: here, all are in it.

        Args:
            latents: Tensor, `(batch, ...)`.
        """
        return latents

    def penalty(self, latents):
        """Returns how unlike what is drawn latents are, here not at all.

        Args:
            latents: Tensor, `(batch, ...)`.

        Returns:
            Tensor, `(batch,)`, of numbers from 0 up.
        """
        return ops.zeros((ops.shape(latents)[0],), "float32")

    def typical(self, latents):
        """Returns latents as they are drawn, for sums and means of such.

        Args:
            latents: NumPy array, `(batch, ...)`.

        Returns:
            NumPy array; here what `restrict` returns.
        """
        return ops.convert_to_numpy(self.restrict(latents))

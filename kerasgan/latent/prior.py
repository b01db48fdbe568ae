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

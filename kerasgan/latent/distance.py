import numpy as np


class Distance:
    """How far images are from targets, for what is found by descent.

    A subclass writes `__call__`, in `keras.ops`. What it needs to know of
    the targets is computed once, by `data`.

    Example:

    ```python
    import keras
    import kerasgan

    class Huber(kerasgan.latent.Distance):
        def __call__(self, images, data):
            error = keras.ops.abs(images - data[0])
            small = 0.5 * keras.ops.square(error)
            error = keras.ops.where(error < 1.0, small, error - 0.5)
            return keras.ops.mean(error, axis=(1, 2, 3))

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2)
    kerasgan.latent.project(
        gan, gan.generate(1, seed=0), steps=2, loss=Huber(), verbose=0
    )
    ```
    """

    #: Keras variables that it reads.
    variables = ()

    def data(self, targets):
        """Returns what there is to know of targets.

        Args:
            targets: Float32 NumPy array, `(n, height, width, channels)`, in
                [-1, 1].

        Returns:
            Tuple of NumPy arrays of `n` rows.
        """
        return (np.asarray(targets),)

    def __call__(self, images, data):
        """Returns the distances, `(batch,)`.

        Args:
            images: Tensor, `(batch, height, width, channels)`.
            data: Tuple of tensors, rows of what `data` returned.
        """
        raise NotImplementedError

import keras
import numpy as np
from keras import ops

from kerasgan.utils.configured import Configured


class Condition(Configured):
    """What the images of a conditional model are drawn by.

    A condition knows what `fit` and `generate` take for it and what of that
    is refused, how it is cast in the training step, how it enters a network,
    and how conditions are drawn where the user names none.

    A subclass sets `shape`, `dtype` and `embedding_size` and writes
    `standardize`, `is_single`, `draw` and `embed`; its arguments stand in
    `get_config`, and `keras.saving.register_keras_serializable` makes it
    loadable. Where there are few conditions, it sets `count` and writes
    `in_turn`: pictures and scores show each of them equally often.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    class Angle(kerasgan.conditions.Condition):
        embedding_size = 2

        def standardize(self, values, n, name="condition"):
            return np.asarray(values, "float32").reshape(n)

        def is_single(self, values):
            return np.ndim(values) == 0

        def draw(self, n, rng):
            return rng.uniform(0, 2 * np.pi, n).astype("float32")

        def embed(self, inputs, seed=None):
            sine, cosine = keras.ops.sin(inputs), keras.ops.cos(inputs)
            return keras.ops.stack([sine, cosine], axis=-1)

    generator = kerasgan.networks.cgan_generator(
        (8, 8, 1), condition=Angle(), filters=2, units=4
    )
    ```
    """

    #: Shape of the condition of one image.
    shape = ()
    #: Dtype in the networks and, as NumPy's, of `standardize`.
    dtype = "float32"
    #: Name of the networks' input.
    input_name = "condition"
    #: Length of what `embed` returns.
    embedding_size = None
    #: How many different conditions there are, `None` where they are many.
    count = None

    def standardize(self, values, n, name="condition"):
        """Returns the conditions of images, or raises if they are none.

        Args:
            values: What the user gave.
            n: Integer, how many images there are.
            name: Name of the argument, for the message.

        Returns:
            NumPy array, `(n, *shape)`, of `dtype`.

        Raises:
            ValueError: If they are no conditions of `n` images.
        """
        raise NotImplementedError

    def is_single(self, values):
        """Returns whether values are the condition of one image."""
        raise NotImplementedError

    def repeat(self, values, n, name="condition"):
        """Returns conditions that are given for each image or once for all.

        Args:
            values: As in `standardize`, or the condition of one image.
            n: Integer, how many images there are.
            name: Name of the argument, for the message.

        Returns:
            NumPy array, `(n, *shape)`.
        """
        if self.is_single(values):
            row = self.standardize([values], 1, name)
            return np.repeat(row, n, axis=0)
        return self.standardize(values, n, name)

    def draw(self, n, rng):
        """Returns random conditions, `(n, *shape)`, a NumPy array.

        Args:
            n: Integer.
            rng: `numpy.random.Generator`, so that a seed means the same
                conditions on every backend.
        """
        raise NotImplementedError

    def in_turn(self, n):
        """Returns each condition in its order, again and again.

        Args:
            n: Integer, how many images there are.

        Returns:
            NumPy array, `(n, *shape)`, or `None` where `count` is.
        """
        return None

    def classes_of(self, values):
        """Returns the classes of images that conditions say.

        Args:
            values: What `standardize` returned.

        Returns:
            NumPy array of whole numbers, `(n,)`, or `None` where conditions
            are no classes.
        """
        return None

    def cast(self, values):
        """Returns the conditions of a batch as the networks take them.

        Args:
            values: Tensor, as `standardize` makes it or of another dtype of
                numbers; labels may be a column.
        """
        values = ops.reshape(values, (-1, *self.shape))
        return ops.cast(values, self.dtype)

    def input(self):
        """Returns the symbolic input of a network."""
        return keras.Input(self.shape, dtype=self.dtype, name=self.input_name)

    def embed(self, inputs, seed=None):
        """Returns vectors, `(batch, embedding_size)`, of symbolic inputs.

        Layers with weights are made anew at each call: the networks of two
        players share none.

        Args:
            inputs: What `input` returned.
            seed: Integer or `None`, for initial weights.
        """
        raise NotImplementedError

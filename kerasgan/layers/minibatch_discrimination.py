import keras
from keras import ops

from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class MinibatchDiscrimination(keras.layers.Layer):
    """Tells each example how close the others of its batch are.

    Features `f`, `(batch, features)`, are multiplied by a kernel to
    `kernels` rows of `kernel_dim` numbers for each example, and

    ```
    o[i, b] = sum over j != i of exp(-sum_c |M[i, b, c] - M[j, b, c]|)
    ```

    is appended to `f`. A generator that makes the same image again and again
    gets sums near `batch - 1`, which the discriminator can see.

    The examples of a batch are coupled by this, so it does not go together
    with gradient penalties, and a discriminator with it must see real and
    generated images as separate batches, as all games here do.

    Args:
        kernels: Integer, how many sums each example gets. Defaults to 100,
            as in the authors' code.
        kernel_dim: Integer, numbers that are compared in each. Defaults to
            5, as in the authors' code.
        kernel_initializer: Initializer of the kernel, `(features, kernels *
            kernel_dim)`. Defaults to `None`, a normal distribution of
            standard deviation 0.05, as in the authors' code.
        seed: Integer or `None`, for the default initializer.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        `(batch, features + kernels)`.

    Raises:
        ValueError: If `kernels` or `kernel_dim` is not a whole number of at
            least 1.

    Example:

    ```python
    import keras
    from kerasgan.layers import MinibatchDiscrimination

    same = keras.ops.ones((4, 3))
    outputs = MinibatchDiscrimination(kernels=2)(same)
    assert tuple(outputs.shape) == (4, 5)
    sums = keras.ops.convert_to_numpy(outputs)[:, 3:]
    assert (sums == 3).all()  # the three others are identical
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498. Deviations, as in the
        authors' code: an example is not compared with itself, which in the
        paper adds 1. Not taken from there: weight normalisation, the bias
        and the initialisation from data.
    """

    def __init__(
        self,
        kernels=100,
        kernel_dim=5,
        kernel_initializer=None,
        seed=None,
        **kwargs,
    ):
        check_count("kernels", kernels)
        check_count("kernel_dim", kernel_dim)
        super().__init__(**kwargs)
        self.kernels = kernels
        self.kernel_dim = kernel_dim
        self.seed = seed
        if kernel_initializer is None:
            kernel_initializer = keras.initializers.RandomNormal(
                0, 0.05, seed=seed
            )
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.kernels * self.kernel_dim),
            initializer=self.kernel_initializer,
        )
        self.built = True

    def call(self, inputs):
        rows = ops.reshape(
            ops.cast(ops.matmul(inputs, self.kernel), "float32"),
            (-1, self.kernels, self.kernel_dim),
        )
        # (batch, batch, kernels, kernel_dim) -> (batch, batch, kernels)
        differences = ops.expand_dims(rows, 1) - ops.expand_dims(rows, 0)
        closeness = ops.exp(-ops.sum(ops.abs(differences), axis=-1))
        # Each example has closeness 1 to itself.
        sums = ops.sum(closeness, axis=1) - 1.0
        return ops.concatenate([inputs, ops.cast(sums, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "kernel_dim": self.kernel_dim,
            "kernel_initializer": keras.initializers.serialize(
                self.kernel_initializer
            ),
            "seed": self.seed,
        }

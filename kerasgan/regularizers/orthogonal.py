import keras
from keras import ops

from kerasgan.regularizers.regularizer import Regularizer

_TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


@keras.saving.register_keras_serializable(package="kerasgan")
class Orthogonal(Regularizer):
    """Keeps the filters of each layer from pointing in the same direction.

    Of each kernel, as a matrix `W` with a column for each output,

    ```
    weight * |(W^T W) * (1 - I)|_F^2
    ```

    is summed: the squared scalar products of different filters, whose norms
    are left free. It makes a generator take truncated latents.

    All trainable kernels of dense layers and convolutions count, those inside
    of other layers too, as they are before `SpectralNormalization`. Biases,
    gains and embeddings do not.

    Args:
        weight: Float, the paper's beta. Defaults to 1e-4. The authors' code
            adds half of this penalty's gradient, which is `weight=5e-5`.
        interval: Integer, in discriminator updates; see `Regularizer`.
        exclude: List of names of layers that are left out. Defaults to `()`.
        name: String, key in the logs.
        player: `"discriminator"`, `"generator"` or `"both"`. Defaults to
            `"generator"`, as in the paper.

    Raises:
        ValueError: If `exclude` is no list of strings.

    Example:

    ```python
    import keras
    import kerasgan

    penalty = kerasgan.regularizers.Orthogonal(weight=1e-4)
    layer = keras.layers.Dense(2, kernel_initializer="ones")
    network = keras.Sequential([keras.Input((1,)), layer])
    print(penalty.weight_penalty(network))  # 2: both filters are the same
    ```

    Reference:
        Brock, Donahue and Simonyan, 2019, arXiv 1809.11096, equation 3.
        Deviation: the authors' code leaves out a generator's embedding of
        classes only; here no embedding counts, in a discriminator neither.
    """

    default_name = "orthogonal"
    is_of_weights = True

    def __init__(
        self,
        weight=1e-4,
        interval=1,
        exclude=(),
        name=None,
        player="generator",
    ):
        if isinstance(exclude, str) or not all(
            isinstance(one, str) for one in exclude
        ):
            raise ValueError(
                "`exclude` must be a list of names of layers. Received: "
                f"exclude={exclude!r}"
            )
        super().__init__(weight, interval, name, player)
        self.exclude = tuple(exclude)

    def weight_penalty(self, network):
        """Returns the unweighted penalty of a network, a float32 scalar.

        Args:
            network: Keras model or layer, built.
        """
        matrices = kernels_as_matrices(network, self.exclude)
        return sum((_overlap(m) for m in matrices), ops.zeros((), "float32"))

    def get_config(self):
        return {
            **super().get_config(),
            "exclude": list(self.exclude),
            "player": self.player,
        }


def kernels_as_matrices(network, exclude=()):
    """Returns a network's trainable kernels, with a column for each output.

    Args:
        network: Keras model or layer, built.
        exclude: Names of layers that are left out.

    Returns:
        List of float32 tensors, `(inputs, outputs)`, where a convolution's
        inputs are those of all pixels that it reads.
    """
    found = {}
    for layer in network._flatten_layers():
        kernel = getattr(layer, "kernel", None)
        is_counted = (
            isinstance(kernel, keras.Variable)
            and kernel.trainable
            and layer.name not in exclude
        )
        if not is_counted:
            continue
        matrix = ops.cast(kernel, "float32")
        if isinstance(layer, _TRANSPOSED):
            matrix = ops.swapaxes(matrix, -1, -2)  # (..., outputs, inputs)
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            # Each input has outputs of its own.
            shape = (-1, kernel.shape[-2] * kernel.shape[-1])
        else:
            shape = (-1, matrix.shape[-1])
        # A layer that is used twice counts once.
        found[id(kernel)] = ops.reshape(matrix, shape)
    return list(found.values())


def _overlap(matrix):
    """Returns the sum of the squared products of different columns."""
    products = ops.matmul(ops.transpose(matrix), matrix)
    others = 1.0 - ops.eye(products.shape[-1], dtype=products.dtype)
    return ops.sum(ops.square(products * others))

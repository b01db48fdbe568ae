import keras
from keras import ops

from kerasgan import backend
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class SpectralNormalization(keras.layers.Wrapper):
    """Divides a layer's kernel by its largest singular value.

    The wrapped layer computes with `kernel / sigma`, through which gradients
    pass; the kernel itself stays as the optimizer left it. `sigma` comes
    from power iteration on the kernel as a matrix of outputs by inputs,
    started from a vector `u` that is kept from call to call: each call with
    `training=True` improves it by `power_iterations`. Calls in inference, of
    a layer that is not trainable, and inside
    `kerasgan.backend.frozen_state()` leave it as it is. `u` and `sigma` are
    float32 under any dtype policy. A kernel of zeros is left as it is.

    `keras.layers.SpectralNormalization` writes the divided kernel back into
    the layer instead, which ends in an error on torch when a discriminator is
    called twice in one loss, and is undone after each step on JAX.

    Args:
        layer: A Keras layer with one `kernel` (`Dense`, `Conv2D`,
            `Conv2DTranspose` and the like) or with `embeddings`
            (`Embedding`). The bias is not touched.
        power_iterations: Integer, iterations a call. Defaults to 1, as in
            the paper.
        epsilon: Float, a norm below this counts as zero. Defaults to 1e-12,
            as in the authors' code.
        seed: Integer or `None`, for the first `u`. Defaults to `None`.
        name: String. Defaults to the name of `layer`.
        trainable: Bool. Defaults to `True`.
        dtype: Policy of the wrapped layer, in place of its own, which is the
            default. Before the layer has weights.
        **kwargs: `activity_regularizer` of `keras.layers.Layer`.

    Returns:
        What the wrapped layer returns.

    Raises:
        ValueError: If the layer has neither a kernel nor embeddings, or they
            are quantized or have LoRA enabled.

    Example:

    ```python
    import keras
    from kerasgan.layers import SpectralNormalization

    dense = SpectralNormalization(keras.layers.Dense(3), seed=0)
    outputs = dense(keras.ops.ones((2, 4)), training=True)
    assert tuple(outputs.shape) == (2, 3)
    ```

    Reference:
        Miyato, Kataoka, Koyama and Yoshida, 2018, arXiv 1802.05957. The
        matrix norm of a convolution's kernel is not the norm of the
        convolution, which can be larger.
    """

    def __init__(
        self,
        layer,
        power_iterations=1,
        epsilon=1e-12,
        seed=None,
        name=None,
        trainable=True,
        dtype=None,
        **kwargs,
    ):
        check_count("power_iterations", power_iterations)
        if not epsilon > 0:
            raise ValueError(
                f"`epsilon` must be positive. Received: epsilon={epsilon}"
            )
        if dtype is not None:
            layer = _of_policy(layer, keras.dtype_policies.get(dtype))
        # No autocast: the kernel is read in full precision here, and the
        # wrapped layer casts its inputs and weights by its own policy.
        super().__init__(
            layer,
            name=name or getattr(layer, "name", None),
            trainable=trainable,
            dtype=getattr(layer, "variable_dtype", None),
            autocast=False,
            **kwargs,
        )
        self.power_iterations = power_iterations
        self.epsilon = epsilon
        self.seed = seed

    def build(self, input_shape=None):
        super().build(input_shape)
        self.u = self.add_weight(
            name="u",
            shape=(1, self._outputs_last(self._kernel()).shape[-1]),
            initializer=keras.initializers.RandomNormal(0, 1, seed=self.seed),
            dtype="float32",
            trainable=False,
        )
        self.built = True

    def _kernel(self):
        """Returns the variable that is to be normalised."""
        kernel = getattr(self.layer, "kernel", None)
        if kernel is None:
            kernel = getattr(self.layer, "embeddings", None)
        if not isinstance(kernel, keras.Variable):
            raise ValueError(
                "`layer` must have one weight named `kernel` or "
                "`embeddings`, neither quantized nor with LoRA. Received: "
                f"{type(self.layer).__name__}"
            )
        return kernel

    def _outputs_last(self, kernel):
        if isinstance(
            self.layer,
            (
                keras.layers.Conv1DTranspose,
                keras.layers.Conv2DTranspose,
                keras.layers.Conv3DTranspose,
            ),
        ):
            return ops.swapaxes(kernel, -1, -2)  # it is (..., outputs, inputs)
        return kernel

    def call(self, inputs, training=None):
        kernel = self._kernel()
        normalized = kernel / self._sigma(
            kernel, keep=training and self.trainable
        )
        # The scope lends the layer other values for its weights. It does not
        # inherit those of a scope around it, so each weight is passed on.
        with keras.StatelessScope(
            [
                (weight, normalized if weight is kernel else weight.value)
                for weight in self.layer.variables
            ]
        ):
            return backend.call_network(self.layer, inputs, training)

    def _sigma(self, kernel, keep):
        """Returns the largest singular value, differentiable for the kernel.

        Args:
            kernel: The variable.
            keep: Whether to store where the iteration arrived.
        """
        kernel = ops.cast(self._outputs_last(kernel), "float32")
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        constant = ops.stop_gradient(matrix)  # (inputs, outputs)
        u = self.u.value
        for _ in range(self.power_iterations):
            v = self._unit(ops.matmul(u, ops.transpose(constant)))
            u = self._unit(ops.matmul(v, constant), otherwise=u)
        if keep:
            self.u.assign(u)
        # v W u as a sum, whose gradient is the outer product: no later change
        # of `u` in place can reach the graph.
        directions = ops.stop_gradient(ops.matmul(ops.transpose(v), u))
        sigma = ops.sum(matrix * directions)
        return ops.where(sigma > self.epsilon, sigma, 1.0)

    def _unit(self, x, otherwise=None):
        norm = ops.sqrt(ops.sum(ops.square(x)))
        is_usable = norm > self.epsilon
        otherwise = x if otherwise is None else otherwise
        return ops.where(
            is_usable, x / ops.where(is_usable, norm, 1.0), otherwise
        )

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs, training=None):
        return self.layer.compute_output_spec(inputs)

    def get_config(self):
        config = super().get_config()
        config.pop("dtype")  # the wrapped layer's
        return {
            **config,
            "power_iterations": self.power_iterations,
            "epsilon": self.epsilon,
            "seed": self.seed,
        }


def _of_policy(layer, policy):
    """Returns a layer with that policy: itself, or a new one like it."""
    if layer.dtype_policy == policy:
        return layer
    if layer.built and layer.variable_dtype == policy.variable_dtype:
        # Its weights stay what they are.
        layer.dtype_policy = policy
        return layer
    if layer.built:
        raise ValueError(
            "`dtype` must be that of `layer`, which has weights already. "
            f"Received: dtype={policy.name!r} and a layer of "
            f"{layer.dtype_policy.name!r}"
        )
    return type(layer).from_config(
        {**layer.get_config(), "dtype": keras.dtype_policies.serialize(policy)}
    )

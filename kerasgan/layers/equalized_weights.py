import math

import keras


class EqualizedWeights(keras.layers.Layer):
    """Base of layers whose kernel is scaled each time it is used.

    `_add_weights` makes `kernel` from N(0, 1), `bias` or `None`, and `scale`,
    `gain` over the root of how many inputs each output has.

    Args:
        gain: Float.
        seed: Integer or `None`, for the kernel.
        activation, use_bias, bias_initializer, kernel_regularizer,
            bias_regularizer, kernel_constraint, bias_constraint: As in
            `keras.layers.Dense`.
        **kwargs: Keras' arguments of layers.
    """

    def __init__(
        self,
        gain,
        seed,
        activation=None,
        use_bias=True,
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.gain = gain
        self.seed = seed
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    def _add_weights(self, shape):
        """Adds a kernel of a shape, the outputs on its last axis."""
        *inputs, outputs = shape
        self.scale = self.gain / math.sqrt(math.prod(inputs))
        self.kernel = self.add_weight(
            name="kernel",
            shape=shape,
            initializer=keras.initializers.RandomNormal(
                0.0, 1.0, seed=self.seed
            ),
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(outputs,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def get_config(self):
        regularizers, constraints = keras.regularizers, keras.constraints
        return {
            **super().get_config(),
            "gain": self.gain,
            "seed": self.seed,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "bias_initializer": keras.initializers.serialize(
                self.bias_initializer
            ),
            "kernel_regularizer": regularizers.serialize(
                self.kernel_regularizer
            ),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }

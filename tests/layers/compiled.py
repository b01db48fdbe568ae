"""Layers called as training calls them: compiled, their state carried on."""

import keras
from keras import ops


def compiled(layer):
    """Returns a function of NumPy inputs to NumPy outputs.

    Args:
        layer: Built layer without trainable weights.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        call = tf.function(layer)
    elif backend == "jax":
        import jax

        step = jax.jit(layer.stateless_call)

        def call(inputs):
            variables = layer.non_trainable_variables
            outputs, state = step([], [v.value for v in variables], inputs)
            for variable, value in zip(variables, state, strict=True):
                variable.assign(value)
            return outputs

    else:
        call = layer
    return lambda inputs: ops.convert_to_numpy(
        call(keras.tree.map_structure(ops.convert_to_tensor, inputs))
    )

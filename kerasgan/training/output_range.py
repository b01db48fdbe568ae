"""Between which numbers the outputs of a network lie, by how it ends."""

import math

import keras

_ANY = (-math.inf, math.inf)
# By the names of activations and operations, without underscores.
_RANGES = {
    "abs": (0.0, math.inf),
    "absolute": (0.0, math.inf),
    "elu": (-1.0, math.inf),
    "exp": (0.0, math.inf),
    "exponential": (0.0, math.inf),
    "gelu": (-0.17, math.inf),
    "hardsigmoid": (0.0, 1.0),
    "hardsilu": (-0.375, math.inf),
    "hardtanh": (-1.0, 1.0),
    "logsigmoid": (-math.inf, 0.0),
    "logsoftmax": (-math.inf, 0.0),
    "mish": (-0.31, math.inf),
    "relu": (0.0, math.inf),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "silu": (-0.28, math.inf),
    "softmax": (0.0, 1.0),
    "softplus": (0.0, math.inf),
    "softsign": (-1.0, 1.0),
    "sparsemax": (0.0, 1.0),
    "square": (0.0, math.inf),
    "squareplus": (0.0, math.inf),
    "tanh": (-1.0, 1.0),
}
# What lays values out anew, or takes means of them.
_PASSING = (
    keras.layers.AveragePooling2D,
    keras.layers.Cropping2D,
    keras.layers.Flatten,
    keras.layers.GlobalAveragePooling2D,
    keras.layers.GlobalMaxPooling2D,
    keras.layers.MaxPooling2D,
    keras.layers.Permute,
    keras.layers.Reshape,
    keras.layers.UpSampling2D,
)
_PASSING_NAMES = ("Cast", "Identity", "Mean", "Reshape", "Squeeze", "Transpose")
_OURS = ("keras.", "kerasgan.")


def output_range(network):
    """Returns the range of a network's first output, and what limits it.

    Args:
        network: Built Keras model.

    Returns:
        Tuple of the least and the greatest value that the last activation
        allows, and its name. Of a network that ends in something else, all
        numbers and `None`.

    Example:

    ```python
    import keras
    from kerasgan.training.output_range import output_range

    network = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")]
    )
    assert output_range(network) == (0.0, 1.0, "sigmoid")
    ```
    """
    outputs = getattr(network, "outputs", None)
    return _of_tensor(outputs[0]) if outputs else (*_ANY, None)


def _of_tensor(tensor):
    history = getattr(tensor, "_keras_history", None)
    operation = getattr(history, "operation", None)
    if operation is None or isinstance(operation, keras.layers.InputLayer):
        return (*_ANY, None)
    if isinstance(operation, keras.Model):
        inner = getattr(operation, "outputs", None)
        if not inner:
            return (*_ANY, None)
        return _of_tensor(inner[history.tensor_index])
    if _passes(operation):
        taken = operation._inbound_nodes[history.node_index].input_tensors
        return _of_tensor(taken[0])
    if type(operation) is keras.layers.Rescaling:
        taken = operation._inbound_nodes[history.node_index].input_tensors
        return _rescaled(_of_tensor(taken[0]), operation)
    return _of_operation(operation)


def _passes(operation):
    if type(operation) in _PASSING:
        return True
    if isinstance(operation, keras.layers.Layer):
        return _is_linear(operation)
    return type(operation).__name__ in _PASSING_NAMES


def _is_linear(layer):
    return type(layer) is keras.layers.Activation and (
        layer.activation is keras.activations.linear
    )


def _of_operation(operation):
    """Returns the range of an operation of Keras or of this package."""
    if not type(operation).__module__.startswith(_OURS):
        return (*_ANY, None)
    if type(operation) is keras.layers.ReLU:
        low = 0.0 if not operation.negative_slope else -math.inf
        most = operation.max_value
        return low, math.inf if most is None else float(most), "relu"
    activation = getattr(operation, "activation", None)
    if isinstance(activation, keras.layers.Layer):
        return _of_operation(activation)
    if activation is not None:
        name = getattr(activation, "__name__", "")
    elif isinstance(operation, keras.layers.Layer):
        name = "softmax" if type(operation) is keras.layers.Softmax else ""
    else:
        name = type(operation).__name__.lower()
    found = _RANGES.get(name.replace("_", ""))
    return (*_ANY, None) if found is None else (*found, name)


def _rescaled(found, layer):
    low, high, name = found
    try:
        scale, offset = float(layer.scale), float(layer.offset)
    except TypeError:  # One for each channel.
        return (*_ANY, None)
    ends = sorted((low * scale + offset, high * scale + offset))
    if name is None or math.nan in ends:
        return (*_ANY, None)
    return (*ends, name)

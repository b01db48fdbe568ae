"""Forward passes of known layers, without Keras' checks of each call.

A framework that computes some layers better than Keras runs networks with
this; weights, files and, to rounding, results are those of Keras.
"""

import inspect
import weakref

import keras

# The one private import of Keras about models: one that is run node by node.
# `tests/backend/test_private_imports.py` guards it.
from keras.src.models.functional import Functional


def call(network, inputs, training, is_plain, native):
    """Computes `contract.call_network`, without Keras where layers are known.

    Args:
        network: Built Keras model or layer.
        inputs: Tensor, or structure of tensors.
        training: Bool, or `None` to leave it to the call around this one.
        is_plain: Function that tells whether something is a tensor of
            numbers without a mask.
        native: See `run`.
    """
    graph = graph_of(network)
    if graph is not None and fits(graph, inputs, is_plain):
        return run(graph, inputs, training, native)
    if _is_known_layer(network, training) and is_plain(inputs):
        return caller(network, training, native)(inputs)
    return network(inputs, training=training)


def _is_known_layer(layer, training):
    if not (is_known(layer) and is_float32(layer)):
        return False
    return training is not None or not _takes_training(type(layer))


def graph_of(network):
    """Returns the graph that `run` takes, or `None`: Keras has to run it.

    Functional and sequential models in float32, of layers of Keras and of
    this package, have one.

    Args:
        network: Built Keras model.
    """
    # A subclass may have a `call` of its own.
    if type(network) not in (Functional, keras.Sequential):
        return None
    # Sequential models that have grown have another one.
    graph = getattr(network, "_functional", network)
    if type(graph) is not Functional:
        return None
    if graph not in _known:
        _known[graph] = all(map(is_known, graph.layers))
    if _known[graph] and all(map(is_float32, graph.layers)):
        return graph
    return None


def fits(graph, inputs, is_plain):
    """Returns whether inputs are tensors of the shapes that a graph takes.

    Args:
        graph: The result of `graph_of`.
        inputs: Tensor, or structure of tensors.
        is_plain: See `call`.
    """
    inputs = keras.tree.flatten(inputs)
    return len(inputs) == len(graph.inputs) and all(
        is_plain(x)
        and len(x.shape) == len(taken.shape)
        and all(b in (None, a) for a, b in zip(x.shape, taken.shape))
        for x, taken in zip(inputs, graph.inputs)
    )


def run(graph, inputs, training, native):
    """Returns the outputs of a network.

    Args:
        graph: The result of `graph_of`.
        inputs: Tensor, or structure of tensors; see `fits`.
        training: Bool.
        native: Dict from classes of layers to pairs of `usable(layer)` and
            `compute(layer, inputs, training)`, which replaces the layer's
            `call`.
    """
    if _chains.get(graph):
        (x,) = keras.tree.flatten(inputs)
        x = keras.ops.cast(x, graph.inputs[0].dtype)
        for operation in _chains[graph]:
            x = caller(operation, training, native)(x)
        return x
    # At the first call it is found out whether this is a chain.
    links = None if graph in _chains else []

    def function_of(operation):
        compute = caller(operation, training, native)
        return compute if links is None else _watch(operation, compute, links)

    outputs = graph._run_through_graph(
        graph._standardize_inputs(inputs), operation_fn=function_of
    )
    if isinstance(outputs, list) and len(outputs) == 1:
        outputs = outputs[0]
    if links is not None:
        is_chain = len(graph.inputs) == 1 and not _is_nested(outputs)
        _chains[graph] = links if is_chain and None not in links else []
    return outputs


def _watch(operation, compute, links):
    """Returns `compute`, which also adds a link for each call.

    A link is the operation if it took and returned one tensor, else `None`.
    """

    def call(*args, **kwargs):
        output = compute(*args, **kwargs)
        parts = (*args, output, kwargs)
        is_link = len(args) == 1 and not any(map(_is_nested, parts))
        links.append(operation if is_link else None)
        return output

    return call


def _is_nested(x):
    """Whether there is more than a tensor; an empty dict is nothing."""
    return keras.tree.is_nested(x) and bool(x)


# Whether a graph consists of known layers only; and the operations, in order,
# of a graph in which each takes and returns one tensor. Neither ever changes.
_known = weakref.WeakKeyDictionary()
_chains = weakref.WeakKeyDictionary()
_ROOMS = ("keras.src.layers.", "kerasgan.layers.")


def is_known(layer):
    """Returns whether a layer can be run by its `call` alone.

    Layers of users may add losses, which Keras counts by the call; masks and
    losses on outputs are made around `call`.
    """
    return (
        type(layer).__module__.startswith(_ROOMS)
        and layer.activity_regularizer is None
        and not isinstance(layer, keras.layers.Masking)
        and not getattr(layer, "mask_zero", False)
    )


def is_float32(layer):
    """Returns whether nothing has to be cast around a layer's `call`."""
    if isinstance(layer, keras.layers.Wrapper) and not is_float32(layer.layer):
        return False
    return layer.dtype_policy.name == "float32"


def is_plain_normalization(layer):
    """Returns whether a `BatchNormalization` is over the last axis alone."""
    return (
        layer.input_spec.ndim in (2, 4)
        and layer.axis in (-1, layer.input_spec.ndim - 1)
        and not layer.renorm
        and not layer.synchronized
        # `data_parallel(synchronized=True)` gives a layer others.
        and "_moments" not in vars(layer)
    )


def keep_statistics(layer, mean, variance):
    """Adds a batch's statistics to the moving ones of a normalisation."""
    share = layer.momentum
    for variable, value in (
        (layer.moving_mean, mean),
        (layer.moving_variance, variance),
    ):
        variable.assign(variable.value * share + value * (1.0 - share))


def native_convolutions(conv, conv_transpose, sides=(2,)):
    """Returns the entries of `native` for Keras' convolutions; see `run`.

    Args:
        conv: Function like `kerasgan.backend.common.contract.conv`.
        conv_transpose: The same for the transposed one.
        sides: Of how many sides the maps may be.
    """

    def convolution(layer, inputs, training):
        bias = layer.bias if layer.use_bias else None
        outputs = conv(inputs, layer.kernel, layer.strides, layer.padding, bias)
        return activated(layer, outputs)

    def transposed_convolution(layer, inputs, training):
        bias = layer.bias if layer.use_bias else None
        outputs = conv_transpose(
            inputs, layer.kernel, layer.strides, bias, training
        )
        return activated(layer, outputs)

    return {
        getattr(keras.layers, name): entry
        for n in sides
        for name, entry in (
            (f"Conv{n}D", (_is_plain_convolution, convolution)),
            (
                f"Conv{n}DTranspose",
                (_is_plain_transposition, transposed_convolution),
            ),
        )
    }


def _is_plain_convolution(layer):
    return (
        layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
        and layer.groups == 1
        and set(layer.dilation_rate) == {1}
    )


def _is_plain_transposition(layer):
    """Returns whether `conv_transpose` computes a `Conv2DTranspose`."""
    return (
        layer.data_format == "channels_last"
        and layer.padding == "same"
        and layer.output_padding is None
        and set(layer.dilation_rate) == {1}
        and all(s <= k for s, k in zip(layer.strides, layer.kernel_size))
    )


def activated(layer, outputs):
    """Returns outputs after a layer's activation."""
    activation = layer.activation
    return outputs if activation is None else activation(outputs)


def margins(size, kernel_size, stride):
    """Returns the zeros before and behind a side, as TensorFlow pads."""
    steps = -(-size // stride) - 1
    total = max(steps * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


def caller(operation, training, native):
    """Returns the function that computes a node of a graph; see `run`."""
    if not isinstance(operation, keras.layers.Layer):
        return operation
    # By exact class: a subclass may compute something else.
    usable, compute = native.get(type(operation), (None, None))
    if compute is not None and usable(operation):
        return lambda x, **_: compute(operation, x, training)
    if _takes_training(type(operation)):
        return lambda *args, **kwargs: operation.call(
            *args, **{**kwargs, "training": training}
        )
    return operation.call


# Whether the `call` of a class has an argument `training`.
_asks = {}


def _takes_training(layer_class):
    if layer_class not in _asks:
        parameters = inspect.signature(layer_class.call).parameters
        _asks[layer_class] = "training" in parameters
    return _asks[layer_class]

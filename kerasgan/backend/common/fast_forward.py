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


def call(network, inputs, training, is_plain, native, joint=None):
    """Computes `contract.call_network`, without Keras where layers are known.

    Args:
        network: Built Keras model or layer.
        inputs: Tensor, or structure of tensors.
        training: Bool, or `None` to leave it to the call around this one.
        is_plain: Function that tells whether something is a tensor of
            numbers without a mask.
        native, joint: See `run`.
    """
    graph = graph_of(network)
    if graph is not None and fits(graph, inputs, is_plain):
        return run(graph, inputs, training, native, joint)
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


def run(graph, inputs, training, native, joint=None):
    """Returns the outputs of a network.

    Args:
        graph: The result of `graph_of`.
        inputs: Tensor, or structure of tensors; see `fits`.
        training: Bool.
        native: Dict from classes of layers to pairs of `usable(layer)` and
            `compute(layer, inputs, training)`, which replaces the layer's
            `call`.
        joint: Dict from pairs of classes, of which the second layer alone
            takes what the first one makes, to pairs of `usable(first,
            second)` and `compute(first, second, inputs, training)`, which
            replaces the calls of both. Always the same one. Defaults to
            `None`: there are none.
    """
    if graph not in _plans:
        _plans[graph] = _plan_of(graph, joint or {})
    if _plans[graph] is None:
        outputs = graph._run_through_graph(
            graph._standardize_inputs(inputs),
            operation_fn=lambda one: caller(one, training, native),
        )
        return _unwrapped(outputs)
    steps, places = _plans[graph]
    if len(graph.inputs) == 1:
        (x,) = keras.tree.flatten(inputs)
        maps = [keras.ops.cast(x, graph.inputs[0].dtype)]
    else:
        maps = keras.tree.flatten(graph._standardize_inputs(inputs))
    for operation, source, last in steps:
        if type(source) is int:
            x = maps[source]
        else:
            x = [maps[place] for place in source]
        for place in last:
            maps[place] = None
        if type(operation) is tuple:
            x = _call_both(operation, x, training, native, joint)
        else:
            x = caller(operation, training, native)(x)
        maps.append(x)
    outputs = [maps[place] for place in places]
    if isinstance(graph._outputs_struct, keras.KerasTensor):
        return outputs[0]
    return _unwrapped(
        keras.tree.pack_sequence_as(graph._outputs_struct, outputs)
    )


def _unwrapped(outputs):
    if isinstance(outputs, list) and len(outputs) == 1:
        return outputs[0]
    return outputs


def _plan_of(graph, joint):
    """Returns what `run` does, without Keras' own walk through a graph.

    Args:
        graph: The result of `graph_of`.
        joint: See `run`.

    Returns:
        Steps, and the places of the outputs; or `None` for a graph with
        operations that take or return more than tensors, or lists of them.
        A step is an operation, or a pair of two that are computed at once;
        the place, or list of places, of what it takes; and the places of what
        is not needed any more. Inputs have the first places, and each step
        adds one.
    """
    nodes = [
        node
        for depth in sorted(graph._nodes_by_depth, reverse=True)
        for node in graph._nodes_by_depth[depth]
        if not node.is_input
    ]
    if not all(map(_is_simple, nodes)):
        return None
    takers = {}
    for node in nodes:
        for x in node.input_tensors:
            takers.setdefault(id(x), []).append(node)
    for x in graph.outputs:
        takers.setdefault(id(x), []).append(None)
    places = {id(x): place for place, x in enumerate(graph.inputs)}
    steps, done = [], set()
    for node in nodes:
        if id(node) in done:
            continue
        operation, (taken,), (made,) = (
            node.operation,
            node.arguments.args,
            node.outputs,
        )
        following = takers.get(id(made), [])
        if len(following) == 1 and following[0] is not None:
            second = following[0]
            pair = operation, second.operation
            if tuple(map(type, pair)) in joint:
                operation, (made,) = pair, second.outputs
                done.add(id(second))
        source = (
            [places[id(x)] for x in taken]
            if isinstance(taken, (list, tuple))
            else places[id(taken)]
        )
        places[id(made)] = len(graph.inputs) + len(steps)
        steps.append((operation, source))
    outputs = [places[id(x)] for x in graph.outputs]
    kept, plan = set(outputs), []
    for operation, source in reversed(steps):
        several = [source] if type(source) is int else source
        last = tuple(set(several) - kept)
        kept.update(several)
        plan.append((operation, source, last))
    return plan[::-1], outputs


def _is_simple(node):
    """Whether a node takes a tensor or a list of them, and returns one."""
    args, kwargs = node.arguments.args, node.arguments.kwargs
    # Whether it is training says the call of the network.
    is_one = len(args) == 1 == len(node.outputs)
    if not is_one or not kwargs.keys() <= {"training"}:
        return False
    several = args[0] if isinstance(args[0], (list, tuple)) else [args[0]]
    return all(isinstance(x, keras.KerasTensor) for x in several)


def _call_both(pair, x, training, native, joint):
    """Computes two layers at once, or where that is not so, one by one."""
    usable, compute = joint[tuple(map(type, pair))]
    if usable(*pair):
        return compute(*pair, x, training)
    for operation in pair:
        x = caller(operation, training, native)(x)
    return x


# Whether a graph consists of known layers only; and its plan, see `_plan_of`.
# Neither ever changes.
_known = weakref.WeakKeyDictionary()
_plans = weakref.WeakKeyDictionary()
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


def is_padded_convolution(padding, convolution):
    """Returns whether a convolution's own zeros can be those of a padding."""
    return (
        padding.data_format == "channels_last"
        and convolution.padding == "valid"
        and _is_plain_convolution(convolution)
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

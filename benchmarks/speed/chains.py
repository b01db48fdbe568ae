"""Networks as lists, for others to build the same ones by hand.

Each entry is a dict with its `kind` and what a framework needs to build it:
arrays as Keras lays them out, sizes, slopes. Maps that are needed again later
go to a stack by `push`, and `concat` and `add` take them from there.
"""

import keras
import numpy as np

import kerasgan


def describe(network):
    """Returns the entries of a network of one path, with shortcuts in it.

    What joins the inputs of a network of several is left to its caller.
    """
    if isinstance(network, kerasgan.networks.ProgressiveGenerator):
        return _progressive_generator(network)
    if isinstance(network, kerasgan.networks.ProgressiveDiscriminator):
        return _progressive_discriminator(network)
    inputs = {id(x) for x in network.inputs}
    groups, behind = [], {}
    for layer in network.layers:
        joint = _JOINTS.get(type(layer))
        if joint is None:
            entries = _describe_layer(layer)
        elif inputs.issuperset(map(id, layer.input)):
            entries = []
        else:
            # Of the two maps, the first are the earlier ones.
            behind[id(layer.input[0])].append({"kind": "push"})
            entries = [{"kind": joint}]
        groups.append(entries)
        behind[id(layer.output)] = entries
    return _with_zeros(entry for entries in groups for entry in entries)


_JOINTS = {keras.layers.Add: "add", keras.layers.Concatenate: "concat"}


def _with_zeros(entries):
    """Returns entries with zeros added by the convolutions behind them."""
    merged = []
    for entry in entries:
        if merged and merged[-1]["kind"] == "zeros":
            entry = {**entry, "padding": merged.pop()["padding"]}
        merged.append(entry)
    return merged


def _describe_layer(layer):
    keras_layers = keras.layers
    if isinstance(layer, keras_layers.InputLayer):
        return []
    if isinstance(layer, keras_layers.Dense):
        return [_weighted("dense", layer)]
    if isinstance(layer, keras_layers.Conv2DTranspose):
        entry = _weighted("conv_transpose", layer)
        is_centred = isinstance(layer, kerasgan.layers.CentredConv2DTranspose)
        size, stride = layer.kernel_size[0], layer.strides[0]
        cut = (size - stride + is_centred) // 2
        return [{**entry, "stride": stride, "cut": cut}]
    if isinstance(layer, keras_layers.Conv2D):
        return [_conv(layer)]
    if isinstance(layer, keras_layers.ZeroPadding2D):
        return [{"kind": "zeros", "padding": layer.padding[0]}]
    if isinstance(layer, kerasgan.layers.ReflectionPadding2D):
        return [{"kind": "reflect", "padding": layer.padding[0][0]}]
    if isinstance(layer, kerasgan.layers.InstanceNormalization):
        entry = {
            "kind": "instance_normalization",
            "channels": layer.output.shape[-1],
            "epsilon": layer.epsilon,
        }
        if layer.scale:
            entry["gamma"] = _array(layer.gamma)
            entry["beta"] = _array(layer.beta)
        return [entry]
    if isinstance(layer, kerasgan.layers.NoiseDropout):
        return [{"kind": "dropout", "rate": layer.rate}]
    if isinstance(layer, keras_layers.BatchNormalization):
        return [
            {
                "kind": "batch_normalization",
                "gamma": _array(layer.gamma),
                "beta": _array(layer.beta),
                "momentum": layer.momentum,
                "epsilon": layer.epsilon,
            }
        ]
    if isinstance(layer, keras_layers.LeakyReLU):
        return [{"kind": "leaky", "slope": layer.negative_slope}]
    if isinstance(layer, keras_layers.ReLU):
        return [{"kind": "leaky", "slope": 0.0}]
    if isinstance(layer, keras_layers.Activation):
        return _ACTIVATIONS[layer.activation.__name__]
    if isinstance(layer, keras_layers.Reshape):
        return [{"kind": "reshape", "shape": layer.target_shape}]
    if isinstance(layer, keras_layers.Cropping2D):
        return [{"kind": "crop", "shape": layer.output.shape[1:3]}]
    if isinstance(layer, keras_layers.Flatten):
        return [{"kind": "flatten", "shape": layer.input.shape[1:]}]
    raise ValueError(
        "A chain has no entry for this layer. Received: "
        f"{type(layer).__name__} in {layer.name}"
    )


_ACTIVATIONS = {
    "tanh": [{"kind": "tanh"}],
    "linear": [],
    "leaky_relu": [{"kind": "leaky", "slope": 0.2}],
}


def _weighted(kind, layer):
    bias = getattr(layer, "bias", None)
    return {
        "kind": kind,
        "kernel": _array(layer.kernel),
        "bias": None if bias is None else _array(bias),
        "scale": getattr(layer, "scale", 1.0),
    }


def _array(variable):
    return np.array(keras.ops.convert_to_numpy(variable))


def _conv(layer):
    padding = (0, 0) if layer.padding == "valid" else "same"
    return {
        **_weighted("conv", layer),
        "stride": layer.strides[0],
        "padding": padding,
    }


def _equalized(layer):
    return {**_weighted("conv", layer), "stride": 1, "padding": "same"}


_LEAKY = {"kind": "leaky", "slope": 0.2}
_NORMALIZE = {"kind": "pixel_normalization", "epsilon": 1e-8}


def _progressive_generator(network):
    channels = network.channels(0)
    project = network.project
    entries = [
        _NORMALIZE,
        {**_weighted("dense", project), "bias": None},
        {"kind": "reshape", "shape": (4, 4, channels)},
        {"kind": "bias", "bias": _array(project.channel_bias)},
        _LEAKY,
        _NORMALIZE,
    ]
    for level, block in enumerate(network.blocks):
        if level > 0:
            entries.append({"kind": "upscale"})
        for layer in block:
            entries += [_equalized(layer), _LEAKY, _NORMALIZE]
    return [*entries, _equalized(network.rgb[-1])]


def _progressive_discriminator(network):
    entries = [_equalized(network.rgb[-1]), _LEAKY]
    for block in network.blocks[:0:-1]:
        for layer in block:
            entries += [_equalized(layer), _LEAKY]
        entries.append({"kind": "downscale"})
    channels = network.channels(0)
    return [
        *entries,
        {"kind": "deviation", "group": network.group_size},
        _equalized(network.blocks[0][0]),
        _LEAKY,
        {"kind": "flatten", "shape": (4, 4, channels)},
        _weighted("dense", network.hidden),
        _LEAKY,
        _weighted("dense", network.logits),
    ]

"""Networks as lists, for others to build the same ones by hand.

Each entry is a dict with its `kind` and what a framework needs to build it:
arrays as Keras lays them out, sizes, slopes.
"""

import keras
import numpy as np

import kerasgan


def describe(network):
    """Returns the entries of a network of one input and one path."""
    if isinstance(network, kerasgan.networks.ProgressiveGenerator):
        return _progressive_generator(network)
    if isinstance(network, kerasgan.networks.ProgressiveDiscriminator):
        return _progressive_discriminator(network)
    entries = []
    for layer in network.layers:
        entries += _describe_layer(layer)
    return entries


def _describe_layer(layer):
    keras_layers = keras.layers
    if isinstance(layer, keras_layers.InputLayer):
        return []
    if isinstance(layer, keras_layers.Dense):
        return [_weighted("dense", layer)]
    if isinstance(layer, keras_layers.Conv2DTranspose):
        entry = _weighted("conv_transpose", layer)
        return [{**entry, "stride": layer.strides[0]}]
    if isinstance(layer, keras_layers.Conv2D):
        return [{**_weighted("conv", layer), "stride": layer.strides[0]}]
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
    return {**_weighted("conv", layer), "stride": 1}


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
            entries += [_conv(layer), _LEAKY, _NORMALIZE]
    return [*entries, _conv(network.rgb[-1])]


def _progressive_discriminator(network):
    entries = [_conv(network.rgb[-1]), _LEAKY]
    for block in network.blocks[:0:-1]:
        for layer in block:
            entries += [_conv(layer), _LEAKY]
        entries.append({"kind": "downscale"})
    channels = network.channels(0)
    return [
        *entries,
        {"kind": "deviation", "group": network.group_size},
        _conv(network.blocks[0][0]),
        _LEAKY,
        {"kind": "flatten", "shape": (4, 4, channels)},
        _weighted("dense", network.hidden),
        _LEAKY,
        _weighted("dense", network.logits),
    ]

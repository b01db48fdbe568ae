"""Checks of arguments that several games share."""

import math
import warnings

import keras

from kerasgan.layers import ConditionalBatchNormalization
from kerasgan.layers import MinibatchDiscrimination
from kerasgan.losses.feature_matching import feature_network
from kerasgan.training.output_range import output_range
from kerasgan.utils.caller import frames_of_ours


def check_built(name, network):
    """Raises `ValueError` unless `network` is a Keras model with weights."""
    if hasattr(network, "state_dict") and not isinstance(
        network, keras.layers.Layer
    ):
        raise ValueError(
            f"`{name}` must be a Keras model; a module of PyTorch becomes a "
            "layer of one on the torch backend: `x = keras.Input(shape)` and "
            "`keras.Model(x, keras.layers.TorchModuleWrapper(module, "
            "output_shape=(None, *made))(x))`, with shapes without the batch, "
            "channels last. "
            f"Received: {type(network).__name__}"
        )
    if not isinstance(network, keras.Model) or not network.built:
        raise ValueError(
            f"`{name}` must be a built Keras model: start a `Sequential` "
            "with `keras.Input(shape)`, or call the model once. Received: "
            f"{network!r}"
        )
    if not getattr(network, "inputs", None):
        raise ValueError(
            f"`{name}` must be a Functional or Sequential Keras model, whose "
            "shapes are known. Wrap a subclassed one: "
            "`keras.Model(x, network(x))` with `x = keras.Input(shape)`. "
            f"Received: {type(network).__name__}"
        )


def check_positive(**values):
    """Raises `ValueError` unless each value is positive or `None`."""
    for name, value in values.items():
        if value is not None and not value > 0:
            raise ValueError(
                f"`{name}` must be positive. Received: {name}={value!r}"
            )


def check_shapes(made, taken, packing=1):
    """Raises `ValueError` unless one network takes what the other makes.

    Args:
        made: Shape of the generator's images, with the batch.
        taken: Shape of the discriminator's images, with the batch.
        packing: Integer, how many images the discriminator takes as one.
    """
    packed = (*made[1:-1], made[-1] * packing)
    if tuple(taken[1:]) != packed:
        packs = f" in packs of {packing}" if packing > 1 else ""
        raise ValueError(
            "`generator` must make images of the shape that `discriminator` "
            f"takes{packs}. Received: a generator that makes {tuple(made)} "
            f"and a discriminator that takes {tuple(taken)}"
        )


def check_two_inputs(name, network):
    """Raises `ValueError` unless a network takes labels besides."""
    if len(network.inputs) != 2:
        raise ValueError(
            f"`{name}` must take two inputs, the second one labels of shape "
            f"(batch,). Received: {len(network.inputs)} inputs"
        )


def check_unpacked(packing, reason):
    """Raises `ValueError` if images are packed where they cannot be.

    Args:
        packing: Integer.
        reason: String, what the discriminator does with single images.
    """
    if packing > 1:
        raise ValueError(
            "`augmentation` must not pack images, because the discriminator "
            f"{reason}. Received: packs of {packing}"
        )


def check_log_names(names, given):
    """Raises `ValueError` if two values would have one key in the logs.

    Args:
        names: List of the keys that a game has by itself.
        given: List of those of its `regularizers`.
    """
    if len({*names, *given}) < len(names) + len(given):
        raise ValueError(
            "`regularizers` must have different names, because the logs are "
            "keyed by them. Give one of them another `name`. "
            f"Received: {given}"
        )


def check_augmentable(augmentation, shape):
    """Raises `ValueError` unless what is augmented can be.

    Args:
        augmentation: An augmentation, a list of them, or `None`.
        shape: Shape of one real example, without the batch.
    """
    if augmentation is None:
        return
    if not isinstance(augmentation, (list, tuple)):
        augmentation = [augmentation]
    if len(shape) != 3 and any(one.needs_images for one in augmentation):
        raise ValueError(
            "`augmentation` must be `None` unless the game is about images, "
            f"(height, width, channels). Received: examples of shape {shape}"
        )
    if any(one.packs > 1 for one in augmentation[:-1]):
        raise ValueError(
            "`augmentation` must end with what packs images. Received: "
            f"{', '.join(type(one).__name__ for one in augmentation)}"
        )


def check_slots(slots, discriminator):
    """Raises `ValueError` unless settings can be had with a discriminator.

    Args:
        slots: Dict with `loss`, `augmentation` and `regularizers`.
        discriminator: Keras model.
    """
    loss = slots["loss"]
    if loss.feature_layer is not None:
        feature_network(discriminator, loss.feature_layer)
    shape = discriminator.inputs[0].shape[1:]
    check_augmentable(slots["augmentation"], shape)
    warn_of_coupling(discriminator, slots["regularizers"])


def warn_of_ends(networks, loss):
    """Warns of networks whose last activation keeps them from what they need.

    Generators must reach all of [-1, 1], the range of images, and
    discriminators all that the loss has a use for, which is most often any
    number.

    Args:
        networks: Dict from names to built Keras models.
        loss: `kerasgan.losses.AdversarialLoss`, or `None`.
    """
    for name, network in networks.items():
        if name.startswith("generator"):
            _warn_of_generator(name, network)
        elif name.startswith(("discriminator", "critic")):
            _warn_of_discriminator(name, network, loss)


def _warn_of_generator(name, network):
    low, high, activation = output_range(network)
    if activation is None or (low <= -1.0 and high >= 1.0):
        return
    if len(network.output_shape) != 4:
        return  # Points may lie anywhere.
    warnings.warn(
        f"`{name}` ends in '{activation}', whose values lie in "
        f"{_interval(low, high)}, while images are in [-1, 1]: it cannot make "
        "all of them. Let its last layer have `activation='tanh'`.",
        stacklevel=frames_of_ours(),
    )


def _warn_of_discriminator(name, network, loss):
    wanted = None if loss is None else loss.logit_range
    low, high, activation = output_range(network)
    if wanted is None or activation is None:
        return
    if low <= wanted[0] and high >= wanted[1]:
        return
    needed = "logits, which may be any number"
    if wanted != (-math.inf, math.inf):
        needed = f"outputs in {_interval(*wanted)}"
    warnings.warn(
        f"`{name}` ends in '{activation}', whose values lie in "
        f"{_interval(low, high)}, while the loss {type(loss).__name__} is of "
        f"{needed}. Take the activation away: let the last layer be "
        "`keras.layers.Dense(1)`.",
        stacklevel=frames_of_ours(),
    )


def _interval(low, high):
    start = "(-inf" if low == -math.inf else f"[{low:g}"
    return f"{start}, inf)" if high == math.inf else f"{start}, {high:g}]"


def warn_of_coupling(discriminator, regularizers):
    """Warns if a penalty needs gradients of single images and has none.

    Args:
        discriminator: Keras model.
        regularizers: List of `kerasgan.regularizers.Regularizer`.
    """
    penalties = [r.name for r in regularizers if r.needs_uncoupled_images]
    names = [
        layer.name
        for layer in _inner_layers(discriminator)
        if isinstance(layer, _COUPLING) and layer.trainable
    ]
    if penalties and names:
        warnings.warn(
            f"The penalty {', '.join(map(repr, penalties))} is about the "
            "gradient of each image, but these layers of `discriminator` "
            f"make the images of a batch depend on each other: "
            f"{', '.join(names)}. Use a discriminator without them, or with "
            "`keras.layers.LayerNormalization` in their place.",
            stacklevel=4,
        )


_COUPLING = (
    keras.layers.BatchNormalization,
    ConditionalBatchNormalization,
    MinibatchDiscrimination,
)


def _inner_layers(network):
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _inner_layers(layer)
        else:
            yield layer

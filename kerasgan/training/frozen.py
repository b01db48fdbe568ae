"""Layers that are not trained: which they are, and what they could be."""

import contextlib

from kerasgan.utils.layers import layers_in


def frozen_layers(network):
    """Returns the places of the layers of a network that are frozen.

    Args:
        network: Keras model.

    Returns:
        List of integers, places in the order of `layers_in`.
    """
    layers = layers_in([network])
    return [i for i, layer in enumerate(layers) if not layer.trainable]


def freeze_layers(network, frozen):
    """Freezes some layers of a network, and no others.

    Args:
        network: Keras model.
        frozen: What `frozen_layers` returned of one like it.
    """
    # A layer comes before those in it, to which it passes on what it is told.
    for i, layer in enumerate(layers_in([network])):
        layer.trainable = i not in frozen


@contextlib.contextmanager
def unfrozen(networks):
    """A context in which no layer of some networks is frozen.

    Args:
        networks: List of Keras models.
    """
    frozen = [frozen_layers(network) for network in networks]
    flags = [(v, v.trainable) for network in networks for v in network.weights]
    for network in networks:
        freeze_layers(network, ())
    try:
        yield
    finally:
        for network, places in zip(networks, frozen):
            freeze_layers(network, places)
        for variable, is_trainable in flags:
            variable.trainable = is_trainable


def frozen_config(model, names):
    """Returns the part of a config that says which layers are frozen.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        names: Names of its networks.
    """
    frozen = {name: frozen_layers(getattr(model, name)) for name in names}
    frozen = {name: layers for name, layers in frozen.items() if layers}
    return {"frozen": frozen} if frozen else {}


def freeze(model, frozen):
    """Freezes the layers that a config names.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        frozen: Dict from names of networks to places of layers.
    """
    for name, layers in frozen.items():
        freeze_layers(getattr(model, name), layers)

"""Layers of networks, and the seed generators in them."""

import keras


def layers_in(networks):
    """Returns all layers of networks, those within others too."""
    found = [layer for network in networks for layer in _within(network)]
    return list({id(layer): layer for layer in found}.values())


def _within(layer):
    yield layer
    # Models have `layers`; other layers keep theirs as attributes.
    inner = getattr(layer, "layers", None)
    if inner is None:
        inner = [x for x in vars(layer).values() if _is_layer(x)]
    for one in inner:
        yield from _within(one)


def _is_layer(x):
    return isinstance(x, keras.layers.Layer)


def seed_generators_of(layers):
    """Returns the seed generators of layers."""
    return [
        value
        for layer in layers
        for value in vars(layer).values()
        if isinstance(value, keras.random.SeedGenerator)
    ]

"""The activations within a discriminator."""

import weakref

import keras

from kerasgan import backend

# Of each discriminator, the models that end in its activations.
_KNOWN = weakref.WeakKeyDictionary()


def discriminator_maps(network, images, conditions=None):
    """Returns what the layers of a discriminator hand on.

    These are the inputs of all layers with a kernel but those of the image
    itself: after normalization and activation, as the next layer sees them.

    Args:
        network: Functional or sequential Keras model of images, or of images
            and conditions.
        images: Tensor, `(batch, height, width, channels)`.
        conditions: Tensor, or `None` for what depends on the image alone.

    Returns:
        List of tensors, from the image to the logits.

    Raises:
        ValueError: If the network is of another kind, or all that it hands
            on depends on conditions and none are given.

    Example:

    ```python
    import numpy as np
    import kerasgan
    from kerasgan.latent.discriminator_maps import discriminator_maps

    network = kerasgan.networks.dcgan_discriminator((16, 16, 1), filters=2)
    maps = discriminator_maps(network, np.zeros((1, 16, 16, 1), "float32"))
    assert maps[0].shape == (1, 8, 8, 2)
    ```
    """
    if network not in _KNOWN:
        _KNOWN[network] = _models(network)
    of_images, of_both = _KNOWN[network]
    if conditions is None or len(network.inputs) == 1:
        if of_images is None:
            raise ValueError(
                "`condition` must be given: all that the discriminator sees "
                "in an image depends on its condition. Received: None"
            )
        model, inputs = of_images, images
    else:
        model, inputs = of_both, [images, conditions]
    outputs = backend.call_network(model, inputs, False)
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def needs_condition(network):
    """Returns whether all activations depend on the condition.

    Args:
        network: Keras model.
    """
    if hasattr(network, "feature_maps"):
        return False
    if network not in _KNOWN:
        _KNOWN[network] = _models(network)
    return _KNOWN[network][0] is None


def last_map(maps):
    """Returns the last activations with a height and a width, if any have.

    Args:
        maps: List of tensors, as `discriminator_maps` returns them.
    """
    with_places = [x for x in maps if len(x.shape) == 4]
    return (with_places or maps)[-1]


def _models(network):
    """Returns the models of the image alone, or `None`, and of all inputs."""
    graph = getattr(network, "_functional", None) or network
    if not hasattr(graph, "operations"):
        raise ValueError(
            "`gan.discriminator` must be a functional or sequential Keras "
            f"model, whose layers can be seen. Received: "
            f"{type(network).__name__}"
        )
    # Of each tensor: the inputs that it depends on, and whether a layer with
    # a kernel has seen the image on the way.
    known = {id(x): ({i}, False) for i, x in enumerate(graph.inputs)}
    found = {}
    for operation in graph.operations:
        try:
            given, made = operation.input, operation.output
        except (AttributeError, ValueError):
            continue  # An input, or a layer that is called twice.
        parts = [known[id(x)] for x in keras.tree.flatten(given)]
        depends = set().union(*(part[0] for part in parts))
        is_beyond = any(part[1] for part in parts)
        if _has_kernel(operation) and 0 in depends:
            if is_beyond and not isinstance(given, (list, tuple)):
                found[id(given)] = given
            is_beyond = True
        for x in keras.tree.flatten(made):
            known.setdefault(id(x), (depends, is_beyond))
    if not found:
        raise ValueError(
            "`gan.discriminator` must have layers between the image and the "
            f"logits. Received: '{network.name}', which has none"
        )
    of_image = [x for key, x in found.items() if known[key][0] == {0}]
    of_images = None
    if of_image:
        of_images = keras.Model(graph.inputs[0], of_image, name="maps")
    of_both = keras.Model(graph.inputs, list(found.values()), name="maps")
    return of_images, of_both


def _has_kernel(operation):
    layer = getattr(operation, "layer", operation)
    return getattr(layer, "kernel", None) is not None

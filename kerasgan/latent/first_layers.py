"""What the first layers of a generator make of latents."""

import keras
import numpy as np
from keras import ops

from kerasgan import backend

_AT_ONCE = 256


def first_matrix(frozen, inputs):
    """Returns the matrix of a generator's first layer, for latents.

    The first layer with a kernel that latents reach is affine in them; its
    matrix is what it makes of each latent by itself, less what it makes of
    none. Of a generator that normalizes latents first, it is that of the
    normalized ones.

    Args:
        frozen: `FrozenModel`.
        inputs: Dict of one row, with the condition if there is one.

    Returns:
        Array, `(outputs, latent_dim)`.

    Raises:
        ValueError: If there is no such layer.
    """
    generator = frozen.gan._inference_generator
    size = frozen.latent_shape[0]
    probes = np.concatenate([np.zeros((1, size)), np.eye(size)])
    probes = probes.astype("float32")
    if hasattr(generator, "first_map"):
        made = _rows(generator.first_map, generator.variables, [probes])
    else:
        model = keras.Model(
            generator.inputs, _layers(generator)[0].output, name="first"
        )
        rows = {
            key: probes if key == "latents" else np.repeat(x, len(probes), 0)
            for key, x in inputs.items()
        }
        made = _outputs(model, rows)
    made = made.astype("float64")
    return (made[1:] - made[0]).T


def first_features(frozen, inputs):
    """Returns the first activations of a generator, `(n, dimensions)`.

    They are what its second layer with a kernel takes: after normalization
    and activation.

    Args:
        frozen: `FrozenModel`.
        inputs: Dict of arrays of `n` rows.

    Raises:
        ValueError: If there are no two such layers.
    """
    generator = frozen.gan._inference_generator
    if hasattr(generator, "first_features"):
        return _rows(
            generator.first_features,
            generator.variables,
            [inputs["latents"]],
        )
    layers = _layers(generator)
    if len(layers) < 2:
        raise ValueError(
            "`gan.generator` must have two layers with kernels, between which "
            f"to look. Received: '{generator.name}', which has one"
        )
    model = keras.Model(generator.inputs, layers[1].input, name="first")
    return _outputs(model, inputs)


def _layers(generator):
    """Returns the layers with kernels that latents reach, in order."""
    graph = getattr(generator, "_functional", None) or generator
    found = []
    if hasattr(graph, "operations"):
        reached = {id(graph.inputs[0])}
        for operation in graph.operations:
            try:
                given, made = operation.input, operation.output
            except (AttributeError, ValueError):
                continue  # An input, or a layer that is called twice.
            given = keras.tree.flatten(given)
            if not any(id(x) in reached for x in given):
                continue
            reached |= {id(x) for x in keras.tree.flatten(made)}
            kernel = getattr(operation, "kernel", None)
            inner = getattr(operation, "layer", None)
            if kernel is None and getattr(inner, "kernel", None) is None:
                continue
            if len(given) == 1:
                found.append(operation)
    if not found:
        raise ValueError(
            "`gan.generator` must be a functional or sequential Keras model "
            "with a layer that has a kernel. Received: "
            f"{type(generator).__name__}"
        )
    return found


def _outputs(model, inputs):
    given = list(inputs.values())
    return _rows(
        lambda *x: backend.call_network(
            model, list(x) if len(x) > 1 else x[0], False
        ),
        model.variables,
        given,
    )


def _rows(fn, variables, inputs):
    """Returns what a function says of rows, flattened."""
    compute = backend.compiled(fn, variables)
    parts = [
        ops.convert_to_numpy(compute(*(x[at : at + _AT_ONCE] for x in inputs)))
        for at in range(0, len(inputs[0]), _AT_ONCE)
    ]
    return np.concatenate([x.reshape(len(x), -1) for x in parts])

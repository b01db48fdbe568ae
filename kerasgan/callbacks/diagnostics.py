"""Cheap measurements of a game that tell whether it is healthy."""

import keras
import numpy as np

from kerasgan.metrics.images import to_floats

# Rows that are compared with all at once, which bounds the memory.
_ROWS = 512


def mean_pairwise_distance(images, labels=None):
    """Returns the mean distance between the pixels of two images.

    Args:
        images: uint8, or finite floats in [-1, 1], `(n, height, width,
            channels)`.
        labels: Integers `(n,)`, for the distance within the classes, or
            `None`. Where no two images have one class, all are compared.

    Returns:
        Float, the root of the sum of squares; 0 for a single image.
    """
    rows = to_floats(np.asarray(images), quantize=False)
    rows = rows.reshape(len(rows), -1).astype("float64")
    # Differences only: what all share would cost digits below.
    rows -= rows.mean(axis=0)
    squares = np.square(rows).sum(axis=1)
    alike, others = [], []
    for start in range(0, len(rows), _ROWS):
        at = slice(start, start + _ROWS)
        gram = squares[at, None] + squares - 2.0 * rows[at] @ rows.T
        distances = np.sqrt(np.maximum(gram, 0.0))
        pairs = np.ones(distances.shape, bool)
        places = np.arange(len(distances))
        pairs[places, start + places] = False  # An image and itself.
        others.append((distances[pairs].sum(), pairs.sum()))
        if labels is not None:
            pairs &= labels[at, None] == labels
            alike.append((distances[pairs].sum(), pairs.sum()))
    for total, count in (np.sum(alike or [(0, 0)], 0), np.sum(others, 0)):
        if count:
            return float(total / count)
    return 0.0


def not_finite(model, logs):
    """Returns what of a game is NaN or infinite, or `None`.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        logs: Dict of Keras' logs.
    """
    losses = [
        key
        for key, value in logs.items()
        if key.endswith("loss") and not np.isfinite(float(value)).all()
    ]
    if losses:
        return f"the losses ({', '.join(losses)})"
    for variable in model.weights:
        dtype = keras.backend.standardize_dtype(variable.dtype)
        if "float" not in dtype:
            continue
        # One number a variable leaves the device.
        total = keras.ops.sum(keras.ops.isfinite(variable.value))
        if int(total) < int(np.prod(variable.shape)):
            return f"the weights ({variable.path})"
    return None


def gradient_norms(model):
    """Returns each player's norm of gradients, as its optimizer knows it.

    It is the root of the sum of Adam's running means of squares, the norm of
    a typical gradient. Players whose optimizer keeps none are left out.

    Args:
        model: `kerasgan.models.AdversarialModel`.
    """
    norms = {}
    players = getattr(getattr(model, "optimizer", None), "players", {})
    for player, optimizer in players.items():
        # A scaled optimizer holds the one that updates.
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        decay = getattr(optimizer, "beta_2", None)
        means = [
            variable
            for variable in optimizer.variables
            if variable.path.endswith("_velocity")
        ]
        if not means or decay is None:
            continue
        total = sum(float(keras.ops.sum(mean.value)) for mean in means)
        steps = int(keras.ops.convert_to_numpy(optimizer.iterations))
        # As in Adam: the means began with zeros.
        share = 1.0 - decay**steps if steps else 1.0
        norms[player] = float(np.sqrt(total / share))
    return norms


def snapshot(model):
    """Returns a copy of all that training goes on from, for `restore`."""
    variables = [*model.variables, *model.optimizer.variables]
    return [
        (variable, np.array(keras.ops.convert_to_numpy(variable)))
        for variable in variables
    ]


def restore(state):
    """Sets variables back to what they were at a `snapshot`."""
    for variable, value in state:
        variable.assign(value)

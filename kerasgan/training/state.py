"""Counters and random seeds of a model, in its files."""

import numpy as np
from keras import ops

_COUNTERS = ("steps_seen", "images_seen")


def save_state(model, store):
    """Adds counters and seeds to what a model's own variables are stored in.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        store: Mapping that is written to.
    """
    for name in _COUNTERS:
        store[name] = getattr(model, name).numpy()
    for i, seed in enumerate(_seeds(model)):
        store[f"seed_{i}"] = ops.convert_to_numpy(seed)


def load_state(model, store, load_own_variables):
    """Loads a model's own variables, counters and seeds.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        store: Mapping that is read from.
        load_own_variables: Keras' function that loads the rest.
    """
    own = {k: store[k] for k in store.keys() if not k.startswith("seed_")}
    counts = [own.pop(name, None) for name in _COUNTERS]
    if None in counts:
        # Older files have them first among the variables, as int32 that
        # may have wrapped once.
        values = [own[str(i)] for i in range(len(own))]
        counts = [np.int64(count[()]) % 2**32 for count in values[:2]]
        own = {str(i): value for i, value in enumerate(values[2:])}
    load_own_variables(own)
    for name, count in zip(_COUNTERS, counts):
        getattr(model, name).assign(count[()])
    for i, seed in enumerate(_seeds(model)):
        seed.assign(store[f"seed_{i}"][()])


def _seeds(model):
    """The seeds of a model and of its networks.

    They are part of `variables` and not of `weights`, which is why Keras
    does not save them.
    """
    weights = {id(v) for v in model.weights}
    return [v for v in model.variables if id(v) not in weights]

"""Pairs of pictures of one class, for models that learn from such."""

import dataclasses

import numpy as np

import kerasgan
from kerasgan.cli import held_out
from kerasgan.datasets.class_pairs import ClassPairs

# A tenth of the classes is held out where there are as many.
_SHARE = 10
_ALONE = "the only picture of its class"


def takes_class_pairs(cls):
    """Returns whether a model learns from pairs of images of one class.

    Args:
        cls: Class of `kerasgan.applications`.

    Example:

    ```python
    import kerasgan
    from kerasgan.cli.class_pairs import takes_class_pairs

    assert takes_class_pairs(kerasgan.applications.DAGAN)
    ```
    """
    return issubclass(cls, kerasgan.models.DAGAN)


def with_class_pairs(source, count, seed):
    """Returns a source of pairs, and one of classes held out, or `None`.

    Whole classes are held out, since such a model is for those that it has
    never seen.

    Args:
        source: `kerasgan.cli.open_data.Source` with labels.
        count: Integer, how many pictures are held out at least, or `None`
            for a tenth of the classes of a folder.
        seed: Integer, for which and for the pairs.

    Raises:
        ValueError: If there are no pairs, or none would be left to train on.
    """
    source = _without_single(source)
    classes, sizes = np.unique(source.labels, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(classes))
    if source.names is None:
        held = 0
    elif count is None:
        held = len(classes) // _SHARE
    else:
        held = int(np.searchsorted(np.cumsum(sizes[order]), count)) + 1
        held = held if count else 0
    if held >= len(classes):
        raise ValueError(
            "`--held-out` must leave a class to train on, since whole classes "
            f"are held out. Received: --held-out {count} of {source.count} "
            f"pictures in {len(classes)} classes."
        )
    is_held = np.isin(source.labels, classes[order[:held]])
    return (
        _paired(source, ~is_held, seed),
        _paired(source, is_held, seed) if held else None,
    )


def _without_single(source):
    """Returns a source without the pictures that are alone in their class."""
    _, numbers, sizes = np.unique(
        source.labels, return_inverse=True, return_counts=True
    )
    is_alone = sizes[numbers] < 2
    if is_alone.all():
        raise ValueError(
            "A model of pairs needs a class of at least two pictures: each "
            f"folder in `--data` is a class. Received: '{source.name}' with "
            f"{len(sizes)} classes of one picture each."
        )
    if not is_alone.any():
        return source
    alone = np.flatnonzero(is_alone)
    if source.names is not None:
        left_out = [(source.names[i], _ALONE) for i in alone]
        source = dataclasses.replace(
            source, left_out=(*source.left_out, *left_out)
        )
    return held_out.part_of(source, np.flatnonzero(~is_alone))


def _paired(source, chosen, seed):
    source = held_out.part_of(source, np.flatnonzero(chosen))
    pairs = ClassPairs(
        lambda indices: source.fetch(indices)[0],
        source.labels,
        source.image_shape,
        seed=seed,
    )
    return dataclasses.replace(source, class_pairs=pairs)

"""Pictures of a folder that are not trained on, but scored by."""

import dataclasses
import math
import os

import numpy as np

from kerasgan.datasets.image_batches import ImageBatches

_LEAST_FOLDER = 20
_AT_LEAST = 50
# As many as are scored at most.
_MOST = 10_000


def usual_count(count):
    """Returns how many of a folder's pictures are held out by default.

    Args:
        count: Integer, how many there are.

    Example:

    ```python
    from kerasgan.cli.held_out import usual_count

    assert [usual_count(n) for n in (12, 300, 500, 2000)] == [0, 30, 50, 100]
    ```
    """
    if count < _LEAST_FOLDER:
        return 0
    return min(max(count // 20, min(_AT_LEAST, count // 10)), _MOST)


def without_held_out(source, count, seed):
    """Returns a source to train on, and one of what is held out, or `None`.

    Args:
        source: `kerasgan.cli.open_data.Source` of a folder.
        count: Integer, how many pictures are held out, or `None` for the
            usual share.
        seed: Integer that says which.

    Raises:
        ValueError: If nothing would be left to train on.
    """
    if count is None:
        count = usual_count(source.count)
    if count >= source.count:
        raise ValueError(
            "`--held-out` must leave something to train on. Received: "
            f"--held-out {count} of {source.count} pictures."
        )
    if not count:
        return source, None
    order = np.random.default_rng(seed).permutation(source.count)
    return part_of(source, order[count:]), part_of(source, order[:count])


def batches_of(source, batch_size, unit):
    """Returns what is held out as batches in their order, or `None`.

    Args:
        source: `Source` of what is held out, or `None`.
        batch_size: Integer, images in a batch at most.
        unit: Integer of which each batch must be a multiple.
    """
    if source is None or source.count < unit:
        return None
    count = source.count // unit * unit
    if source.class_pairs is not None:
        source.class_pairs.batch_size = min(batch_size, source.count)
        return source.class_pairs
    return ImageBatches(
        source.fetch,
        count,
        source.image_shape,
        has_labels=source.num_classes is not None,
        batch_size=max(min(batch_size, count) // unit, 1) * unit,
        shuffle=False,
    )


def unit_of(gan, devices):
    """Returns of what each batch of a model must be a multiple.

    Args:
        gan: The model.
        devices: Integer, how many train together.
    """
    return math.lcm(devices, getattr(gan, "packing", None) or 1)


def write_names(path, names):
    """Writes names of files, one a line, whatever characters they have.

    Args:
        path: `pathlib.Path`.
        names: List of strings.
    """
    lines = [
        name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
        for name in names
    ]
    path.write_bytes(os.fsencode("".join(f"{line}\n" for line in lines)))


def read_names(path):
    """Returns what `write_names` wrote.

    Args:
        path: `pathlib.Path`.
    """
    lines = os.fsdecode(path.read_bytes()).split("\n")
    return [
        line.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        for line in lines
        if line
    ]


def part_of(source, indices):
    """Returns a source of some of the pictures, in their order.

    Args:
        source: `Source`.
        indices: Array of integers.
    """
    indices = np.sort(indices)
    names, labels = source.names, source.labels
    return dataclasses.replace(
        source,
        fetch=lambda places: source.fetch(indices[places]),
        count=len(indices),
        names=names and [names[index] for index in indices],
        labels=None if labels is None else labels[indices],
    )

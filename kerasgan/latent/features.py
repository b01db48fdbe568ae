"""What a discriminator sees in images, for classifiers."""

import math

import numpy as np
from keras import ops

from kerasgan.latent.discriminator_maps import needs_condition
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.utils.check_count import check_count

_SIDE = 4
# The most classes of which the mean is taken.
_MOST_CLASSES = 32


def features(gan, images, condition=None, batch_size: int = 64) -> np.ndarray:
    """Returns the discriminator's activations, one row an image.

    Those of all its layers but the last, after normalization and activation,
    are max-pooled to 4 x 4 and flattened: features that were learned without
    labels, for a linear classifier such as `sklearn.svm.LinearSVC`. The
    discriminator runs in inference mode, so that no image depends on others.

    Args:
        gan: A model of kerasgan with a discriminator of images.
        images: Float array in [-1, 1] or uint8, `(n, height, width,
            channels)`.
        condition: For conditional models: what the images are of, one for
            all or one each. Who classifies by these features does not know.
            Defaults to `None`: the activations that depend on no condition;
            where all do, the mean over all classes.
        batch_size: Integer, images computed at a time. Defaults to 64.

    Returns:
        Float32 array, `(n, dimensions)`.

    Raises:
        ValueError: If the images are not of the model's size or range, or
            not finite, or the model has no discriminator.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN((32, 32, 3), filters=64)
    seen = kerasgan.latent.features(gan, gan.generate(2, seed=0))
    assert seen.shape == (2, 16 * (64 + 128 + 256))
    ```

    Reference:
        Radford, Metz and Chintala, 2016, arXiv 1511.06434, section 5.1.
    """
    frozen = FrozenModel(gan)
    frozen.check_discriminator()
    images = frozen.check(images)
    check_count("batch_size", batch_size)
    given = frozen.conditions(condition, len(images))
    if given is None and needs_condition(frozen.discriminator):
        of = frozen.condition
        if not of.count or of.count > _MOST_CLASSES:
            raise ValueError(
                "`condition` must be given: all that the discriminator sees "
                "in an image depends on its condition. Received: None"
            )
        parts = [
            _features(frozen, images, np.repeat(row[None], len(images), 0))
            for row in of.in_turn(of.count)
        ]
        return np.mean(parts, axis=0, dtype="float32")
    return _features(frozen, images, given, batch_size)


def _features(frozen, images, conditions, batch_size=64):
    def see(images, conditions=None):
        return _pooled(frozen.maps(images, conditions))

    is_told = conditions is not None
    compute = frozen.compiled(("features", is_told), see)
    given = [images] if conditions is None else [images, conditions]
    # The last batch as large as the others, for one compilation.
    size = min(batch_size, len(images))
    parts = []
    for start in range(0, len(images), size):
        rows = np.arange(start, start + size) % len(images)
        seen = ops.convert_to_numpy(compute(*(x[rows] for x in given)))
        parts.append(seen[: len(images) - start])
    return np.concatenate(parts)


def _pooled(maps):
    """Returns maps as rows, those with height and width pooled to 4 x 4."""
    rows = []
    for x in maps:
        if len(x.shape) == 4:
            x = pool_to(x, _SIDE)
        rows.append(ops.reshape(x, (-1, math.prod(x.shape[1:]))))
    return ops.concatenate(rows, axis=1)


def pool_to(maps, side):
    """Returns the maxima over `side` times `side` boxes that cover maps.

    Args:
        maps: Tensor, `(batch, height, width, channels)`. Maps that are not
            larger than that stay as they are.
        side: Integer.
    """
    for axis in (1, 2):
        size = maps.shape[axis]
        if size <= side:
            continue
        boxes = []
        for i in range(side):
            start, end = i * size // side, -(-(i + 1) * size // side)
            box = maps[:, start:end] if axis == 1 else maps[:, :, start:end]
            boxes.append(ops.max(box, axis=axis, keepdims=True))
        maps = ops.concatenate(boxes, axis=axis)
    return maps

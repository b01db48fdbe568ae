"""The images that a model draws, without all of them in memory."""

import itertools

import numpy as np

from kerasgan.latent.generate_batches import generate_batches
from kerasgan.metrics.images import check_image_batch
from kerasgan.metrics.sample_set import SampleSet
from kerasgan.metrics.sample_set import rows_in_block
from kerasgan.utils.pixels import to_bytes


def drawn_batches(gan, n, seed, batch_size=64, **asked):
    """Returns an iterator of the images that a model draws.

    Args:
        gan: Model of kerasgan; or one with `generate` alone, which
            draws all at once.
        n: Integer, how many images in all.
        seed: Integer.
        batch_size: Integer, images in a batch. Defaults to 64.
        **asked: Further arguments of the model's `generate`.
    """
    if hasattr(gan, "sample_inputs"):
        return generate_batches(gan, n, seed, batch_size, **asked)
    return iter([gan.generate(n, seed=seed, **asked)])


def sets_of(batches, labels, argument):
    """Yields the images that a model draws, some hundred at a time.

    As bytes: networks round what they read to these. What lies outside of
    [-1, 1], where a generator without a bound overshoots, is clipped.

    Args:
        batches: Iterable of float arrays `(batch, height, width, channels)`.
        labels: Integers, one an image of all batches, or `None`.
        argument: Name of the argument that the user gave, for messages.

    Raises:
        ValueError: If an image is not finite.
    """
    held, start = [], 0
    for images in itertools.chain(batches, [None]):
        is_end = images is None
        if not is_end:
            images = np.clip(images, -1.0, 1.0)
            held.append(to_bytes(check_image_batch(images, argument)))
        while held and (
            is_end or sum(map(len, held)) >= rows_in_block(held[0].shape[1:])
        ):
            images = np.concatenate(held)
            rows = rows_in_block(images.shape[1:])
            held = [images[rows:]] if len(images) > rows else []
            images = images[:rows]
            of = None if labels is None else labels[start : start + rows]
            start += len(images)
            yield SampleSet((images, of), argument, is_data=False)

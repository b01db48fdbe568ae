"""Anomaly scores of latents that an encoder knows."""

import numpy as np
from keras import ops

from kerasgan.latent import support
from kerasgan.latent.discriminator_maps import last_map
from kerasgan.latent.discriminator_maps import needs_condition


def encoded_inputs(frozen, encoder, images, conditions):
    """Returns inputs of `gan.render`, with the latents of an encoder.

    Args:
        frozen: `FrozenModel`.
        encoder: See `encoded_latents`.
        images: Float32 array, `(n, height, width, channels)`.
        conditions: Array of `n` conditions, or `None`.

    Raises:
        ValueError: If the model is conditional and none are given.
    """
    if frozen.condition is not None and conditions is None:
        raise ValueError(
            "`condition` must be given where an encoder says the latents, "
            "which does not say of what an image is. Received: None"
        )
    inputs = frozen.draw(len(images), 0, conditions)
    return {**inputs, "latents": encoded_latents(frozen, encoder, images)}


def encoded_latents(frozen, encoder, images, name="encoder"):
    """Returns the latents of images that an encoder knows, float32.

    Args:
        frozen: `FrozenModel`.
        encoder: A model with `encode`, such as `kerasgan.models.FAnoGAN`, or
            a function from images to latents.
        images: Float32 array, `(n, height, width, channels)`.
        name: Name of the argument, for the message.

    Raises:
        ValueError: If it is neither, or its latents are not the model's.
    """
    encode = getattr(encoder, "encode", encoder)
    if isinstance(encoder, str) or not callable(encode):
        raise ValueError(
            f"`{name}` must be a model with `encode`, such as "
            "`kerasgan.models.FAnoGAN`, or a function from images to latents. "
            f"Received: {encoder!r}"
        )
    return checked_latents(frozen, encode(images), len(images), name)


def checked_latents(frozen, latents, count, name):
    """Returns latents in the support of the model's prior, or raises.

    Args:
        frozen: `FrozenModel`.
        latents: Array.
        count: Integer, how many there must be.
        name: Name of the argument, for the message.
    """
    latents = np.asarray(latents, "float32")
    shape = (count, *frozen.latent_shape)
    if latents.shape != shape:
        raise ValueError(
            f"`{name}` must give latents of shape {shape}, one of each image. "
            f"Received: shape {latents.shape}"
        )
    if not np.isfinite(latents).all():
        raise ValueError(
            f"`{name}` must give finite latents. Received: NaN or infinite ones"
        )
    return support.restricted(frozen.parts, latents)


def feature_errors(frozen, images, made, conditions, batch_size):
    """Returns mean squared differences of activations, `(n,)`.

    Args:
        frozen: `FrozenModel`.
        images, made: Float32 arrays, `(n, height, width, channels)`.
        conditions: Array of `n` conditions, or `None`.
        batch_size: Integer.
    """
    if not needs_condition(frozen.discriminator):
        conditions = None

    def compute(a, b, conditions=None):
        of_a, of_b = (last_map(frozen.maps(x, conditions)) for x in (a, b))
        axes = tuple(range(1, len(of_a.shape)))
        return ops.mean(ops.square(of_a - of_b), axis=axes)

    is_told = conditions is not None
    return in_batches(
        frozen.compiled(("feature_errors", is_told), compute),
        [images, made, *([conditions] if is_told else [])],
        batch_size,
    )


def in_batches(compute, arrays, batch_size):
    """Returns what a compiled function says of rows, computed in batches.

    Args:
        compute: Function from tensors to a tensor, row by row.
        arrays: List of arrays of as many rows.
        batch_size: Integer. All batches are of one size, for which the
            function is compiled once.
    """
    count = len(arrays[0])
    size = min(batch_size, count)
    parts = []
    for start in range(0, count, size):
        rows = np.arange(start, start + size) % count
        found = ops.convert_to_numpy(compute(*(x[rows] for x in arrays)))
        parts.append(found[: count - start])
    return np.concatenate(parts)

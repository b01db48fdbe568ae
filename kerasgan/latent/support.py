"""The support of latents that consist of parts, each with a prior."""

import numpy as np
from keras import ops


def restrict(parts, latents):
    """Returns the nearest latents that can be drawn.

    Args:
        parts: List of pairs of a width and a `Prior`, along the last axis.
        latents: Tensor, `(batch, ..., latent_dim)`.

    Example:

    ```python
    import numpy as np
    from kerasgan.latent import Uniform
    from kerasgan.latent.support import restrict

    latents = restrict([(2, Uniform())], np.array([[3.0, 0.5]]))
    assert np.asarray(latents).tolist() == [[1.0, 0.5]]
    ```
    """
    if len(parts) == 1:
        return parts[0][1].restrict(latents)
    pieces = [
        prior.restrict(latents[..., columns])
        for columns, prior in columns_of(parts)
    ]
    return ops.concatenate(pieces, axis=-1)


def restricted(parts, latents):
    """Returns what `restrict` does as a float32 NumPy array.

    Args:
        parts: See `restrict`.
        latents: NumPy array, `(batch, ..., latent_dim)`.
    """
    latents = np.asarray(latents, "float32")
    return ops.convert_to_numpy(restrict(parts, latents))


def penalty(parts, latents):
    """Returns how unlike what is drawn latents are, `(batch,)`.

    Args:
        parts: See `restrict`.
        latents: Tensor, `(batch, ..., latent_dim)`.
    """
    return sum(
        prior.penalty(latents[..., columns])
        for columns, prior in columns_of(parts)
    )


def typical(parts, latents):
    """Returns latents as they are drawn, of sums and means of such.

    Args:
        parts: See `restrict`.
        latents: NumPy array, `(batch, ..., latent_dim)`.

    Returns:
        Float32 NumPy array.
    """
    latents = np.asarray(latents, "float32")
    pieces = [
        np.asarray(prior.typical(latents[..., columns]), "float32")
        for columns, prior in columns_of(parts)
    ]
    return np.concatenate(pieces, axis=-1)


def continuous(parts):
    """Returns which of the latents' numbers can change a little.

    Args:
        parts: See `restrict`.

    Returns:
        Bool array, `(latent_dim,)`.
    """
    return np.concatenate(
        [np.full(width, prior.is_continuous) for width, prior in parts]
    )


def columns_of(parts):
    """Returns pairs of a slice of the last axis and its `Prior`.

    Args:
        parts: See `restrict`.
    """
    pairs, at = [], 0
    for width, prior in parts:
        pairs.append((slice(at, at + width), prior))
        at += width
    return pairs

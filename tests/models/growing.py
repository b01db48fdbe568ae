"""A game that grows to 8x8 within a few steps."""

import numpy as np

import kerasgan

# 4x4 for the first 16 images, then 8x8 fading in for 16, then 8x8.
KIMG = 0.016
BATCH_SIZE = 8


def small_progan(**kwargs):
    """Returns a ProGAN of at most 4 channels, 8x8 grey images."""
    kwargs = {"kimg": KIMG, "ema": 20.0, "seed": 0, **kwargs}
    return kerasgan.applications.ProGAN(
        image_shape=(8, 8, 1), width=1 / 128, **kwargs
    )


def small_images(batches, batch_size=BATCH_SIZE):
    """Returns images as bytes, `(batches * batch_size, 8, 8, 1)`."""
    rng = np.random.default_rng(0)
    shape = (batches * batch_size, 8, 8, 1)
    return rng.integers(0, 256, shape).astype("uint8")

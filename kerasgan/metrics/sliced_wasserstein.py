import keras
import numpy as np

from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.pyramid import laplacian_pyramid
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed

_PATCH = 7
# Directions projected on at once: bounds the memory.
_DIRECTIONS_AT_ONCE = 16


@keras.saving.register_keras_serializable(package="kerasgan")
class SlicedWasserstein(GenerativeMetric):
    """How small patches of real and generated images differ, scale by scale.

    From each image, at each level of its Laplacian pyramid down to 16
    pixels, random patches of 7 x 7 pixels are cut. The patches of a side are
    normalised (each channel to mean 0 and deviation 1) and projected on
    random directions, where the Wasserstein distance of the two sides is the
    mean gap of the sorted values. It needs no network, sees texture and
    sharpness, and does not see whether the whole makes sense.

    Args:
        patches: Integer, patches an image. Defaults to 128.
        directions: Integer, directions at a time. Defaults to 128.
        repeats: Integer, how often directions are drawn. Defaults to 4.
        seed: Integer, for patches and directions. Defaults to 0.
        name: String, defaults to `"sliced_wasserstein"`.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()` returns a dict of floats, times 1000 as in the paper:
        `"swd"`, the mean over the levels, and `"swd_<pixels>"` for each
        level, named by its height. As many images are taken of each side as
        the smaller one has; of each level all patches are held in memory,
        `images * patches * 49 * channels` numbers of 4 bytes a side.

    Raises:
        ValueError: If a side has no image, or images are smaller than 7
            pixels.

    Example:

    ```python
    import numpy as np
    import kerasgan

    images = np.random.default_rng(0).uniform(-1, 1, (8, 32, 32, 1))
    metric = kerasgan.metrics.SlicedWasserstein(patches=16, directions=8)
    metric.update_real(images)
    same = metric(images)
    assert same["swd"] == 0.0 and {"swd_32", "swd_16"} < set(same)
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196.
    """

    key = "sliced_wasserstein"
    needs = "images"
    has_network = False

    def __init__(
        self,
        patches=128,
        directions=128,
        repeats=4,
        seed=0,
        name=None,
        dtype=None,
    ):
        check_count("patches", patches)
        check_count("directions", directions)
        check_count("repeats", repeats)
        super().__init__(None, name=name, dtype=dtype)
        self.patches = patches
        self.directions = directions
        self.repeats = repeats
        self.seed = check_seed(seed, optional=False)

    def protocol(self):
        return {
            "patches": self.patches,
            "directions": self.directions,
            "repeats": self.repeats,
            "seed": self.seed,
        }

    def read(self, images):
        images = super().read(images)
        if min(images.shape[1:3]) < _PATCH:
            raise ValueError(
                f"`images` must be at least {_PATCH} pixels high and wide "
                f"for `{self.name}`. Received: shape {images.shape}"
            )
        return images

    def result(self):
        """Returns the dict that the class describes."""
        self.check_counts()
        count = min(len(self.real), len(self.generated))
        sides = [
            laplacian_pyramid(state.rows()[:count].astype("float32"))
            for state in (self.real, self.generated)
        ]
        found = {}
        for levels in zip(*sides):
            # The same places and directions for both sides.
            descriptors = [
                _normalised(_cut(level, self.patches, self.seed))
                for level in levels
            ]
            rng = np.random.default_rng([self.seed, 1])
            distance = sliced_distance(
                *descriptors, self.directions * self.repeats, rng
            )
            found[f"swd_{levels[0].shape[1]}"] = 1000.0 * distance
        return {"swd": sum(found.values()) / len(found), **found}

    def get_config(self):
        return {**super().get_config(), **self.protocol()}


def sliced_distance(a, b, directions, rng):
    """Returns the mean over directions of the Wasserstein-1 distance.

    Args:
        a: Float array `(n, dimensions)`.
        b: The same shape.
        directions: Integer.
        rng: `numpy.random.Generator`.
    """
    total = 0.0
    for start in range(0, directions, _DIRECTIONS_AT_ONCE):
        size = min(_DIRECTIONS_AT_ONCE, directions - start)
        units = rng.normal(size=(a.shape[1], size))
        units = (units / np.linalg.norm(units, axis=0)).astype(a.dtype)
        ordered = [np.sort((units.T @ side.T), axis=1) for side in (a, b)]
        gaps = np.abs(ordered[0] - ordered[1])
        total += gaps.mean(axis=1, dtype="float64").sum()
    return float(total / directions)


def _cut(images, patches, seed):
    """Returns random patches, `(n * patches, channels, 7, 7)`."""
    rng = np.random.default_rng(seed)
    count, height, width, channels = images.shape
    shape = (count, patches)
    rows = rng.integers(height - _PATCH + 1, size=shape)
    columns = rng.integers(width - _PATCH + 1, size=shape)
    windows = np.lib.stride_tricks.sliding_window_view(
        images, (_PATCH, _PATCH), axis=(1, 2)
    )  # (n, height - 6, width - 6, channels, 7, 7)
    found = windows[np.arange(count)[:, None], rows, columns]
    return found.reshape(-1, channels, _PATCH, _PATCH)


def _normalised(patches):
    """Returns patches with mean 0 and deviation 1 a channel, as rows.

    In their place, since they are many.
    """
    mean = patches.mean(axis=(0, 2, 3), dtype="float64", keepdims=True)
    patches -= mean.astype("float32")
    squares = np.einsum("ncij,ncij->c", patches, patches, dtype="float64")
    deviation = np.sqrt(squares * len(mean[0]) / patches.size)
    deviation = np.maximum(deviation, 1e-8).astype("float32")
    patches /= deviation[:, None, None]
    return patches.reshape(len(patches), -1)

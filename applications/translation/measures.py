"""What the records of translators are scored by."""

import warnings

import keras
import numpy as np

import kerasgan
from kerasgan.metrics.features.efficientnet_lite0 import efficientnet_lite0
from kerasgan.metrics.features.packaged import verified_weights

FEATURES = "efficientnet_lite0"
# Of the maps that pictures are compared in: half to a sixteenth of the size.
_WIDTHS = (16, 24, 40, 112)


def as_floats(images):
    """Returns uint8 images in [-1, 1]; others as they are."""
    if images.dtype == np.uint8:
        return images.astype("float32") / 127.5 - 1.0
    return images


def as_bytes(images):
    """Returns images in [-1, 1] as the uint8 images of a file."""
    pixels = (np.clip(as_floats(images), -1, 1) + 1) * 127.5
    return np.rint(pixels).astype("uint8")


def compare(made, truth, real, perceptual=None):
    """Returns a dict of scores of images, beside what they should be.

    Args:
        made: Images, in [-1, 1] or uint8.
        truth: What they should be, of equal shape.
        real: Other real images, for FID and KID of the floor.
        perceptual: `FeatureDistance`, or `None`.
    """
    made = as_bytes(made)
    a, b = as_floats(made), as_floats(truth)
    scores = {"l1": float(np.abs(a - b).mean(dtype="float64"))}
    for metric in (kerasgan.metrics.PSNR(), kerasgan.metrics.SSIM()):
        for at in range(0, len(a), 250):
            metric.update_state(b[at : at + 250], a[at : at + 250])
        scores[metric.name] = float(metric.result())
    if perceptual is not None:
        scores["features"] = perceptual(a, b)
    return scores | distances(made, truth, real)


def distances(made, truth, real=None):
    """Returns FID and KID of images, and of `real` ones in their place.

    Args:
        made: Uint8 or float images.
        truth: Real images.
        real: Other real images, or `None`.
    """
    with warnings.catch_warnings():
        # The card says so of few images.
        warnings.filterwarnings("ignore", ".*is mostly bias")
        result = kerasgan.evaluate(
            made,
            truth,
            metrics=["fid", "kid"],
            features=FEATURES,
            samples=min(len(made), len(truth)),
            floor_real=False if real is None else real,
            verbose=0,
        ).to_dict()["scores"]
    scores = {key: result[key]["value"] for key in ("fid", "kid")}
    if real is not None:
        scores |= {
            f"{key}_floor": result[key]["floor"] for key in ("fid", "kid")
        }
    return scores


class FeatureDistance:
    """How unlike two pictures are in the maps of EfficientNet-Lite0.

    As LPIPS without trained weights (Zhang et al., 2018, arXiv 1801.03924):
    the maps are brought to length one over their channels at each place, and
    squared differences are summed over channels and maps, and averaged over
    places and images.

    Args:
        size: Integer, side of the pictures in pixels.
    """

    def __init__(self, size):
        _, path = verified_weights(FEATURES)
        network = efficientnet_lite0(size)
        network.load_weights(path)
        last = {}
        for step in network.operations:
            last[step.output.shape[-1]] = step.output
        self.maps = keras.Model(
            network.input, [last[width] for width in _WIDTHS]
        )

    def __call__(self, a, b):
        """Returns the mean over pairs of float images in [-1, 1]."""
        total = 0.0
        for at in range(0, len(a), 250):
            rows = slice(at, at + 250)
            maps = [
                [_unit(x) for x in self.maps.predict(images[rows], verbose=0)]
                for images in (a, b)
            ]
            total += sum(
                np.square(x - y).sum(-1).mean((1, 2)).sum()
                for x, y in zip(*maps)
            )
        return float(total / len(a))


def _unit(maps):
    return maps / np.sqrt(np.square(maps).sum(-1, keepdims=True) + 1e-10)

"""What the records of translators are scored by."""

import warnings

import keras
import numpy as np

import kerasgan
from kerasgan.metrics.evaluate_translation import compare as compare_pairs
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

FEATURES = "efficientnet_lite0"
_AT_ONCE = 250


def compare(made, truth, real=None):
    """Returns a dict of scores of images, beside what they should be.

    Args:
        made: Images, in [-1, 1] or uint8, which are rounded as in a file.
        truth: What they should be, of equal shape.
        real: Other real images, for the floor of FID and KID, or `None`.
    """
    made, truth = from_bytes(to_bytes(made)), from_bytes(truth)
    return {
        **compare_pairs(truth, made),
        "features": _unlikeness(made, truth),
        **distances(made, truth, real),
    }


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


def _unlikeness(a, b):
    """Returns the mean distance of pairs in maps of EfficientNet-Lite0."""
    distance = kerasgan.latent.Perceptual(pixel_weight=0.0)
    found = []
    for at in range(0, len(a), _AT_ONCE):
        rows = slice(at, at + _AT_ONCE)
        pairs = distance(a[rows], distance.data(b[rows]))
        found.append(keras.ops.convert_to_numpy(pairs))
    return float(np.concatenate(found).mean(dtype="float64"))

"""Scores portraits whose glasses were put on and taken off.

The truth is known: `test` holds portraits that were drawn twice, without
glasses and with them, all else equal. A classifier that has seen the training
pictures says whether there are glasses. Outside of the pixels that differ in
the truth, grown by `GROWN`, nothing should change; inside, glasses that were
taken off should leave what was behind them. Which glasses are put on is the
model's choice.
"""

import math
import pathlib

import keras
import numpy as np
from keras import layers
from measures import distances
from scipy import ndimage

import kerasgan
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

GROWN = 2  # pixels
CLASSIFIER = pathlib.Path("runs/glasses_classifier.keras")


def classifier(parts, epochs=4, seed=0):
    """Returns a function from images to whether there are glasses."""
    if CLASSIFIER.exists():
        network = keras.saving.load_model(CLASSIFIER)
    else:
        network = _train(parts, epochs, seed)
        network.save(CLASSIFIER)

    def has_glasses(images):
        logits = network.predict(from_bytes(images), 250, verbose=0)[1]
        return logits.argmax(-1) == 1

    return has_glasses


def _train(parts, epochs, seed):
    keras.utils.set_random_seed(seed)
    kinds = parts["train"]
    images = np.concatenate(kinds)
    images = np.concatenate([images, images[:, :, ::-1]])
    worn = np.tile(np.repeat([0, 1], [len(kind) for kind in kinds]), 2)
    network = kerasgan.networks.image_classifier(
        images.shape[1:], 2, filters=8, seed=seed
    )
    inputs = keras.Input(images.shape[1:], dtype="uint8")
    x = layers.Rescaling(1 / 127.5, -1.0)(inputs)
    x = layers.RandomTranslation(0.03, 0.03, "constant", "nearest", seed, 1.0)(
        x
    )
    model = keras.Model(inputs, network(x)[1])
    steps = epochs * math.ceil(len(images) / 64)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(1e-3, steps)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(images, worn, batch_size=64, epochs=epochs, verbose=2)
    return network


def share_missed(game, parts):
    """Returns the share of held-out pictures that are not the other kind."""
    without, worn = parts["held_out"]
    has_glasses = classifier(parts)
    left = has_glasses(to_bytes(game.translate(worn, to="a", seed=0))).mean()
    put_on = has_glasses(to_bytes(game.translate(without, to="b", seed=0)))
    return float(left + 1 - put_on.mean()) / 2


def compare_glasses(contestants, parts):
    """Yields a dict of scores a contestant, and one of the real pictures."""
    without, worn = parts["test"]
    has_glasses = classifier(parts)
    yield {
        "name": "the pictures themselves",
        "images": len(without),
        "scores": {
            "off": float(1 - has_glasses(without).mean()),
            "on": float(has_glasses(worn).mean()),
        },
    }
    inside = changed(without, worn)
    for name, game in contestants.items():
        if game is None:
            off, on = worn, without
        else:
            off = to_bytes(game.translate(worn, to="a", seed=0))
            on = to_bytes(game.translate(without, to="b", seed=0))
        scores = {
            "off": float(1 - has_glasses(off).mean()),
            "on": float(has_glasses(on).mean()),
            "outside_off": error(off, worn, ~inside),
            "outside_on": error(on, without, ~inside),
            "inside_off": error(off, without, inside),
        }
        for way, made, real, other in (
            ("off", off, without, parts["train"][0]),
            ("on", on, worn, parts["train"][1]),
        ):
            scores |= {
                f"{key}_{way}": value
                for key, value in distances(made, real, other).items()
            }
        yield {"name": name, "images": len(without), "scores": scores}


def changed(a, b):
    """Returns where two arrays of images differ, grown, `(n, h, w)`."""
    differ = (a != b).any(-1)
    square = np.ones((1, 2 * GROWN + 1, 2 * GROWN + 1), bool)
    return ndimage.binary_dilation(differ, square)


def error(made, truth, places):
    """Returns the mean absolute difference at places, in [-1, 1]."""
    difference = np.abs(from_bytes(made) - from_bytes(truth)).mean(-1)
    return float(difference[places].mean(dtype="float64"))

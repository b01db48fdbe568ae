"""Scores of translators: of pairs, of both ways, and what is left out."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.metrics import evaluate_translation
from kerasgan.metrics.evaluate_translation import compare
from tests.models.tiny_translators import SHAPE
from tests.models.tiny_translators import images
from tests.models.tiny_translators import judge
from tests.models.tiny_translators import scaling


def mean_of_rows(images):
    return images.mean(axis=(2, 3))


@pytest.fixture
def pairs():
    x = images(6)
    return x, np.clip(0.5 * x + 0.1, -1, 1)


def test_pairs_are_scored_as_on_paper(pairs):
    x, y = pairs
    game = kerasgan.models.Pix2Pix(scaling(0.5), judge(1.0, 1.0), seed=0)
    found = evaluate_translation(
        game, x, y, metrics=["l1", "psnr", "ssim", "kid"], features=mean_of_rows
    )
    error = 0.5 * x - y
    assert found["l1"] == pytest.approx(np.abs(error).mean(), rel=1e-4)
    each = 10 * np.log10(4 / np.square(error).mean((1, 2, 3)))
    assert found["psnr"] == pytest.approx(each.mean(), rel=1e-4)
    assert "kid" in found and "kid" in found.floor
    about = found.protocol["to b"]
    assert about["left out"] == {"ssim": "images have less than 11 pixels"}
    nothing = about["doing nothing"]
    assert nothing["l1"] == pytest.approx(np.abs(x - y).mean(), rel=1e-4)


def test_two_ways_are_scored_without_pairs_or_with_them(pairs):
    x, y = pairs
    game = kerasgan.models.CycleGAN(
        *(scaling(0.5), scaling(2.0), judge(1.0), judge(1.0)), seed=0
    )
    found = evaluate_translation(
        *(game, x, y), metrics=["l1", "kid"], features=mean_of_rows
    )
    assert {"kid_to_a", "kid_to_b"} <= set(found)
    assert found.protocol["to a"]["left out"] == {"l1": "there are no pairs"}
    found = evaluate_translation(game, x, y, is_paired=True, metrics=["l1"])
    back = np.abs(np.clip(2.0 * y, -1, 1) - x).mean()
    assert found["l1_to_a"] == pytest.approx(back, rel=1e-4)
    # Of a data set, one batch after the other.
    data = kerasgan.datasets.UnpairedArrays(x, y, 4)
    found = evaluate_translation(
        *(game, data), metrics=["kid"], features=mean_of_rows
    )
    assert set(found) == {
        *(f"kid{s}_to_{k}" for s in ("", "_std") for k in "ab")
    }


def test_similarity_is_that_of_the_metric():
    x = images(3, shape=(12, 12, 3))
    y = 0.9 * x
    expected = kerasgan.metrics.SSIM()(x, y)
    found = compare(x, y)
    expected = float(keras.ops.convert_to_numpy(expected))
    assert found["ssim"] == pytest.approx(expected, rel=1e-5)


def test_what_cannot_be_scored_is_said(pairs):
    x, y = pairs
    game = kerasgan.models.Pix2Pix(scaling(0.5), judge(1.0, 1.0), seed=0)
    with pytest.raises(ValueError, match="`y` must be what"):
        evaluate_translation(game, x)
    with pytest.raises(ValueError, match="`y` must be images as"):
        evaluate_translation(game, x, y[:3])
    with pytest.raises(ValueError, match="`game` must be a model that"):
        evaluate_translation(keras.Sequential(), x, y)
    many = images(4, shape=(*SHAPE[:2], 5))
    other = kerasgan.models.Pix2Pix(
        scaling(0.5, channels=5),
        keras.Model(
            ins := [keras.Input(many.shape[1:]) for _ in range(2)],
            keras.layers.Add()(ins),
        ),
    )
    found = evaluate_translation(other, many, many, metrics=["l1", "fid"])
    about = found.protocol["to b"]
    assert about["left out"] == {"fid": "of 5 channels"}

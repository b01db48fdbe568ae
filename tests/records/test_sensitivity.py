"""What the scores react to is measured and written down."""

import json

import numpy as np
import pytest

import kerasgan

pytestmark = pytest.mark.once

RECIPE = {
    "data": "fashion_mnist_subset",
    "preset": "cgan/copies",
    "padding": 2,
    "held_out": 9000,
    "features": "fashion_mnist",
    "neighbours": "mnist",
}


def test_noise_has_the_spread_that_is_asked_for(scripts):
    grey = np.full((50, 8, 8, 1), 128, "uint8")
    rng = np.random.default_rng(0)
    found = scripts.sensitivity.noisy(grey, 6, rng)
    assert found.dtype == np.uint8
    assert abs(found.std() - 6) < 0.2 and abs(found.mean() - 128) < 0.3
    white = scripts.sensitivity.noisy(grey + 127, 6, rng)
    assert white.max() == 255 and white.min() > 200


def test_each_line_has_its_damage(scripts):
    images = np.zeros((20, 4, 4, 1), "uint8")
    images[:, 2, 2] = 255
    generated = np.full_like(images, 9)
    found = scripts.sensitivity.contestants(images, generated)
    np.testing.assert_array_equal(found["training images"], images)
    # The lone white pixel is no median of its neighbours.
    assert not found["with the median of 3 x 3 pixels"].any()
    mixed = found["the preset, a tenth of it training images"]
    is_real = (mixed == images).all(axis=(1, 2, 3))
    assert np.flatnonzero(is_real).tolist() == [0, 10]
    assert (found["the preset"] == 9).all() and (generated == 9).all()


def test_the_table_shows_both_networks(scripts, tmp_path):
    (tmp_path / "copies").mkdir()
    text = json.dumps(RECIPE)
    (tmp_path / "copies" / "recipe.json").write_text(text)
    gan = kerasgan.applications.CGAN(image_shape=(32, 32, 1), filters=2)
    gan.save_to_preset(tmp_path / "packaged" / "cgan" / "copies")
    scripts.sensitivity.main(["copies"])
    text = (tmp_path / "copies" / "sensitivity.md").read_text()
    head, _, *lines = [line for line in text.splitlines() if "|" in line]
    assert "recall, `fashion_mnist`" in head and "recall, `mnist`" in head
    cells = {line.split(" | ")[0][2:]: line.split(" | ")[1:] for line in lines}
    assert len(cells) == 6
    fids = {name: float(row[0]) for name, row in cells.items()}
    assert fids["training images"] < fids["the preset"]
    mixed = fids["the preset, a tenth of it training images"]
    assert mixed < fids["the preset"]

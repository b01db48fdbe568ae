import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import Categorical
from kerasgan.latent import Code
from kerasgan.latent import Uniform
from kerasgan.latent import traverse

NOISE_DIM = 2


class Legible(kerasgan.models.InfoGAN):
    """Its images are its latents, a pixel each: 2 of noise, 3 + 1 + 1."""

    def __init__(self):
        latents = keras.Input((NOISE_DIM + 5,))
        same = keras.layers.Dense(NOISE_DIM + 5, kernel_initializer="identity")
        images = keras.layers.Reshape((1, NOISE_DIM + 5, 1))(same(latents))
        pixels = keras.Input((1, NOISE_DIM + 5, 1))
        flat = keras.layers.Flatten()(pixels)
        outputs = [keras.layers.Dense(width)(flat) for width in (1, 5)]
        super().__init__(
            keras.Model(latents, images),
            keras.Model(pixels, outputs),
            codes=[Categorical(3), Uniform(), Uniform()],
            latent_prior="uniform",
        )


def cells(grid, rows):
    """Returns the latents that a grid shows, `(rows, columns, 7)`."""
    return grid[..., 0].reshape(rows, -1, NOISE_DIM + 5) / 127.5 - 1


def test_only_the_code_differs_from_left_to_right():
    shown = cells(traverse(Legible(), code=1, rows=4, padding=0), rows=4)
    assert shown.shape == (4, 10, 7)
    others = [0, 1, 2, 3, 4, 6]
    assert np.ptp(shown[:, :, others], axis=1).max() == 0
    for row in shown[:, :, 5]:
        np.testing.assert_allclose(row, np.linspace(-1, 1, 10), atol=0.01)


def test_every_row_has_latents_of_its_own():
    shown = cells(traverse(Legible(), code=1, rows=4, padding=0), rows=4)
    assert len(np.unique(shown[:, 0, :NOISE_DIM], axis=0)) == 4
    assert len(np.unique(shown[:, 0, 6])) == 4


def test_a_categorical_code_runs_through_its_classes():
    shown = cells(traverse(Legible(), code=0, rows=2, padding=0), rows=2)
    assert shown.shape == (2, 3, 7)
    for row in shown:
        np.testing.assert_allclose(row[:, 2:5], np.eye(3), atol=0.01)


def test_values_and_the_other_codes_can_be_chosen():
    grid = traverse(
        Legible(), 2, [-0.5, 0.5], 3, codes=[[2, 0, 1], 0.25, None], padding=0
    )
    shown = cells(grid, rows=3)
    assert shown.shape == (3, 2, 7)
    for row, number in zip(shown, [2, 0, 1]):
        np.testing.assert_allclose(
            row[:, 2:5], np.eye(3)[[number, number]], atol=0.01
        )
        np.testing.assert_allclose(row[:, 5], 0.25, atol=0.01)
        np.testing.assert_allclose(row[:, 6], [-0.5, 0.5], atol=0.01)


def test_a_seed_means_the_same_picture():
    gan = Legible()
    first, again, other = (traverse(gan, 1, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_code_without_values_of_its_own_says_so():
    with pytest.raises(NotImplementedError):
        Code().span(10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"code": 3}, "`code`.*from 0 to 2.*code=3"),
        ({"code": -1}, "`code` must be a whole number"),
        ({"code": 1, "rows": 0}, "`rows`.*at least 1"),
        ({"code": 1, "values": [0.0, 1.5]}, r"`Uniform` must be in \[-1, 1\]"),
        ({"code": 0, "values": [3]}, "`Categorical`.*from 0 to 2"),
        ({"code": 1, "values": 0.5}, r"`values`.*shape \(\)"),
        ({"code": 1, "codes": [0, None]}, "`codes`.*each of the 3"),
        ({"code": 1, "codes": [0, 0.0, 0.0]}, "None for number 1"),
        (
            {"code": 1, "rows": 3, "codes": [[0, 1], None, None]},
            r"one a row.*shape \(2,\) for code 0 and 3 rows",
        ),
    ],
    ids=str,
)
def test_codes_that_the_model_does_not_have_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        traverse(Legible(), **arguments)


def test_a_model_without_codes_is_refused():
    gan = kerasgan.applications.GAN(image_shape=(2,), units=(4,))
    with pytest.raises(ValueError, match="`gan` must be a model with codes"):
        traverse(gan, 0)

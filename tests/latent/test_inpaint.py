import sys

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import inpaint
from kerasgan.latent import make_masks
from kerasgan.latent import poisson_blend
from kerasgan.latent.inpaint import context_weights
from kerasgan.latent.poisson_blend import _equations
from tests.latent import legible


def box(size=12):
    mask = np.zeros((1, size, size), bool)
    mask[:, 3:9, 4:10] = True
    return mask


# === The weights of known pixels, by the paper's equation 2 ===


def test_beside_a_straight_edge_21_of_49_are_missing():
    mask = np.zeros((1, 20, 20), bool)
    mask[:, 10:] = True
    weights = context_weights(mask)[0]
    expected = [0, 0, 0, 0, 0, 0, 0, 7 / 49, 14 / 49, 21 / 49]
    np.testing.assert_allclose(weights[:10, 10], expected)
    assert not weights[10:].any()


def test_around_a_single_pixel_each_neighbour_counts_a_49th():
    mask = np.zeros((1, 15, 15), bool)
    mask[:, 7, 7] = True
    weights = context_weights(mask)[0]
    assert weights[7, 7] == 0
    around = weights[4:11, 4:11]
    assert np.allclose(around[around > 0], 1 / 49) and (around > 0).sum() == 48
    assert (weights > 0).sum() == 48


def test_without_a_window_all_known_pixels_count_alike():
    np.testing.assert_array_equal(context_weights(box(), None), ~box())


# === Poisson blending ===


def test_a_fill_of_other_brightness_gives_the_truth():
    rng = np.random.default_rng(0)
    truth = rng.uniform(-1, 1, (2, 12, 12, 3)).astype("float32")
    masks = np.concatenate([box(), np.zeros_like(box())])
    masks[1, :, :5] = True  # at the border of the image
    blended = poisson_blend(truth, truth + 0.4, masks)
    np.testing.assert_allclose(blended, truth, atol=1e-5)
    np.testing.assert_array_equal(blended[~masks], truth[~masks])


def test_between_the_edges_of_a_ramp_a_constant_fill_gives_the_ramp():
    ramp = np.linspace(-1, 1, 12)[None, :, None, None] * np.ones((1, 1, 12, 1))
    blended = poisson_blend(ramp, np.zeros_like(ramp), box())
    np.testing.assert_allclose(blended, ramp, atol=1e-6)


def test_a_hole_is_as_smooth_as_the_fill_and_meets_its_edge():
    rng = np.random.default_rng(1)
    image, fill = rng.uniform(-1, 1, (2, 1, 12, 12, 1))
    blended = poisson_blend(image, fill, box())[0, ..., 0].astype("float64")

    def laplacian(x):
        return (
            4 * x[1:-1, 1:-1]
            - x[:-2, 1:-1]
            - x[2:, 1:-1]
            - x[1:-1, :-2]
            - x[1:-1, 2:]
        )

    hole = box()[0, 1:-1, 1:-1]
    np.testing.assert_allclose(
        laplacian(blended)[hole], laplacian(fill[0, ..., 0])[hole], atol=1e-5
    )


def test_without_scipy_the_result_is_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    image, fill = rng.uniform(-1, 1, (2, 1, 12, 12, 1))
    expected = poisson_blend(image, fill, box())
    monkeypatch.setitem(sys.modules, "scipy", None)
    _equations.cache_clear()
    found = poisson_blend(image, fill, box())
    _equations.cache_clear()
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_hole_without_an_edge_is_refused():
    images = np.zeros((1, 4, 4, 1))
    with pytest.raises(ValueError, match="misses all"):
        poisson_blend(images, images, np.ones((1, 4, 4), bool))


# === Masks ===


@pytest.mark.parametrize(
    "kind, share",
    [("centre", 0.25), ("random", 0.8), ("half", 0.5), ("strokes", 0.25)],
)
def test_a_mask_misses_its_share(kind, share):
    masks = make_masks(kind, 4, (20, 30), seed=1)
    assert masks.shape == (4, 20, 30) and masks.dtype == bool
    missing = masks.mean(axis=(1, 2))
    most = share + (0.05 if kind == "strokes" else 0.01)
    assert (missing >= share - 0.01).all() and (missing <= most).all()
    np.testing.assert_array_equal(masks, make_masks(kind, 4, (20, 30), seed=1))
    if kind != "centre":
        assert (masks != make_masks(kind, 4, (20, 30), seed=2)).any()


# === Completion ===


def test_what_a_linear_generator_made_is_completed():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(3, seed=9), -1, 1)
    hidden = images.copy()
    masks = make_masks("centre", 3, (4, 4))
    hidden[masks] = 0.9
    before = legible.values(gan)
    found = inpaint(
        gan,
        hidden,
        masks,
        steps=120,
        prior_weight=0.0,
        discriminator_weight=0.0,
        verbose=0,
    )
    np.testing.assert_allclose(found.completions, images, atol=0.02)
    known = ~masks
    np.testing.assert_array_equal(found.completions[known], images[known])
    legible.assert_untouched(gan, before)


def test_what_is_in_the_hole_does_not_matter():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(1, seed=9), -1, 1)
    others = images.copy()
    others[:, 1:3, 1:3] = -0.7
    a, b = (inpaint(gan, x, steps=3, verbose=0) for x in (images, others))
    np.testing.assert_array_equal(a.completions, b.completions)


def test_the_discriminator_is_asked():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(1, seed=9), -1, 1)
    logits = []
    for weight in (0.0, 100.0):
        found = inpaint(
            gan, images, steps=40, discriminator_weight=weight, verbose=0
        )
        said = gan.discriminator(found.generated, training=False)
        logits.append(float(keras.ops.convert_to_numpy(said)[0, 0]))
    assert logits[1] > logits[0] + 0.1


def test_several_completions_differ_and_the_best_is_first():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(2, seed=9), -1, 1)
    found = inpaint(gan, images, "half", steps=2, pluralistic=3, verbose=0)
    assert found.completions.shape == (2, 3, 4, 4, 1)
    assert found.latents.shape == (2, 3, 3) and found.errors.shape == (2, 3)
    assert (found.completions[:, 0] != found.completions[:, 1]).any()
    one = inpaint(gan, images, "half", steps=2, verbose=0)
    np.testing.assert_allclose(
        found.completions[:, 0], one.completions, atol=1e-5
    )


def test_without_blending_the_pixels_are_the_models():
    gan = legible.linear_gan()
    images = np.clip(gan.generate(1, seed=9), -1, 1)
    found = inpaint(gan, images, steps=2, blend=False, verbose=0)
    np.testing.assert_array_equal(
        found.completions[found.masks],
        np.clip(found.generated[found.masks], -1, 1),
    )


@pytest.mark.parametrize(
    "masks, message",
    [
        (np.zeros((4, 4), bool), "misses no pixel"),
        (np.ones((4, 4), bool), "misses all pixels"),
        (np.zeros((5, 4), bool), "must have the shape"),
        (np.full((4, 4), 0.5), "must be bool"),
        (np.full((4, 4), np.nan), "must be bool"),
        ("circle", "Unknown `kind`"),
        (None, "`masks` must be"),
    ],
)
def test_masks_that_are_none_are_refused(masks, message):
    gan = legible.linear_gan()
    with pytest.raises(ValueError, match=message):
        inpaint(gan, np.zeros((1, 4, 4, 1), "float32"), masks, verbose=0)


@pytest.mark.parametrize(
    "asked, name",
    [
        ({"window": 4}, "window"),
        ({"pluralistic": 0}, "pluralistic"),
        ({"discriminator_weight": -1.0}, "discriminator_weight"),
    ],
)
def test_arguments_out_of_range_are_refused(asked, name):
    gan = legible.linear_gan()
    with pytest.raises(ValueError, match=f"`{name}`"):
        inpaint(gan, np.zeros((1, 4, 4, 1), "float32"), verbose=0, **asked)


class Alone(kerasgan.models.AdversarialModel):
    """A game without a discriminator."""

    def __init__(self):
        gan = legible.linear_gan()
        super().__init__(
            {"generator": gan.generator}, ["g_loss"], real_shape=(4, 4, 1)
        )


def test_a_model_without_a_discriminator_completes_by_its_context_alone():
    gan = Alone()
    images = np.zeros((1, 4, 4, 1), "float32")
    with pytest.raises(ValueError, match="must have a `discriminator`"):
        inpaint(gan, images, verbose=0)
    found = inpaint(gan, images, steps=2, discriminator_weight=0.0, verbose=0)
    assert found.completions.shape == (1, 4, 4, 1)
    with pytest.raises(ValueError, match="must have a `discriminator`"):
        kerasgan.latent.features(gan, images)

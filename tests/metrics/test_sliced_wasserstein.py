import keras
import numpy as np
import pytest

from kerasgan.metrics import SlicedWasserstein
from kerasgan.metrics import sliced_wasserstein
from kerasgan.metrics.pyramid import enlarge
from kerasgan.metrics.pyramid import laplacian_pyramid
from kerasgan.metrics.sliced_wasserstein import sliced_distance


def pictures(n, size=32, channels=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, size, size, channels), np.uint8)


def coarse(images):
    """Returns images of blocks of 4 x 4 equal pixels."""
    return images[:, ::4, ::4].repeat(4, axis=1).repeat(4, axis=2)


def swd(real, generated, **options):
    options = {"patches": 16, "directions": 16, "repeats": 1, **options}
    metric = SlicedWasserstein(**options)
    metric.update_real(real)
    return metric(generated)


def test_sets_on_a_line_are_as_far_apart_as_their_sorted_points():
    a, b = np.array([[1.0], [0.0]]), np.array([[2.0], [3.0]])
    rng = np.random.default_rng(0)
    assert sliced_distance(a, b, 5, rng) == pytest.approx(2.0)


def test_the_projected_distance_is_scipys_on_each_direction():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(50, 3)), rng.normal(size=(50, 3)) + 1.0
    found = sliced_distance(a, b, 1, np.random.default_rng(7))
    unit = np.random.default_rng(7).normal(size=(3, 1))
    unit /= np.linalg.norm(unit)
    expected = stats.wasserstein_distance(a @ unit[:, 0], b @ unit[:, 0])
    assert found == pytest.approx(expected)


def test_patches_are_cut_from_the_images_and_normalised_by_channel():
    images = pictures(3, 9).astype("float32")
    patches = sliced_wasserstein._cut(images, 50, seed=0)
    assert patches.shape == (150, 3, 7, 7)
    corners = {
        images[1, y : y + 7, x : x + 7].transpose(2, 0, 1).tobytes()
        for y in range(3)
        for x in range(3)
    }
    assert {patch.tobytes() for patch in patches[50:100]} == corners
    expected = patches - patches.mean(axis=(0, 2, 3), keepdims=True)
    expected = expected / patches.std(axis=(0, 2, 3), keepdims=True)
    found = sliced_wasserstein._normalised(patches.copy())
    np.testing.assert_allclose(
        found, expected.reshape(150, -1), rtol=1e-4, atol=1e-4
    )


def test_the_same_images_are_at_zero_and_coarse_ones_are_not():
    real = pictures(40)
    same = swd(real, real)
    assert set(same) == {"swd", "swd_32", "swd_16"}
    assert set(same.values()) == {0.0}
    other = swd(real, pictures(40, seed=1), patches=99)
    blocks = swd(real, coarse(pictures(40, seed=1)), patches=99)
    assert blocks["swd_32"] > 1.5 * other["swd_32"]
    mean = (blocks["swd_32"] + blocks["swd_16"]) / 2
    assert blocks["swd"] == pytest.approx(mean)


def test_brightness_and_contrast_alone_do_not_count():
    real = pictures(10) // 2
    assert swd(real, real + 100)["swd"] < 1.0


def test_images_whose_half_is_too_small_or_odd_have_one_level():
    assert set(swd(pictures(2, 28), pictures(2, 28))) == {"swd", "swd_28"}
    assert set(swd(pictures(2, 33), pictures(2, 33))) == {"swd", "swd_33"}


def test_the_levels_of_the_pyramid_add_up_to_the_image():
    images = pictures(2, 64).astype("float32")
    levels = laplacian_pyramid(images)
    assert [level.shape[1] for level in levels] == [64, 32, 16]
    restored = levels[2]
    for level in levels[1::-1]:
        restored = enlarge(restored) + level
    np.testing.assert_allclose(restored, images, atol=1e-3)
    flat = laplacian_pyramid(np.full((1, 32, 32, 1), 7.0, "float32"))
    np.testing.assert_allclose(flat[0], 0.0, atol=1e-5)
    np.testing.assert_allclose(flat[1], 7.0, atol=1e-5)


def test_a_seed_means_the_same_patches_and_sides_may_have_other_numbers():
    real, generated = pictures(9), pictures(6, seed=1)
    first, again, other = [
        swd(real, generated, seed=seed)["swd"] for seed in (0, 0, 1)
    ]
    assert first == again != other


def test_images_that_have_no_patches_are_refused():
    with pytest.raises(ValueError, match="at least 7 pixels.*6, 8"):
        SlicedWasserstein().update_real(np.zeros((1, 6, 8, 1)))
    with pytest.raises(ValueError, match="at least 1 real.*Received: 0"):
        SlicedWasserstein()(pictures(1))
    with pytest.raises(ValueError, match="`repeats`.*Received: repeats=0"):
        SlicedWasserstein(repeats=0)


def test_the_metric_survives_its_config():
    metric = SlicedWasserstein(patches=3, directions=2, repeats=1, seed=5)
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.protocol() == metric.protocol()

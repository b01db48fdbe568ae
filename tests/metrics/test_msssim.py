import keras
import numpy as np
import pytest

from kerasgan.metrics import MSSSIM
from kerasgan.metrics.msssim import multiscale_similarity


def pictures(n, size, channels=1, seed=0):
    """Returns smooth random images, uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (n, size // 8 + 1, size // 8 + 1, channels))
    images = np.repeat(np.repeat(coarse, 8, axis=1), 8, axis=2)
    return images[:, :size, :size].astype("uint8")


def test_equal_images_are_1_and_others_less():
    metric = MSSSIM(pairs=20)
    assert metric(np.repeat(pictures(1, 28), 5, axis=0)) == pytest.approx(1.0)
    metric.reset_state()
    assert metric(pictures(9, 28)) < 0.5


@pytest.mark.parametrize(
    ("size", "channels", "scales"), [(28, 1, 2), (64, 3, 3), (184, 1, 5)]
)
def test_agrees_with_tensorflows_on_as_many_scales(size, channels, scales):
    tensorflow = pytest.importorskip("tensorflow")
    a = pictures(3, size, channels)
    noise = np.random.default_rng(1).normal(scale=20, size=a.shape)
    b = np.clip(a + noise, 0, 255).astype("uint8")
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333][:scales])
    expected = tensorflow.image.ssim_multiscale(
        a, b, max_val=255, power_factors=weights / weights.sum()
    ).numpy()
    found = multiscale_similarity(a, b)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_pairs_of_one_class_are_more_alike_than_pairs_of_any():
    kinds = pictures(2, 16)
    labels = np.arange(40) % 2
    noise = np.random.default_rng(1).integers(0, 9, (40, 16, 16, 1))
    images = np.clip(kinds[labels].astype(int) + noise, 0, 255).astype("uint8")
    within, among = MSSSIM(per_class=True, pairs=200), MSSSIM(pairs=200)
    alike = within(images, labels)
    assert alike > 0.9 > among(images)


def test_no_image_is_its_own_pair():
    metric = MSSSIM(pairs=500, per_class=True)
    metric.update_state(pictures(5, 11), [0, 1, 0, 1, 2])
    first, second = metric._draw_pairs()
    labels = np.array([0, 1, 0, 1, 2])
    assert (first != second).all()
    assert (labels[first] == labels[second]).all()
    metric = MSSSIM(pairs=500)
    metric.update_state(pictures(5, 11))
    first, second = metric._draw_pairs()
    assert (first != second).all() and set(first) == set(range(5))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 10, 28, 1)), "at least 11 pixels.*10, 28"),
        (np.zeros((1, 28, 28, 1)), "at least 2 generated images"),
        (np.full((2, 28, 28, 1), np.nan), "`images` must be finite"),
    ],
    ids=["small", "one", "nan"],
)
def test_images_that_make_no_pairs_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        MSSSIM()(images)


def test_classes_with_one_image_each_are_refused():
    with pytest.raises(ValueError, match="two images of one class"):
        MSSSIM(per_class=True)(pictures(3, 11), [0, 1, 2])


def test_the_metric_survives_its_config_and_saving():
    metric = MSSSIM(per_class=True, pairs=7, seed=2)
    metric.update_state(pictures(4, 11), [0, 0, 1, 1])
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.protocol() == metric.protocol()
    store = {}
    metric.save_own_variables(store)
    copy.load_own_variables(store)
    assert copy.result() == metric.result()

import keras
import numpy as np
import pytest

from kerasgan.metrics import PSNR
from kerasgan.metrics import SSIM

METRICS = [PSNR, SSIM]


def pairs(n=3, size=(20, 17), channels=3, seed=0):
    """Returns smooth images and noisy ones, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(-1, 1, (n, 5, 5, channels))
    smooth = np.repeat(np.repeat(coarse, 5, axis=1), 5, axis=2)
    smooth = smooth[:, : size[0], : size[1]]
    noise = rng.normal(scale=0.1, size=smooth.shape)
    noisy = np.clip(smooth + noise, -1, 1)
    return smooth.astype("float32"), noisy.astype("float32")


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize(
    ("factor", "shift", "data_range"),
    [(0.5, 1, 1.0), (127.5, 1, 255), (1, 0, (-1, 1)), (1, 1, (0, 2))],
)
def test_both_agree_with_scikit_image(channels, factor, shift, data_range):
    metrics = pytest.importorskip("skimage.metrics")
    a, b = pairs(channels=channels)
    for metric, expected in (
        (
            PSNR,
            [
                metrics.peak_signal_noise_ratio(one, two, data_range=2)
                for one, two in zip(a, b)
            ],
        ),
        (
            SSIM,
            [
                metrics.structural_similarity(
                    one + 1,
                    two + 1,
                    data_range=2,
                    channel_axis=-1,
                    gaussian_weights=True,
                    sigma=1.5,
                    use_sample_covariance=False,
                )
                for one, two in zip(a, b)
            ],
        ),
    ):
        found = metric(data_range)(factor * (a + shift), factor * (b + shift))
        assert float(found) == pytest.approx(np.mean(expected), rel=2e-5)


def test_an_offset_of_a_tenth_is_20_decibels_of_1_and_26_of_2():
    zeros = np.zeros((2, 4, 4, 1))
    found = [float(PSNR(r)(zeros, zeros + 0.1)) for r in (1, 2, (-1, 1))]
    np.testing.assert_allclose(found, [20, 26.0206, 26.0206], rtol=1e-5)


def test_equal_images_are_infinitely_near_and_of_similarity_1():
    a, _ = pairs()
    assert float(PSNR()(a, a)) == np.inf
    assert float(SSIM()(a, a)) == pytest.approx(1, abs=1e-5)


def test_constant_images_differ_by_the_first_factor_alone():
    a, b = np.full((1, 12, 12, 1), 0.2), np.full((1, 12, 12, 1), 0.6)
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)
    assert float(SSIM(1)(a, b)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_the_mean_is_over_images_however_they_are_batched(metric):
    a, b = pairs(5)
    whole, parts = metric(), metric()
    whole.update_state(a, b)
    for at in (slice(0, 3), slice(3, 5)):
        parts.update_state(a[at], b[at])
    each = [float(metric()(a[i : i + 1], b[i : i + 1])) for i in range(5)]
    assert float(whole.result()) == pytest.approx(np.mean(each), rel=1e-5)
    assert float(parts.result()) == pytest.approx(np.mean(each), rel=1e-5)
    weighted = metric()
    weighted.update_state(a, b, sample_weight=np.array([1, 0, 3, 0, 0]))
    expected = (each[0] + 3 * each[2]) / 4
    assert float(weighted.result()) == pytest.approx(expected, rel=1e-5)
    parts.reset_state()
    assert float(parts.result()) == 0


def test_images_without_weight_may_be_equal():
    a, b = pairs(2)
    b[0] = a[0]
    metric = PSNR()
    metric.update_state(a, b, sample_weight=[0.0, 1.0])
    assert np.isfinite(float(metric.result()))


@pytest.mark.parametrize("metric", METRICS)
def test_they_are_computed_while_a_model_is_evaluated(metric):
    a, b = pairs(4)
    inputs = keras.Input(a.shape[1:])
    model = keras.Model(inputs, keras.layers.Activation("linear")(inputs))
    model.compile(loss="mse", metrics=[metric()])
    found = model.evaluate(b, a, batch_size=3, verbose=0, return_dict=True)
    expected = float(metric()(a, b))
    assert found[metric().name] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_survives_its_config(metric):
    one = metric((0, 4), name="mine")
    copy = keras.metrics.deserialize(keras.metrics.serialize(one))
    assert copy.name == "mine" and copy.data_range == (0, 4)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "data_range", [0, -1, (1, 1), (1, 2, 3), "auto", None, (0, np.inf)]
)
def test_what_is_no_range_is_refused(metric, data_range):
    with pytest.raises(ValueError, match="`data_range` must be.*Received"):
        metric(data_range)


@pytest.mark.parametrize("metric", METRICS)
def test_images_of_other_shapes_are_refused(metric):
    a, b = pairs()
    for one, two in ((a, b[:, 1:]), (a[0], b[0])):
        with pytest.raises(ValueError, match="same shape.*Received"):
            metric().update_state(one, two)
    if metric is SSIM:
        with pytest.raises(ValueError, match="at least 11 pixels"):
            metric().update_state(a[:, :10], b[:, :10])

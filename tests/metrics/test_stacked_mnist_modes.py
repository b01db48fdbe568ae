import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.datasets import stacked_mnist
from kerasgan.metrics import StackedMNISTModes


@keras.saving.register_keras_serializable(package="tests")
def by_grey(images):
    """Reads the digit from the grey that an image has all over."""
    grey = ops.convert_to_numpy(images)[:, 0, 0, 0]
    return np.eye(10)[np.rint(4.5 * grey + 4.5).astype(int)]


def images_of(modes, dtype="float32"):
    """Returns 2x2 images of modes, 0 to 999, as `by_grey` reads them."""
    modes = np.asarray(modes)
    digits = np.stack([modes // 100, modes // 10 % 10, modes % 10], axis=-1)
    grey = np.rint(digits / 9 * 255).astype("uint8")
    images = np.broadcast_to(grey[:, None, None, :], (len(modes), 2, 2, 3))
    return images if dtype == "uint8" else (images / 127.5 - 1).astype(dtype)


@pytest.mark.parametrize(
    ("modes", "expected"),
    [(1000, 0.0), (500, 0.693147), (1, 6.907755)],
)
def test_modes_and_reverse_kl_over_all_thousand_bins(modes, expected):
    result = StackedMNISTModes(by_grey)(images_of(range(modes)))
    assert result["modes"] == modes
    assert result["reverse_kl"] == pytest.approx(expected, abs=1e-6)


def test_a_perfect_generators_divergence_is_that_of_chance():
    rng = np.random.default_rng(0)
    modes = StackedMNISTModes(by_grey)
    modes.update_state(images_of(rng.integers(1000, size=26_000)))
    result = modes.result()
    assert result["modes"] == 1000
    assert result["reverse_kl"] == pytest.approx(999 / 52_000, rel=0.1)


def test_the_three_colours_are_hundreds_tens_and_ones():
    modes = StackedMNISTModes(by_grey)
    modes.update_state(images_of([123, 123, 907]))
    counts = ops.convert_to_numpy(modes.images_in_mode.value)
    assert {i: int(n) for i, n in enumerate(counts) if n} == {123: 2, 907: 1}


def test_modes_are_numbered_as_the_data_sets_labels():
    digits = np.arange(10)
    greys = np.rint(digits / 9 * 255).astype("uint8")
    greys = np.broadcast_to(greys[:, None, None, None], (10, 2, 2, 1))
    images, labels = stacked_mnist(40, digits=(greys, digits))
    modes = StackedMNISTModes(by_grey)
    modes.update_state(images)
    counts = ops.convert_to_numpy(modes.images_in_mode.value)
    np.testing.assert_array_equal(counts, np.bincount(labels, minlength=1000))


def test_uint8_images_reach_the_classifier_in_minus_1_to_1():
    seen = []

    def classifier(images):
        seen.append(images)
        return by_grey(images)

    modes = StackedMNISTModes(classifier, batch_size=2)
    result = modes(images_of([5, 77, 999], dtype="uint8"))
    assert result["modes"] == 3
    assert [images.shape for images in seen] == [(6, 2, 2, 1), (3, 2, 2, 1)]
    assert min(i.min() for i in seen) == -1.0
    assert max(i.max() for i in seen) == 1.0


def test_the_classifier_may_be_a_keras_model_and_images_a_tensor():
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, kernel_initializer="zeros"),
        ]
    )
    modes = StackedMNISTModes(model)
    result = modes(ops.convert_to_tensor(images_of([1, 2, 3])))
    assert result["modes"] == 1
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(modes)
    )
    assert copy(images_of([1]))["modes"] == 1


def test_images_add_up_until_the_state_is_reset():
    modes = StackedMNISTModes(by_grey)
    modes.update_state(images_of([1]))
    modes.update_state(images_of([2]))
    assert modes.result()["modes"] == 2
    modes.reset_state()
    assert modes.result()["modes"] == 0
    assert np.isnan(modes.result()["reverse_kl"])


def test_the_metric_survives_its_config():
    modes = StackedMNISTModes(by_grey, batch_size=7)
    config = keras.saving.serialize_keras_object(modes)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.batch_size == 7
    assert copy(images_of([3, 4])) == modes(images_of([3, 4]))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 2, 2, 1)), "`images`.*Received: shape"),
        (np.full((1, 2, 2, 3), np.nan), "`images` must be finite"),
        (np.full((1, 2, 2, 3), 255.0), r"`images`.*\[-1, 1\].*127.5"),
    ],
    ids=["channels", "nan", "range"],
)
def test_images_of_another_kind_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        StackedMNISTModes(by_grey).update_state(images)


def test_classifiers_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="`classifier`.*Received: 'cnn'"):
        StackedMNISTModes("cnn")
    with pytest.raises(ValueError, match="`batch_size`.*batch_size=0"):
        StackedMNISTModes(by_grey, batch_size=0)
    modes = StackedMNISTModes(lambda images: np.zeros((len(images), 9)))
    with pytest.raises(ValueError, match=r"`classifier`.*shape \(3, 9\)"):
        modes.update_state(images_of([1]))
    assert modes.result()["modes"] == 0

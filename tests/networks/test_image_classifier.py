import keras
import numpy as np
import pytest

from kerasgan.networks import image_classifier
from kerasgan.utils import halve_weights


def test_features_and_logits_of_any_image_size():
    classifier = image_classifier(
        (9, 12, 3), num_classes=4, filters=2, features=5
    )
    features, logits = classifier(np.zeros((2, 9, 12, 3), "float32"))
    assert tuple(features.shape) == (2, 5)
    assert tuple(logits.shape) == (2, 4)


def test_features_are_what_the_logits_are_computed_from():
    classifier = image_classifier((8, 8, 1), 3, filters=2, features=5, seed=0)
    images = np.random.default_rng(0).normal(size=(4, 8, 8, 1))
    features, logits = map(
        keras.ops.convert_to_numpy, classifier(images.astype("float32"))
    )
    kernel, bias = classifier.get_layer("logits").get_weights()
    assert features.min() >= 0 < features.max()
    np.testing.assert_allclose(logits, features @ kernel + bias, atol=1e-5)


def test_a_seed_means_the_same_weights():
    first, second = (
        image_classifier((8, 8, 1), 3, filters=2, seed=7) for _ in range(2)
    )
    for a, b in zip(first.get_weights(), second.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_weights_in_half_precision_give_about_the_same_logits(tmp_path):
    classifier = image_classifier((8, 8, 1), 3, filters=4, seed=0)
    images = np.ones((1, 8, 8, 1), "float32")
    before = keras.ops.convert_to_numpy(classifier(images)[1])
    path = tmp_path / "classifier.weights.h5"
    classifier.save_weights(path)
    size = path.stat().st_size
    halve_weights(path)
    classifier.load_weights(path)
    after = keras.ops.convert_to_numpy(classifier(images)[1])
    assert path.stat().st_size < 0.9 * size
    np.testing.assert_allclose(after, before, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"image_shape": (3, 8, 1)}, "sides of at least 4 pixels"),
        ({"num_classes": 0}, "`num_classes`"),
        ({"features": 1.5}, "`features`"),
    ],
)
def test_sizes_out_of_range_are_refused(arguments, match):
    with pytest.raises(ValueError, match=match):
        image_classifier(**arguments)

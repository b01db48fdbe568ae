import keras
import numpy as np
import pytest

from kerasgan.metrics import FID
from kerasgan.metrics import IntraClassFID


def test_the_mean_of_the_fid_of_each_class():
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=120)
    real = rng.normal(size=(120, 4)) + labels[:, None]
    generated = rng.normal(size=(120, 4)) * 2.0
    metric = IntraClassFID(features=None)
    for part in (slice(0, 50), slice(50, 120)):
        metric.update_real(real[part], labels[part])
        metric.update_state(generated[part], labels[part])
    expected = []
    for label in range(3):
        fid = FID(features=None)
        fid.update_real(real[labels == label])
        expected.append(fid(generated[labels == label]))
    result = metric.result()
    np.testing.assert_allclose(result["intra_class_fid_per_class"], expected)
    assert result["intra_class_fid"] == pytest.approx(np.mean(expected))


def test_classes_that_swapped_their_images_are_seen():
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    rows = rng.normal(size=(80, 2)) + 9.0 * labels[:, None]
    metric, fid = IntraClassFID(features=None), FID(features=None)
    metric.update_real(rows, labels)
    fid.update_real(rows)
    assert fid(rows) < 1e-9
    assert metric(rows, 1 - labels)["intra_class_fid"] > 100


@pytest.mark.parametrize("side", ["real", "generated"])
def test_a_class_that_is_missing_or_has_one_image_is_refused(side):
    metric = IntraClassFID(features=None)
    rows, labels = np.random.default_rng(0).normal(size=(9, 1)), [0] * 8 + [1]
    for other in ("real", "generated"):
        metric.add(other, rows, labels if other == side else [0] * 9)
    with pytest.raises(ValueError, match="images of each class. Received: .*1"):
        metric.result()


def test_a_class_with_few_images_is_warned_of():
    metric = IntraClassFID(features=None)
    rows = np.random.default_rng(0).normal(size=(12, 4))
    labels = np.array([0] * 9 + [1] * 3)
    metric.update_real(rows, labels)
    with pytest.warns(UserWarning, match="at least 5 images of each class"):
        metric(rows, labels)


def test_what_was_added_survives_saving():
    rows = np.random.default_rng(0).normal(size=(30, 2))
    first, second = [IntraClassFID(features=None) for _ in range(2)]
    first.update_real(rows, np.arange(30) % 2)
    first.update_state(rows + 1.0, np.arange(30) % 2)
    store = {}
    first.save_own_variables(store)
    second.load_own_variables(store)
    assert second.result() == first.result()
    config = keras.saving.serialize_keras_object(first)
    assert keras.saving.deserialize_keras_object(config).needs_labels

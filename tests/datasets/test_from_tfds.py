import sys

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import from_directory
from kerasgan.datasets import from_tfds

tfds = pytest.importorskip("tensorflow_datasets")


@pytest.fixture(autouse=True)
def made_up_data(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("tfds")
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(folder))
    with tfds.testing.mock_data(num_examples=7):
        yield


def epoch(data):
    batches = [b if isinstance(b, tuple) else (b,) for b in data]
    return [np.concatenate([np.asarray(p) for p in q]) for q in zip(*batches)]


def test_images_come_as_they_are_if_all_are_of_one_size(backend):
    data = from_tfds("mnist", batch_size=3)
    if backend == "tensorflow":
        import tensorflow as tf

        assert isinstance(data, tf.data.Dataset)
    else:
        assert isinstance(data, keras.utils.PyDataset)
    assert len(data) == 3
    (images,) = epoch(data)
    assert images.shape == (7, 28, 28, 1) and images.dtype == np.uint8
    assert len(np.unique(images)) > 100


def test_labels_are_integers_that_belong_to_their_images():
    kept = epoch(from_tfds("mnist", labels=True, shuffle=False))
    mixed = epoch(from_tfds("mnist", labels=True, seed=1, batch_size=3))
    assert kept[1].dtype == np.int32 and kept[1].shape == (7,)
    assert kept[0].tobytes() != mixed[0].tobytes()

    def pairs(images, labels):
        return sorted((i.tobytes(), int(n)) for i, n in zip(images, labels))

    assert pairs(*kept) == pairs(*mixed)


def test_images_of_several_sizes_are_brought_to_one():
    (images,) = epoch(from_tfds("tf_flowers", image_size=(8, 12)))
    assert images.shape == (7, 8, 12, 3) and images.dtype == np.uint8


def test_colours_are_those_that_are_asked_for():
    (images,) = epoch(from_tfds("cifar10", color_mode="grayscale"))
    assert images.shape == (7, 32, 32, 1)
    (images,) = epoch(from_tfds("mnist", color_mode="rgb"))
    assert images.shape == (7, 28, 28, 3)
    np.testing.assert_array_equal(images[..., 0], images[..., 2])


def test_a_size_is_demanded_where_images_have_several():
    with pytest.raises(ValueError, match="`image_size` must be given"):
        from_tfds("tf_flowers")


def test_an_unknown_name_lists_near_matches():
    with pytest.raises(ValueError, match="Did you mean 'mnist'"):
        from_tfds("mnst")


def test_an_unknown_feature_lists_those_there_are():
    with pytest.raises(ValueError, match="It has: image. .*image_key='x'"):
        from_tfds("mnist", image_key="x")
    with pytest.raises(ValueError, match="It has: label. .*label_key='x'"):
        from_tfds("mnist", labels=True, label_key="x")


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(ImportError, match=r"pip install kerasgan\[datasets\]"):
        from_tfds("mnist")


def test_no_tensorflow_is_needed_on_other_backends(
    backend, monkeypatch, tmp_path
):
    if backend == "tensorflow":
        pytest.skip("this backend is TensorFlow")
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # import fails
    (images,) = epoch(from_tfds("mnist", image_size=8))
    assert images.shape == (7, 8, 8, 1)
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    (images,) = epoch(from_directory(tmp_path, 8))
    assert images.shape == (1, 8, 8, 3)

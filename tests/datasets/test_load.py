import gzip
import hashlib
import io
import os
import warnings

import keras
import numpy as np
import pytest

from kerasgan.datasets import list_datasets
from kerasgan.datasets import load
from kerasgan.datasets import sources
from kerasgan.datasets.catalog import DATASETS
from kerasgan.datasets.idx import read_idx
from kerasgan.datasets.image_dataset import ImageDataset

pytestmark = pytest.mark.once

IMAGES = np.arange(6 * 4 * 5, dtype=np.uint8).reshape(6, 4, 5)
LABELS = np.array([0, 1, 2, 0, 1, 2], np.uint8)


def idx(array):
    head = bytes([0, 0, 8, array.ndim])
    return head + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def sha256(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


@pytest.fixture
def tiny(monkeypatch):
    """A known data set of six 4x5 images."""
    dataset = ImageDataset(
        name="tiny",
        image_shape=(4, 5, 1),
        num_classes=3,
        counts={"train": 6, "test": 6},
        files={"train": ("images", "labels"), "test": ("i", "l")},
        sha256={"train": (sha256(IMAGES), sha256(LABELS))},
        url="https://localhost/tiny",
    )
    monkeypatch.setitem(DATASETS, "tiny", dataset)
    return dataset


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").write_bytes(idx(IMAGES))
    (tmp_path / "labels").write_bytes(idx(LABELS))
    return tmp_path


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine with no internet, no Debian package and no cache."""
    home = tmp_path / "keras_home"
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.setattr(
        sources.tempfile, "gettempdir", lambda: str(tmp_path / "none")
    )
    monkeypatch.setattr(sources, "reachable", lambda url: False)
    for name, dataset in DATASETS.items():
        values = {**vars(dataset), "debian": None}
        monkeypatch.setitem(DATASETS, name, ImageDataset(**values))
    sources._warn_once.cache_clear()
    return home / "datasets"


def check_tiny(images, labels):
    np.testing.assert_array_equal(images, IMAGES[..., None])
    np.testing.assert_array_equal(labels, LABELS)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int32
    assert images.flags.writeable


def test_plain_idx_files_of_a_folder_are_read(tiny, folder):
    check_tiny(*load("tiny", folder=folder))


def test_packed_idx_files_of_a_folder_are_read(tiny, tmp_path):
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx(IMAGES)))
    (tmp_path / "labels.gz").write_bytes(gzip.compress(idx(LABELS)))
    check_tiny(*load("tiny", folder=str(tmp_path)))


def test_npz_of_a_folder_is_read(tiny, tmp_path):
    np.savez(tmp_path / "tiny.npz", x_train=IMAGES, y_train=LABELS)
    check_tiny(*load("tiny", folder=tmp_path))


def test_keras_cache_is_read_without_a_question_to_a_server(
    tiny, nowhere, monkeypatch
):
    def refuse(url):
        raise RuntimeError("asked a server")

    monkeypatch.setattr(sources, "reachable", refuse)
    nowhere.mkdir(parents=True)
    np.savez(nowhere / "tiny.npz", x_train=IMAGES, y_train=LABELS)
    check_tiny(*load("tiny"))


def test_binary_files_of_cifar_are_read(tiny, monkeypatch, tmp_path):
    images = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    records = np.concatenate(
        [np.array([[9, 1], [9, 2]], np.uint8), images.reshape(2, -1)], axis=1
    )
    dataset = ImageDataset(
        name="tiny",
        image_shape=(4, 5, 3),
        num_classes=3,
        counts={"train": 4},
        files={"train": ("a.bin", "b.bin")},
        label_bytes=2,
    )
    monkeypatch.setitem(DATASETS, "tiny", dataset)
    (tmp_path / "a.bin").write_bytes(records.tobytes())
    (tmp_path / "b.bin").write_bytes(records.tobytes())
    received, labels = load("tiny", folder=tmp_path)
    np.testing.assert_array_equal(received[2:], images.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(labels, [1, 2, 1, 2])
    (tmp_path / "b.bin").write_bytes(records.tobytes()[:-1])
    with pytest.raises(OSError, match="records of 62 bytes.*123 bytes"):
        load("tiny", folder=tmp_path)


def test_a_truncated_file_is_an_error_that_names_it(tiny, folder):
    (folder / "images").write_bytes(idx(IMAGES)[:-1])
    with pytest.raises(OSError, match="images' must hold 120 bytes.*119"):
        load("tiny", folder=folder)


def test_a_truncated_packed_file_is_an_error_that_names_it(tiny, folder):
    (folder / "images").unlink()
    packed = gzip.compress(idx(IMAGES))
    (folder / "images.gz").write_bytes(packed[:-10])
    with pytest.raises(OSError, match="images.gz'.*cut short"):
        load("tiny", folder=folder)


@pytest.mark.parametrize("content", [b"", b"\0\0", b"<html>", b"\0\0\x08\3\0"])
def test_a_file_of_another_format_is_an_error(content, tmp_path):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(OSError, match="must be an IDX file"):
        read_idx(tmp_path / "file")


def test_other_contents_of_the_right_shape_are_an_error(tiny, folder):
    (folder / "images").write_bytes(idx(IMAGES[::-1]))
    with pytest.raises(OSError, match="SHA-256 digest .* Received: "):
        load("tiny", folder=folder)


def test_another_number_of_images_is_an_error(tiny, folder):
    (folder / "images").write_bytes(idx(IMAGES[:5]))
    with pytest.raises(OSError, match=r"shape \(6, 4, 5, 1\).*\(5, 4, 5, 1\)"):
        load("tiny", folder=folder)


def test_labels_out_of_range_are_an_error(tiny, folder):
    (folder / "labels").write_bytes(idx(LABELS + 1))
    with pytest.raises(OSError, match=r"\[0, 3\).*from 1 to 3"):
        load("tiny", folder=folder)


def test_a_truncated_npz_is_an_error_that_names_it(tiny, tmp_path):
    file = io.BytesIO()
    np.savez(file, x_train=IMAGES, y_train=LABELS)
    (tmp_path / "tiny.npz").write_bytes(file.getvalue()[:-40])
    with pytest.raises(OSError, match="tiny.npz' must be a NumPy archive"):
        load("tiny", folder=tmp_path)


def test_a_folder_without_the_files_is_an_error_that_lists_them(tiny, tmp_path):
    with pytest.raises(OSError, match="'images' and 'labels'.*'tiny.npz'"):
        load("tiny", folder=tmp_path)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="`folder` must be a folder that exists"):
        load("mnist", folder=tmp_path / "missing")


def test_an_unknown_name_lists_near_matches():
    with pytest.raises(ValueError, match="Did you mean 'fashion_mnist'"):
        load("fashion-mnist")


def test_an_unknown_split_is_an_error():
    with pytest.raises(ValueError, match="`split` must be 'train' or 'test'"):
        load("mnist", "validation")


@pytest.mark.parametrize("split, count", [("train", 10_000), ("test", 1_000)])
def test_packaged_images_are_balanced_and_intact(split, count):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images, labels = load("fashion_mnist_subset", split)
    assert images.shape == (count, 28, 28, 1)
    assert labels.tolist() == list(range(10)) * (count // 10)
    assert images.flags.writeable


def test_packaged_images_are_the_first_of_each_class():
    images, labels = load("fashion_mnist_subset")
    # Sums over the first T-shirt and ankle boot of the training files,
    # which are images 1 and 0 there.
    assert images[0].sum() == 84598 and images[9].sum() == 76247


def test_fashion_mnist_falls_back_to_the_packaged_part_and_says_so_once(
    nowhere,
):
    with pytest.warns(UserWarning, match="10,000 images.*`folder`") as caught:
        images, _ = load("fashion_mnist")
        load("fashion_mnist")
    assert images.shape == (10_000, 28, 28, 1)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="1,000 images"):
        assert load("fashion_mnist", "test")[0].shape == (1_000, 28, 28, 1)


def test_a_broken_file_in_the_cache_is_an_error_and_not_passed_over(nowhere):
    folder = nowhere / "fashion-mnist"
    folder.mkdir(parents=True)
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"half a file")
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(b"half a file")
    with pytest.raises(OSError, match="train-images-idx3-ubyte.gz'"):
        load("fashion_mnist")


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar100"])
def test_a_set_that_is_nowhere_is_an_error_that_says_what_to_do(name, nowhere):
    with pytest.raises(OSError, match="no answer from.*give a `folder` with"):
        load(name)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_keras_download_is_used_when_its_server_answers(
    data_format, nowhere, monkeypatch
):
    images = np.zeros((4, 32, 32, 3), np.uint8)
    images[0, 1, 2, 0] = 7
    labels = np.full((4, 1), 3, np.uint8)

    def load_data():
        x = images
        if data_format == "channels_first":
            x = x.transpose(0, 3, 1, 2)
        return (x, labels), (x[:2], labels[:2])

    small = {**vars(DATASETS["cifar10"]), "counts": {"train": 4, "test": 2}}
    monkeypatch.setitem(DATASETS, "cifar10", ImageDataset(**small))
    monkeypatch.setattr(sources, "reachable", lambda url: True)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", load_data)
    received, classes = load("cifar10")
    np.testing.assert_array_equal(received, images)
    assert classes.tolist() == [3] * 4 and classes.dtype == np.int32
    assert load("cifar10", "test")[0].shape == (2, 32, 32, 3)


def test_a_failed_download_is_an_oserror_with_the_reason(nowhere, monkeypatch):
    def load_data():
        raise Exception("URL fetch failure on somewhere: 503")

    monkeypatch.setattr(sources, "reachable", lambda url: True)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", load_data)
    with pytest.raises(OSError, match="URL fetch failure on somewhere"):
        load("cifar10")


def test_a_server_that_does_not_answer_is_given_up_quickly_and_quietly(
    capfd, monkeypatch
):
    import socket
    import time

    monkeypatch.setattr(sources, "_PROBE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        start = time.monotonic()
        assert not sources.reachable(f"http://127.0.0.1:{port}/x")
        assert time.monotonic() - start < 5
    assert not sources.reachable(f"http://127.0.0.1:{port}/x")  # refused
    assert capfd.readouterr() == ("", "")


def test_a_server_that_answers_is_reachable():
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200 if self.path == "/there" else 404)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            assert sources.reachable(f"{address}/there")
            assert not sources.reachable(f"{address}/missing")
        finally:
            server.shutdown()
            thread.join()


def test_every_listed_name_is_in_the_catalog_with_a_keras_loader():
    assert list_datasets() == sorted(DATASETS)
    for name in ("fashion_mnist", "mnist", "cifar10", "cifar100"):
        assert callable(getattr(keras.datasets, name).load_data)


def test_the_notice_of_the_packaged_images_ships_beside_them():
    folder = os.path.join(os.path.dirname(sources.__file__), "data")
    with open(os.path.join(folder, "LICENSE.fashion_mnist")) as file:
        assert "Copyright (c) 2017 Zalando SE" in file.read()
    pictures = [f for f in os.listdir(folder) if f.endswith(".png")]
    sizes = [os.path.getsize(os.path.join(folder, f)) for f in pictures]
    assert sum(sizes) < 4.5e6

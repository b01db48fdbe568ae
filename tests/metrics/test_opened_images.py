"""Images that are named: folders, data sets, and the network for them."""

import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.metrics.features.chosen import chosen
from kerasgan.metrics.sample_set import SampleSet


def flat(images):
    return images.reshape(len(images), -1)[:, :2]


def folder(path, count, size=(6, 5), mode="RGB"):
    path.mkdir()
    rng = np.random.default_rng(count)
    for i in range(count):
        pixels = rng.integers(0, 256, (*size, 3), "uint8")
        Image.fromarray(pixels).convert(mode).save(path / f"{i:03}.png")
    return path


def score(gan, real, **kwargs):
    kwargs = {"metrics": "fid", "features": flat, "verbose": 0, **kwargs}
    return kerasgan.evaluate(gan, real, **kwargs)


def test_two_folders_are_compared(tmp_path):
    made = folder(tmp_path / "made", 9)
    real = folder(tmp_path / "real", 12, size=(9, 9))
    found = score(str(made), real)
    assert found.protocol["images"] == [6, 5, 3]
    assert found.protocol["generated"]["samples"] == 9
    assert found.protocol["real"]["samples"] == 12
    assert score(real, str(real), samples=12)["fid"] == pytest.approx(0.0)


def test_a_folder_is_read_in_the_shape_of_what_is_scored(tmp_path):
    made = np.zeros((9, 4, 4, 1), "uint8")
    real = folder(tmp_path / "real", 12, mode="L")
    assert score(made, real).protocol["images"] == [4, 4, 1]


def test_pictures_of_several_sizes_are_no_generated_images(tmp_path):
    made = folder(tmp_path / "made", 3)
    Image.new("RGB", (7, 7)).save(made / "other.png")
    with pytest.raises(ValueError, match="`gan` must be a folder of pictures"):
        score(made, made)


def test_what_is_neither_folder_nor_name_says_so():
    with pytest.raises(ValueError, match="Did you mean 'fashion_mnist'"):
        score(np.zeros((9, 28, 28, 1), "uint8"), "fashion_mnits")


@pytest.fixture
def loaded(monkeypatch):
    rng = np.random.default_rng(0)

    def load(name, split="train", folder=None):
        images = rng.integers(0, 256, (12, 28, 28, 1), "uint8")
        return images, rng.integers(0, 10, 12)

    monkeypatch.setattr(kerasgan.datasets, "load", load)


@pytest.mark.filterwarnings("ignore:`fid_mnist` compares")
def test_a_data_set_is_its_test_split_with_its_own_network(loaded):
    images = np.zeros((12, 28, 28, 1), "uint8")
    found = score(images, "mnist", features="auto")
    assert found.protocol["network"].startswith("mnist")
    assert found.protocol["real"]["split"] == "test"
    assert found.protocol["floor"]["source"] == "floor_real"


def test_the_network_is_chosen_by_the_pictures():
    images, _ = kerasgan.datasets.load("fashion_mnist_subset", "test")
    assert chosen(SampleSet(images[:100], "real")) == "fashion_mnist"
    coloured = np.zeros((3, 28, 28, 3), "uint8")
    assert chosen(SampleSet(coloured, "real")) == "efficientnet_lite0"


def test_scores_are_a_dict_a_frame_and_a_table_of_a_notebook():
    found = kerasgan.metrics.Evaluation(
        {"fid": 4.5, "fid_by_class": [1.0, 2.0]},
        {"fid": 1.5},
        {"network": "<mnist>"},
    )
    assert dict(found)["fid"] == 4.5
    frame = found.to_frame()
    assert frame.loc["fid"].tolist() == [4.5, 1.5]
    assert list(frame.columns) == ["score", "floor"] and len(frame) == 1
    shown = found._repr_html_()
    assert "<td>4.5</td><td>1.5</td>" in shown and "&lt;mnist&gt;" in shown

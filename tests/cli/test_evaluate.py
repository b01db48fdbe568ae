"""The command `kerasgan evaluate`, with a feature network of no weights."""

import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import kerasgan
from kerasgan.cli.commands import cli
from kerasgan.metrics.features import FeatureNetwork
from tests import tiny

FAST = ("--metrics", "kid,precision_recall")


def rows_and_columns(images):
    return np.concatenate(
        [images.mean(axis=(1, 3)), images.mean(axis=2)[..., 0]], 1
    )


@pytest.fixture(autouse=True)
def small_networks(monkeypatch):
    room = sys.modules["kerasgan.metrics.features.get"]
    networks = {
        name: lambda name=name: FeatureNetwork(rows_and_columns, name=name)
        for name in ("efficientnet_lite0", "fashion_mnist")
    }
    monkeypatch.setattr(room, "_NETWORKS", networks)
    room._by_name.cache_clear()
    yield
    room._by_name.cache_clear()


@pytest.fixture
def data_set(monkeypatch):
    """Makes the data sets 4 x 4 grey images; returns which were loaded."""
    loaded = []

    def load(name, split="train"):
        loaded.append((name, split))
        images = tiny.tiny_images(30, seed=len(loaded))
        return images, np.arange(30) % 10

    monkeypatch.setattr(kerasgan.datasets, "load", load)
    return loaded


def draw(folder, count=12, shape=(4, 4, 3), seed=0):
    folder.mkdir()
    rng = np.random.default_rng(seed)
    for i in range(count):
        pixels = rng.integers(0, 256, shape, dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02d}.png")
    return folder


def run_folder(folder, **settings):
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps(settings))
    tiny.tiny_gan().save(folder / "model.keras")
    return folder


def evaluate(*arguments):
    words = [str(a) for a in ("evaluate", *arguments)]
    return CliRunner().invoke(cli, words)


def error(result):
    assert result.exit_code != 0, result.output
    assert "Traceback" not in result.output
    return result.stderr.splitlines()[-1]


def test_two_folders_are_compared_with_floor_and_protocol(tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b", count=20, seed=1)
    path = tmp_path / "scores.json"
    result = evaluate(a, "--data", b, *FAST, "--json", path)
    assert result.exit_code == 0, result.output
    written = json.loads(path.read_text())
    assert set(written["scores"]) == {"kid", "kid_std", "precision", "recall"}
    assert all(s["floor"] is not None for s in written["scores"].values())
    protocol = written["protocol"]
    assert protocol["network"] == "efficientnet_lite0"
    assert protocol["images"] == [4, 4, 3]
    assert protocol["generated"]["samples"] == 12
    assert protocol["real"]["samples"] == 20
    for word in ("score", "floor", "precision", "network: efficientnet_lite0"):
        assert word in result.output


def test_pictures_of_the_data_take_the_size_of_the_generated_ones(tmp_path):
    a = draw(tmp_path / "a", shape=(4, 6, 3))
    b = draw(tmp_path / "b", shape=(9, 9, 3))
    result = evaluate(a, "--data", b, *FAST)
    assert "images: 4 x 6 x 3" in result.output
    result = evaluate(a, "--data", b, *FAST, "--image-size", 5, "--grayscale")
    assert "images: 5 x 5 x 1" in result.output


@pytest.mark.parametrize("kind", ["run", "file", "preset"])
def test_a_model_is_scored_against_a_folder(kind, tmp_path):
    source = tmp_path / "source"
    if kind == "preset":
        kerasgan.applications.save_to_preset(tiny.tiny_gan(), source)
    else:
        run_folder(source)
        source = source / "model.keras" if kind == "file" else source
    real = draw(tmp_path / "real", shape=(8, 8, 3))
    result = evaluate(
        source, "--data", real, *FAST, "--samples", 12, "--seed", 3
    )
    assert result.exit_code == 0, result.output
    assert "images: 4 x 4 x 1" in result.output
    assert "generated: samples 12" in result.output
    assert "seed 3" in result.output


def test_a_data_set_is_its_test_images_with_the_others_as_floor(
    tmp_path, data_set
):
    run = run_folder(tmp_path / "run")
    more = ("--data", "fashion_mnist_subset", *FAST, "--samples", 20)
    result = evaluate(run, *more, "--json", tmp_path / "scores.json")
    assert result.exit_code == 0, result.output
    assert data_set == [
        ("fashion_mnist_subset", "test"),
        ("fashion_mnist_subset", "train"),
    ]
    protocol = json.loads((tmp_path / "scores.json").read_text())["protocol"]
    assert protocol["network"] == "fashion_mnist"
    assert protocol["real"]["split"] == "test"
    assert protocol["floor"]["source"] == "floor_real"
    assert evaluate(run, *more, "--split", "train").exit_code == 0
    assert data_set[2:] == [
        ("fashion_mnist_subset", "train"),
        ("fashion_mnist_subset", "test"),
    ]


def test_real_images_may_follow_as_a_second_word(tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b", seed=1)
    short, long = evaluate(a, b, *FAST), evaluate(a, "--data", b, *FAST)
    assert short.exit_code == 0, short.output
    assert short.output == long.output
    assert "real images once" in error(evaluate(a, b, "--data", b))


@pytest.mark.parametrize("kind", ["run", "preset"])
def test_a_model_is_compared_with_what_it_was_trained_on(
    kind, tmp_path, data_set
):
    source = tmp_path / "source"
    if kind == "run":
        run_folder(source, data="fashion_mnist")
    else:
        kerasgan.applications.save_to_preset(
            tiny.tiny_gan(), source, {"dataset": "fashion_mnist"}
        )
    result = evaluate(source, *FAST, "--samples", 20)
    assert result.exit_code == 0, result.output
    assert data_set[0] == ("fashion_mnist", "test")
    assert "against fashion_mnist" in result.output


def test_what_does_not_say_what_it_was_trained_on_needs_data(tmp_path):
    run = run_folder(tmp_path / "run", data="/some/folder")
    kerasgan.applications.save_to_preset(tiny.tiny_gan(), tmp_path / "preset")
    for source, said in (
        (run, "says '/some/folder'"),
        (run / "model.keras", "says None"),
        (tmp_path / "preset", "says None"),
        (draw(tmp_path / "images"), "images' alone"),
    ):
        line = error(evaluate(source))
        assert "`--data` must name" in line and said in line
    assert "no_such" in error(evaluate("no_such"))


def test_grey_pictures_are_compared_with_a_grey_data_set(tmp_path, data_set):
    a = draw(tmp_path / "a", shape=(4, 4))
    result = evaluate(a, "--data", "fashion_mnist", *FAST)
    assert result.exit_code == 0, result.output
    assert "images: 4 x 4 x 1" in result.output


def test_the_same_seed_gives_the_same_scores(tmp_path):
    run, real = run_folder(tmp_path / "run"), draw(tmp_path / "real")
    more = (run, "--data", real, *FAST, "--samples", 6)
    first, second = (evaluate(*more, "--seed", 1) for _ in range(2))
    assert first.output == second.output
    assert evaluate(*more, "--seed", 2).output != first.output


def test_of_a_large_folder_as_many_as_asked_for_are_read(tmp_path):
    a, b = draw(tmp_path / "a", count=9), draw(tmp_path / "b", count=15)
    result = evaluate(a, "--data", b, *FAST, "--samples", 5)
    assert "generated: samples 5" in result.output
    assert "source other real images" in result.output


def test_pictures_of_several_sizes_ask_for_one(tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b")
    Image.new("RGB", (7, 5)).save(a / "99.png")
    line = error(evaluate(a, "--data", b))
    assert "4x4" in line and "5x7" in line and "--image-size" in line
    assert evaluate(a, "--data", b, *FAST, "--image-size", 4).exit_code == 0


def test_another_size_than_the_data_set_is_refused(tmp_path, data_set):
    a = draw(tmp_path / "a", shape=(6, 6, 3))
    line = error(evaluate(a, "--data", "fashion_mnist"))
    assert "6x6 with 1 channels" in line and "4x4 with 1 channels" in line


def test_a_size_for_a_model_is_refused(tmp_path):
    run, real = run_folder(tmp_path / "run"), draw(tmp_path / "real")
    line = error(evaluate(run, "--data", real, "--image-size", 8))
    assert "`--image-size`" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--metrics", "fdi"), "'fid'"),
        (("--features", "fashion_mnits"), "'fashion_mnist'"),
        (("--metrics", "perceptual_path_length"), "must be a model"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, said, tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b")
    assert said in error(evaluate(a, "--data", b, *arguments))


def test_what_is_not_there_is_said(tmp_path):
    a = draw(tmp_path / "a")
    assert "'fashion_mnist'" in error(evaluate(a, "--data", "fashion_mnits"))
    assert "no folder" in error(evaluate(a, "--data", tmp_path / "none"))
    assert "no_such" in error(evaluate("no_such", "--data", a))
    (tmp_path / "empty").mkdir()
    assert "has none" in error(evaluate(tmp_path / "empty", "--data", a))


def test_a_broken_picture_is_named(tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b")
    (b / "05.png").write_bytes(b"not a picture")
    assert "05.png" in error(evaluate(a, "--data", b))
    assert "05.png" in error(evaluate(b, "--data", a))


def test_a_json_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    a, b = draw(tmp_path / "a"), draw(tmp_path / "b")
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "scores.json"
    assert "'--json'" in error(evaluate(a, "--data", b, "--json", path))

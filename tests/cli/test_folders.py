"""Folders as people have them: mixed, partly broken, large and small."""

import json

import numpy as np
import pytest
from PIL import Image

from kerasgan.cli import held_out
from kerasgan.cli.length import length_of
from kerasgan.datasets.pictures import readable_formats
from tests.small_runs import assert_same_runs
from tests.small_runs import command
from tests.small_runs import log
from tests.small_runs import one_line
from tests.small_runs import signal_before_step
from tests.small_runs import small
from tests.small_runs import train

pytestmark = pytest.mark.usefixtures("without_graphs", "features")


@pytest.fixture(autouse=True)
def small_gan():
    with small("GAN", units=(4,)):
        yield


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A folder of 30 pictures of all kinds, two of them broken, and more."""
    folder = tmp_path_factory.mktemp("mixed")
    rng = np.random.default_rng(0)
    (folder / "trip" / "day 1").mkdir(parents=True)
    modes = ("RGB", "L", "P", "RGBA", "CMYK", "1", "I;16")
    for i in range(24):
        size = tuple(rng.integers(8, 24, 2))
        pixels = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        mode = modes[i % len(modes)]
        if mode == "I;16":
            image = Image.fromarray(pixels[..., 0].astype("uint16") * 257)
        else:
            image = Image.fromarray(pixels).convert(mode)
        ends = {"CMYK": "jpg", "P": "gif", "1": "bmp"}
        end = ends.get(mode, "png")
        image.save(folder / ("trip", "trip/day 1")[i % 2] / f"{i:02d}.{end}")
    for i, end in enumerate(("tif", "webp", "jp2", "ppm")):
        Image.new("RGB", (9, 8), (i, 9, 9)).save(folder / f"more{i}.{end}")
    if "HEIF" in readable_formats():
        Image.new("RGB", (16, 16)).save(folder / "phone.heic", format="HEIF")
    (folder / "cut.png").write_bytes(
        (folder / "trip" / "00.png").read_bytes()[:60]
    )
    (folder / "no picture.jpg").write_text("<html>")
    (folder / "notes.txt").write_text("mine")
    outside = tmp_path_factory.mktemp("outside")
    Image.new("RGB", (8, 8), "red").save(outside / "linked.jpeg")
    (folder / "link").symlink_to(outside)
    return folder


@pytest.fixture(scope="module")
def run(mixed, tmp_path_factory):
    """A run on them, whose epochs were counted."""
    out = tmp_path_factory.mktemp("runs") / "run"
    options = ("--data", mixed, "--image-size", 8, "--skip-broken")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kerasgan.cli.length._LEAST_STEPS", 4)
        patch.setattr("kerasgan.cli.length._LEAST_STEPS_PER_EPOCH", 3)
        patch.setattr("kerasgan.cli.length._EPOCHS", 1)
        with small("GAN", units=(4,)):
            result = command("train", "gan", *options, "--out", out)
    assert result.exit_code == 0, result.output
    return out, result.output


def test_a_mixed_folder_trains_and_says_what_was_left_out(run):
    out, printed = run
    assert "27 pictures" not in printed
    assert "1 .txt (no picture that Pillow reads)" in printed
    assert "1 .png (broken)" in printed and "1 .jpg (broken)" in printed
    assert "2 pictures are held out" in printed
    assert "2 epochs of 3 steps" in printed
    assert "`--augment` helps" in printed
    assert "kerasgan evaluate" in printed
    lines = (out / "left_out.txt").read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == [
        *("notes.txt", "cut.png", "no picture.jpg"),
    ]
    settings = json.loads((out / "settings.json").read_text())
    assert (settings["held_out"], settings["epochs"]) == (2, 2)
    assert settings["steps_per_epoch"] == 3


def test_what_is_held_out_is_in_the_log(run):
    out, _ = run
    rows = log(out)
    assert {"loss", "val_d_loss"} <= set(rows[0])
    assert "NA" not in {value for row in rows for value in row.values()}


def test_a_run_is_scored_by_what_it_has_held_out(run, mixed, tmp_path):
    out, _ = run
    json_file = tmp_path / "scores.json"
    result = command(
        *("evaluate", out, "--metrics", "kid", "--json", json_file)
    )
    assert result.exit_code == 0, result.output
    assert f"against 2 pictures held out of {mixed}" in result.output
    protocol = json.loads(json_file.read_text())["protocol"]
    assert protocol["real"]["split"] == "held out"
    assert protocol["real"]["samples"] == 2
    assert protocol["generated"]["samples"] == 2
    # Whoever moves them hears of it.
    names = held_out.read_names(out / "held_out.txt")
    held_out.write_names(out / "held_out.txt", [*names, "gone.png"])
    line = one_line(command("evaluate", out, "--metrics", "kid"))
    held_out.write_names(out / "held_out.txt", names)
    assert "'gone.png'" in line and "`--data`" in line


def test_broken_files_are_refused_with_the_way_on(mixed, tmp_path):
    line = one_line(train(mixed, tmp_path / "run", model="gan"))
    assert "2 of " in line and "`--skip-broken`" in line
    assert not (tmp_path / "run").exists()


def test_a_run_with_validation_goes_on_exactly(run, mixed, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    more = ("--skip-broken", "--steps-per-epoch", 3)
    result = train(mixed, whole, *more, model="gan", epochs=2)
    assert result.exit_code == 0, result.output
    with signal_before_step(5):
        train(mixed, cut, *more, model="gan", epochs=2)
    result = command("train", "--out", cut, "--resume")
    assert result.exit_code == 0, result.output
    assert_same_runs(whole, cut)
    names = [(run / "held_out.txt").read_text() for run in (whole, cut)]
    assert names[0] == names[1]


def test_a_run_without_held_out_pictures_has_no_empty_columns(mixed, tmp_path):
    run = tmp_path / "run"
    more = ("--skip-broken", "--held-out", 0)
    assert train(mixed, run, *more, model="gan").exit_code == 0
    assert not [key for key in log(run)[0] if key.startswith("val_")]
    result = command("evaluate", run, "--metrics", "kid", "--samples", 4)
    assert "which flatters it" in result.output + result.stderr
    # Older runs say nothing of held out pictures, and go on without.
    settings = json.loads((run / "settings.json").read_text())
    for name in ("held_out", "set", "monitor", "precision", "tensorboard"):
        del settings[name]
    (run / "settings.json").write_text(json.dumps(settings))
    result = command("train", "--out", run, "--resume", "--epochs", 2)
    assert result.exit_code == 0, result.output
    assert len(log(run)) == 2


@pytest.mark.once
def test_too_many_cannot_be_held_out(mixed, tmp_path):
    more = ("--skip-broken", "--held-out", 500)
    line = one_line(train(mixed, tmp_path / "run", *more, model="gan"))
    assert "`--held-out` must leave something" in line
    line = one_line(
        command(
            *("train", "gan", "--data", "fashion_mnist_subset"),
            *("--held-out", 5, "--out", tmp_path / "run"),
        )
    )
    assert "`--held-out` is for a folder" in line


@pytest.mark.once
def test_a_model_of_classes_says_where_they_come_from(tmp_path):
    for i in range(4):
        Image.new("RGB", (8, 8), (i, 0, 0)).save(tmp_path / f"{i}.png")
    line = one_line(train(tmp_path, tmp_path / "run", model="cgan"))
    assert "4 pictures in no such folder, such as '0.png'" in line
    assert "labels" not in line and "kerasgan train dcgan" in line


@pytest.mark.once
def test_an_empty_folder_says_what_is_in_it(tmp_path):
    (tmp_path / "a.mov").touch()
    line = one_line(train(tmp_path, tmp_path / "run", model="gan"))
    assert "`--data` must have files that are pictures" in line
    assert "1 .mov" in line and "path" not in line.replace(str(tmp_path), "")


@pytest.mark.once
def test_few_images_make_some_thousand_steps():
    assert length_of(6) == (56, 54)
    assert length_of(937) == (20, 937)
    assert length_of(0) == (60, 50)
    assert length_of(500, steps_per_epoch=10) == (300, 10)


@pytest.mark.once
def test_names_of_any_kind_are_kept(tmp_path):
    names = ["a b.png", "ü", "\udcff.jpg", "a\nb", "100%25", "\r"]
    held_out.write_names(tmp_path / "names", names)
    assert held_out.read_names(tmp_path / "names") == names

"""`kerasgan train` of models that translate, on folders of tiny pictures."""

import contextlib
import csv
import functools
import signal

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.cli import train as train_command
from tests import children
from tests.small_runs import assert_same_runs
from tests.small_runs import command
from tests.small_runs import one_line
from tests.small_runs import signal_before_step
from tests.tiny import tiny_gan

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders of five grey pictures, of coloured ones, and of both halves."""
    return draw_folders(tmp_path_factory.mktemp("pairs"))


def draw_folders(root):
    for name in ("grey", "coloured", "halves"):
        (root / name).mkdir()
    rng = np.random.default_rng(0)
    for i in range(5):
        pixels = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        coloured = Image.fromarray(pixels)
        coloured.save(root / "coloured" / f"{i}.png")
        coloured.convert("L").save(root / "grey" / f"{i}.png")
        halves = np.concatenate([255 - pixels, pixels], axis=1)
        Image.fromarray(halves).save(root / "halves" / f"{i}.png")
    return root


@contextlib.contextmanager
def small_translator(name):
    cls = getattr(kerasgan.applications, name)
    small = {"filters": 2}
    if name == "CycleGAN":
        small |= {"blocks": 1, "pool_size": 3}
    if name == "SRGAN":
        small |= {"blocks": 1, "units": 4}
    build = train_command._build

    def build_small(made, taken, source, options):
        return build(functools.partial(made, **small), taken, source, options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_command, "_build", build_small)
        yield cls


@pytest.mark.parametrize("name", ["Pix2Pix", "CycleGAN"])
def test_a_translator_is_trained_on_two_folders_and_goes_on(
    folders, tmp_path, name
):
    grey, coloured = folders / "grey", folders / "coloured"
    options = ("--data", grey, "--targets", coloured, "--crop", 8)

    def run(out, *more):
        return command("train", name.lower(), *options, "--out", out, *more)

    with small_translator(name) as cls:
        whole = run(tmp_path / "whole", "--epochs", 2)
        assert whole.exit_code == 0, whole.output
        with signal_before_step(3):
            parts = run(tmp_path / "parts", "--epochs", 2)
        assert parts.exit_code != 0
        assert "goes on exactly there" in parts.output + parts.stderr
        parts = run(tmp_path / "parts", "--epochs", 2, "--resume")
        assert parts.exit_code == 0, parts.output
    assert_same_runs(tmp_path / "whole", tmp_path / "parts")
    gan = keras.saving.load_model(tmp_path / "whole" / "model.keras")
    assert isinstance(gan, cls) and int(gan.images_seen) == 10
    made = gan.translate(np.zeros((1, 8, 8, 1), "uint8"))
    assert made.shape == (1, 8, 8, 3)


def test_pix2pix_is_trained_on_halves(folders, tmp_path):
    out = tmp_path / "run"
    with small_translator("Pix2Pix"):
        result = command(
            *("train", "pix2pix", "--pairs", folders / "halves", "--crop", 8),
            *("--batch-size", 5, "--epochs", 1, "--out", out),
        )
    assert result.exit_code == 0, result.output
    gan = keras.saving.load_model(out / "model.keras")
    assert gan.image_shape == (8, 8, 3) and int(gan.steps_seen) == 1


@pytest.mark.parametrize(
    "options, rule",
    [
        (("pix2pix", "--data", "grey"), "two kinds of images"),
        (("cyclegan", "--pairs", "halves"), "--targets FOLDER"),
        (("dcgan", "--data", "grey", "--targets", "grey"), "`--targets` is"),
        (("dcgan", "--data", "grey", "--crop", "8"), "`--crop` is"),
        (
            ("dcgan", "--data", "grey", "--pretraining-epochs", "1"),
            "`--pretraining-epochs` is for",
        ),
        (("pix2pix",), "Missing option '--data'"),
    ],
)
def test_what_says_no_two_kinds_of_images_is_refused(
    folders, tmp_path, monkeypatch, options, rule
):
    monkeypatch.chdir(folders)
    line = one_line(command("train", *options, "--out", tmp_path / "run"))
    assert rule in line
    assert not (tmp_path / "run").exists()


@pytest.fixture(scope="module")
def translators(tmp_path_factory):
    """Folder with a pix2pix from grey to coloured and a CycleGAN."""
    return save_translators(tmp_path_factory.mktemp("translators"))


def save_translators(folder):
    kerasgan.applications.Pix2Pix(
        input_shape=(8, 8, 1), output_shape=(8, 8, 3), filters=2, seed=0
    ).save(folder / "pix2pix.keras")
    kerasgan.applications.CycleGAN(
        image_shape=(8, 8, 1), image_shape_b=(8, 8, 3), filters=2, blocks=1
    ).save(folder / "cyclegan.keras")
    return folder


def test_pictures_of_any_size_and_mode_are_translated(
    folders, translators, tmp_path
):
    out = tmp_path / "out"
    mixed = tmp_path / "mixed"
    (mixed / "more").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name, shape in (
        *(("a.png", (9, 31)), ("b.jpg", (8, 8, 3))),
        ("more/c.webp", (20, 40, 4)),
    ):
        pixels = rng.integers(0, 256, shape, dtype=np.uint8)
        Image.fromarray(pixels).save(mixed / name)
    result = command(
        *("translate", translators / "pix2pix.keras", mixed),
        *("--out", out, "--tile", 16),
    )
    assert result.exit_code == 0, result.output
    assert "2 of 3 are more than twice as large" in result.output
    sizes = {"a.png": (31, 9), "b.png": (8, 8), "more/c.png": (40, 20)}
    for name, size in sizes.items():
        with Image.open(out / name) as picture:
            assert (picture.size, picture.mode) == (size, "RGB")
    gan = kerasgan.load_model(translators / "pix2pix.keras")
    with Image.open(mixed / "b.jpg") as picture:
        pixels = np.asarray(picture.convert("L"))[None, ..., None]
    with Image.open(out / "b.png") as picture:
        made = np.asarray(picture) / 127.5 - 1.0
    np.testing.assert_allclose(
        made, np.clip(gan.translate(pixels, seed=0)[0], -1, 1), atol=0.005
    )
    # Nothing that is there is written over.
    again = command(
        *("translate", translators / "pix2pix.keras", mixed, "--out", out)
    )
    assert "files are there already" in one_line(again)


def test_a_model_of_two_ways_translates_both(folders, translators, tmp_path):
    for to, kind, mode in (("a", "coloured", "L"), ("b", "grey", "RGB")):
        out = tmp_path / to
        result = command(
            *("translate", translators / "cyclegan.keras"),
            *(folders / kind / "0.png", "--to", to, "--out", out),
        )
        assert result.exit_code == 0, result.output
        with Image.open(out / "0.png") as picture:
            assert (picture.size, picture.mode) == ((16, 12), mode)


def test_what_does_not_translate_says_so(folders, translators, tmp_path):
    tiny_gan().save(tmp_path / "gan.keras")
    for source, more, rule in (
        (tmp_path / "gan.keras", (), "takes a model that translates"),
        (translators / "pix2pix.keras", ("--to", "a"), "`--to` is for models"),
    ):
        result = command(
            *("translate", source, folders / "grey"),
            *("--out", tmp_path / "out", *more),
        )
        assert rule in one_line(result)
    assert not (tmp_path / "out").exists()


def test_srgan_is_trained_in_two_phases_and_goes_on(folders, tmp_path):
    options = ("--data", folders / "coloured", "--image-size", 16)
    options += ("--pretraining-epochs", 1, "--batch-size", 2)

    def run(out, *more):
        return command("train", "srgan", *options, "--out", out, *more)

    with small_translator("SRGAN") as cls:
        whole = run(tmp_path / "whole", "--epochs", 2)
        assert whole.exit_code == 0, whole.output
        with signal_before_step(4):
            run(tmp_path / "parts", "--epochs", 2)
        parts = run(tmp_path / "parts", "--epochs", 2, "--resume")
        assert parts.exit_code == 0, parts.output
    assert_same_runs(tmp_path / "whole", tmp_path / "parts")
    gan = keras.saving.load_model(tmp_path / "whole" / "model.keras")
    assert isinstance(gan, cls) and not gan.pretraining
    with open(tmp_path / "whole" / "log.csv") as file:
        losses = [float(row["d_loss"]) for row in csv.DictReader(file)]
    assert losses[0] == 0.0 < losses[1]
    # A picture of any size becomes four times as large, in tiles.
    result = command(
        *("translate", tmp_path / "whole", folders / "coloured" / "0.png"),
        *("--tile", 32, "--out", tmp_path / "out"),
    )
    assert result.exit_code == 0, result.output
    assert "are more than twice as large as the 4 x 4" in result.output
    with Image.open(tmp_path / "out" / "0.png") as picture:
        assert (picture.size, picture.mode) == ((64, 48), "RGB")


def train_until_killed(grey, coloured, out):
    """Is killed in the second epoch; called in a process of its own."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        # As the tests here, so that steps are the same bit for bit.
        tf.config.run_functions_eagerly(True)
    with small_translator("CycleGAN"), signal_before_step(8, signal.SIGKILL):
        train_cyclegan(grey, coloured, out)


def train_cyclegan(grey, coloured, out, *more):
    # Pools of three images: full in the first epoch, and exchanged then.
    return command(
        *("train", "cyclegan", "--data", grey, "--targets", coloured),
        *("--crop", 8, "--epochs", 2, "--out", out, *more),
    )


def test_a_run_that_was_killed_goes_on_as_if_not(folders, tmp_path):
    both = folders / "grey", folders / "coloured"
    out = tmp_path / "killed"
    with (
        children.running(
            train_until_killed, *both, out, status=-signal.SIGKILL
        ),
        small_translator("CycleGAN"),
    ):
        whole = train_cyclegan(*both, tmp_path / "whole")
    assert whole.exit_code == 0, whole.output
    killed = keras.saving.load_model(out / "model.keras")
    assert int(killed.images_seen) == 5 and int(killed.pool_a.count) == 3
    parts = train_cyclegan(*both, out, "--resume")
    assert parts.exit_code == 0, parts.output
    assert_same_runs(tmp_path / "whole", out)


def test_more_epochs_than_the_learning_rate_falls_for(folders, tmp_path):
    def run(*more):
        return command(
            *("train", "pix2pix", "--pairs", folders / "halves"),
            *("--crop", 8, "--batch-size", 5, "--out", tmp_path / "run"),
            *more,
        )

    with small_translator("Pix2Pix"):
        first = run("--epochs", 2, "--decay-epochs", 1)
        assert first.exit_code == 0, first.output
        assert "change nothing" not in first.output
        longer = run("--epochs", 3, "--resume")
    assert longer.exit_code == 0, longer.output
    assert "falls to 0 until epoch 2" in longer.output
    assert "epochs 3 to 3 change nothing" in longer.output
    gan = keras.saving.load_model(tmp_path / "run" / "model.keras")
    assert int(gan.steps_seen) == 3
    assert float(gan.optimizer.players["generator"].learning_rate) == 0.0
    line = one_line(run("--epochs", 2, "--decay-epochs", 3, "--resume"))
    assert "`--decay-epochs` must be at most" in line

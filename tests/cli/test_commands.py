"""The command `kerasgan`, run in this process, on a folder of tiny pictures."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.cli import backends
from kerasgan.cli import commands
from tests.small_runs import command
from tests.small_runs import draw_pictures
from tests.small_runs import log
from tests.small_runs import no_space_to_save
from tests.small_runs import one_line
from tests.small_runs import small
from tests.small_runs import train

ROOT = pathlib.Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture
def pictures(tmp_path):
    return draw_pictures(tmp_path / "pictures")


@pytest.fixture(scope="module", autouse=True)
def small_dcgan():
    with small("DCGAN", filters=2):
        yield


@pytest.fixture(scope="module")
def trained(small_dcgan, tmp_path_factory):
    """A folder with the pictures and a run of two epochs on them."""
    folder = tmp_path_factory.mktemp("trained")
    more = ("--seed", 5, "--sample-every", 2)
    result = train(
        draw_pictures(folder / "pictures"), folder / "run", *more, epochs=2
    )
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def run(trained):
    return trained / "run"


def test_train_leaves_model_log_settings_and_samples(trained, run):
    assert [p.name for p in run.glob("samples/*")] == ["epoch_0002.png"]
    assert [row["epoch"] for row in log(run)] == ["0", "1"]
    assert float(log(run)[0]["d_loss"]) > 0
    settings = json.loads((run / "settings.json").read_text())
    assert settings["data"] == str((trained / "pictures").resolve())
    assert settings["image_shape"] == [8, 8, 3]
    assert settings["backend"] == keras.backend.backend()
    assert not [p for p in run.iterdir() if p.name.startswith(".")]


def test_a_model_that_grows_does_so_by_kimg(pictures, tmp_path):
    options = (
        *("--data", pictures, "--image-size", 8, "--batch-size", 6),
        *("--epochs", 1, "--kimg", 0.004),
    )
    out = tmp_path / "run"
    with small("ProGAN", width=1 / 128):
        result = command("train", "progan", *options, "--out", out)
    assert result.exit_code == 0, result.output
    assert float(log(out)[0]["resolution"]) == 8
    grid = command("generate", out, "--out", tmp_path / "grid.png")
    assert grid.exit_code == 0, grid.output
    assert "--kimg" in one_line(
        command("train", "dcgan", *options, "--out", tmp_path / "no")
    )


def test_a_run_that_augments_goes_on_so(pictures, tmp_path):
    for more in ((), ("--resume",)):
        result = train(pictures, tmp_path, "--augment", *more, epochs=1)
        assert result.exit_code == 0, result.output
    gan = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(gan.augmentation, kerasgan.augmentations.DiffAugment)
    other = train(pictures, tmp_path / "plain")
    assert other.exit_code == 0, other.output
    assert "augment" in one_line(
        train(pictures, tmp_path / "plain", "--augment", "--resume")
    )


def test_generate_draws_the_same_grid_for_the_same_seed(run, tmp_path):
    grids = []
    for name, seed in (("a.png", 3), ("b.png", 3), ("c.png", 4)):
        result = command(
            *("generate", run, "-n", 6, "--columns", 3, "--seed", seed),
            *("--out", tmp_path / name),
        )
        assert result.exit_code == 0, result.output
        grids.append(np.asarray(Image.open(tmp_path / name)))
    assert grids[0].shape == (18, 28, 3)
    np.testing.assert_array_equal(grids[0], grids[1])
    assert (grids[0] != grids[2]).any()


def test_a_full_disk_leaves_the_model_of_the_epoch_before(trained, tmp_path):
    run = shutil.copytree(trained / "run", tmp_path / "run")
    before = (run / "model.keras").read_bytes()
    more = ("--data", trained / "pictures", "--out", run, "--resume")
    with no_space_to_save():
        line = one_line(command("train", "dcgan", *more, "--epochs", 3))
    assert f"'{run / 'model.keras'}' is as it was before." in line
    assert (run / "model.keras").read_bytes() == before
    assert not [p for p in run.iterdir() if p.name.startswith(".")]


def test_resume_takes_the_settings_of_the_run_and_can_go_further(
    trained, tmp_path
):
    run = shutil.copytree(trained / "run", tmp_path / "run")
    more = ("--data", trained / "pictures", "--out", run, "--resume")
    result = command("train", "dcgan", *more)
    assert result.exit_code == 0
    assert "has 2 epochs already" in result.output
    result = command("train", "dcgan", *more, "--epochs", 3)
    assert result.exit_code == 0, result.output
    settings = json.loads((run / "settings.json").read_text())
    assert settings["seed"] == 5
    assert settings["batch_size"] == 4
    assert settings["epochs"] == 3
    assert len(log(run)) == 3


def test_resume_refuses_other_settings(trained, run, tmp_path):
    before = (run / "settings.json").read_bytes()
    pictures = trained / "pictures"
    line = one_line(train(pictures, run, "--resume", "--seed", 1, epochs=3))
    assert "seed was 5, is 1" in line
    fewer = shutil.copytree(pictures, tmp_path / "pictures")
    (fewer / "00.png").unlink()
    line = one_line(train(fewer, run, "--resume", epochs=3))
    assert "images was 12, is 11" in line
    assert (run / "settings.json").read_bytes() == before


def test_a_new_run_does_not_write_over_an_old_one(trained, run):
    assert "`--resume`" in one_line(train(trained / "pictures", run))


def test_resume_without_a_run_says_so(pictures, tmp_path):
    line = one_line(train(pictures, tmp_path / "none", "--resume"))
    assert "There is no run in" in line
    assert not (tmp_path / "none").exists()


def test_the_same_bits_are_asked_for_before_a_model_is_built(
    pictures, tmp_path, monkeypatch
):
    def report(seed):
        raise ValueError(f"seed {seed}, {os.environ['XLA_FLAGS']}")

    monkeypatch.setenv("XLA_FLAGS", "--xla_dump_to=/x")
    monkeypatch.setattr(kerasgan.utils, "make_deterministic", report)
    options = ("--deterministic", "--seed", 3)
    line = one_line(train(pictures, tmp_path / "run", *options))
    flags = "--xla_dump_to=/x --xla_gpu_deterministic_ops=true"
    assert f"seed 3, {flags}" in line


def test_unknown_names_list_the_near_ones(tmp_path):
    arguments = ("--data", "fashion_mnits", "--out", tmp_path / "run")
    line = one_line(command("train", "dcgan", *arguments))
    assert "'fashion_mnist'" in line
    line = one_line(command("train", "dcgann", *arguments))
    assert "'dcgan'" in line
    assert not (tmp_path / "run" / "settings.json").exists()


def test_data_that_is_no_folder_says_so(tmp_path):
    arguments = ("--data", tmp_path / "none", "--out", tmp_path / "run")
    line = one_line(command("train", "dcgan", *arguments))
    assert "no folder" in line


def test_a_broken_picture_is_named_before_a_run_begins(pictures, tmp_path):
    (pictures / "05.png").write_bytes(b"not a picture")
    assert "05.png" in one_line(train(pictures, tmp_path / "run"))
    assert not (tmp_path / "run" / "settings.json").exists()


def test_an_image_size_for_a_named_data_set_is_refused(tmp_path):
    result = command(
        *("train", "dcgan", "--data", "fashion_mnist_subset"),
        *("--image-size", "32x48", "--out", tmp_path / "run"),
    )
    assert "`--image-size`" in one_line(result)


def test_an_out_that_cannot_be_written_to_is_refused(pictures, tmp_path):
    (tmp_path / "file").write_text("in the way")
    line = one_line(train(pictures, tmp_path / "file" / "run"))
    assert "'--out'" in line and "Not a directory" in line


@pytest.mark.parametrize("size", ["0", "8x8x8", "big"])
def test_an_image_size_that_is_none_is_refused(size, tmp_path):
    result = command(
        *("train", "dcgan", "--data", tmp_path, "--out", tmp_path / "run"),
        *("--image-size", size),
    )
    assert result.exit_code == 2
    assert "is not like 64 or 48x96" in one_line(result)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no_such_preset", "no_such_preset"),
        ("none.keras", "There is no file or folder 'none.keras'"),
        ("no_such_preset", "There is no run or file 'no_such_preset', nor"),
        ("dcgan/fashion", "Did you mean 'dcgan/fashion_mnist'"),
    ],
)
def test_generate_says_what_it_cannot_find(source, said, tmp_path):
    out = tmp_path / "grid.png"
    assert said in one_line(command("generate", source, "--out", out))
    assert not out.exists()


def test_generate_refuses_labels_for_a_model_without_classes(run, tmp_path):
    result = command(
        "generate", run, "--label", 3, "--out", tmp_path / "grid.png"
    )
    assert "has no classes" in one_line(result)


def test_generate_draws_captions(tmp_path):
    text = kerasgan.conditions.Text(["a", "hat"], 3, units=2)
    gan = kerasgan.applications.GANCLS(
        (8, 8, 1), condition=text, filters=2, units=2, seed=0
    )
    gan.save(tmp_path / "gan.keras")
    out = tmp_path / "images.npy"
    captions = ("--caption", "a hat", "--caption", "hat")
    arguments = ("generate", tmp_path / "gan.keras", "-n", 3, "--seed", 0)
    assert command(*arguments, *captions, "--out", out).exit_code == 0
    expected = gan.generate(3, seed=0, condition=["a hat", "hat", "a hat"])
    expected = np.rint((np.clip(expected, -1, 1) + 1) * 127.5)
    np.testing.assert_allclose(np.load(out), expected, atol=1)


def test_generate_refuses_captions_for_a_model_of_no_text(run, tmp_path):
    result = command(
        "generate", run, "--caption", "a", "--out", tmp_path / "grid.png"
    )
    assert "for models of text" in one_line(result)


def test_list_says_what_each_thing_is(monkeypatch):
    monkeypatch.setattr(commands, "use_backend", None)  # there is no need
    result = command("list")
    assert result.exit_code == 0
    named = json.loads(command("list", "--json").output)
    names = {
        "models": kerasgan.applications.list_models(),
        "presets": kerasgan.applications.list_pretrained(),
        "data_sets": kerasgan.datasets.list_datasets(),
    }
    for part, known in names.items():
        assert [entry["name"] for entry in named[part]] == known
        for entry in named[part]:
            assert len(entry["description"]) > 10
            assert f"{entry['name']} " in result.output
            assert entry["description"] in result.output


def test_python_runs_the_package():
    result = subprocess.run(
        [sys.executable, "-m", "kerasgan", "list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "DCGAN" in result.stdout


def test_another_backend_than_the_loaded_one_is_refused(backend):
    other = "jax" if backend != "jax" else "torch"
    result = command("generate", "x", "--backend", other)
    assert "too late" in one_line(result)


def test_an_error_of_another_kind_is_one_line_too(monkeypatch):
    def fail():
        raise RuntimeError("out of\nmemory")

    monkeypatch.setattr("kerasgan.cli.list.models", fail)
    line = one_line(command("list"))
    assert line.startswith("Error: RuntimeError: out of memory")
    result = command("--traceback", "list")
    assert isinstance(result.exception, RuntimeError)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--help"], "--resume"),
        (["--help"], "evaluate"),
        (["list"], "DCGAN"),
    ],
)
def test_help_and_lists_do_not_load_keras(words, said):
    code = (
        "import sys\n"
        "from kerasgan.cli.commands import cli\n"
        "try:\n"
        "    cli(sys.argv[1:])\n"
        "finally:\n"
        "    sys.exit('keras' in sys.modules or 'numpy' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert said in result.stdout


def test_without_a_choice_an_installed_backend_is_taken(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND")
    monkeypatch.setattr(backends, "configured", lambda: "tensorflow")
    monkeypatch.setattr(backends, "is_installed", lambda name: name == "jax")
    monkeypatch.delitem(sys.modules, "keras")
    backends.use_backend(None)
    assert os.environ["KERAS_BACKEND"] == "jax"


def test_a_backend_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda name: False)
    line = one_line(command("generate", "x"))
    assert 'pip install "kerasgan[' in line


@pytest.mark.parametrize("name", ["nope", "openvino"])
def test_a_backend_that_there_is_not_is_refused(name, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", name)
    line = one_line(command("generate", "x"))
    assert "KERAS_BACKEND must be one of" in line and name in line


def test_a_backend_that_is_asked_for_is_not_passed_over(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(backends, "is_installed", lambda name: name == "torch")
    line = one_line(command("generate", "x"))
    assert "'jax' is not installed" in line


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [("tensorflow", None, "1"), ("torch", None, "0"), ("tensorflow", "0", "0")],
)
def test_onednn_is_on_for_tensorflow(name, given, expected, monkeypatch):
    for key in ("TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(key, "")  # to be put back
        monkeypatch.delenv(key)
    if given is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", given)
    monkeypatch.setenv("KERAS_BACKEND", os.environ["KERAS_BACKEND"])
    monkeypatch.setattr(backends, "is_installed", lambda name: True)
    monkeypatch.setattr(backends.importlib, "import_module", lambda name: None)
    monkeypatch.delitem(sys.modules, "keras")
    backends.use_backend(name)
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == expected

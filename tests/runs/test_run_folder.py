"""The folder of a run: locked while it trains, as it was after a failure."""

import errno
import os
import shutil
import signal

import keras
import pytest

import kerasgan
from kerasgan.runs.run_folder import RunFolder
from tests.children import running
from tests.small_runs import command
from tests.small_runs import draw_pictures
from tests.small_runs import log
from tests.small_runs import no_space_to_save
from tests.small_runs import one_line
from tests.small_runs import small
from tests.small_runs import train

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("here") / "pictures")


@pytest.fixture(autouse=True)
def small_gan():
    with small("GAN", units=(4,)):
        yield


def files(folder):
    """Returns all files in a folder, with what is in them."""
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_a_second_training_is_refused_and_touches_nothing(pictures, tmp_path):
    run = tmp_path / "run"
    assert train(pictures, run, model="gan").exit_code == 0
    with RunFolder(run).locked():
        before = files(tmp_path)
        for more in ((), ("--resume", "--epochs", 2)):
            result = train(pictures, run, *more, model="gan")
            assert result.exit_code == 1
            assert "where another training is at" in one_line(result)
        assert files(tmp_path) == before
        # Who reads is not hindered.
        out = tmp_path / "grid.png"
        assert command("generate", run, "--out", out).exit_code == 0
    result = train(pictures, run, "--resume", model="gan", epochs=2)
    assert result.exit_code == 0, result.output


def test_of_two_in_a_new_folder_one_is_refused(pictures, tmp_path):
    with RunFolder(tmp_path / "run").locked():
        result = train(pictures, tmp_path / "run", model="gan")
    assert "nothing else trains into" in one_line(result)
    assert not (tmp_path / "run").exists()


def lock_and_die(folder):
    held = RunFolder(folder).locked()
    held.__enter__()
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.once
def test_the_lock_of_a_dead_process_is_taken_over(pictures, tmp_path):
    with running(lock_and_die, tmp_path / "run", status=-signal.SIGKILL):
        pass
    assert (tmp_path / "run" / ".lock").exists()
    assert train(pictures, tmp_path / "run", model="gan").exit_code == 0
    assert not (tmp_path / "run" / ".lock").exists()


def fail(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


FAILURES = {
    # Twelve pictures are three batches.
    "too few batches": (
        {"model": "wgangp"},
        None,
        "needs at least 5 batches",
    ),
    "a model that cannot be": (
        {"model": "progan", "more": ("--kimg", 1e-9)},
        None,
        "kimg",
    ),
    "no data": ({"data": "empty"}, None, "must have files"),
    "a broken picture": ({"data": "broken"}, None, "00.png"),
    "no space for the model": ({}, (keras.Model, "save"), "No space"),
    "no space for a picture": (
        {},
        (kerasgan.callbacks.SampleGrid, "on_samples"),
        "No space",
    ),
    "a failing step": (
        {},
        (kerasgan.models.GAN, "adversarial_step"),
        "No space",
    ),
}


@pytest.mark.parametrize("what", FAILURES)
@pytest.mark.parametrize("out", ["new/run", "there"])
def test_a_first_try_that_fails_leaves_nothing(
    what, out, pictures, tmp_path, monkeypatch
):
    options, broken, said = FAILURES[what]
    data = tmp_path / options.get("data", "data")
    if data.name != "empty":
        shutil.copytree(pictures, data)
    data.mkdir(exist_ok=True)
    if data.name == "broken":
        (data / "00.png").write_bytes(b"no picture")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "notes.txt").write_text("mine")
    before = files(tmp_path)
    model = options.get("model", "gan")
    with monkeypatch.context() as patch:
        if broken:
            patch.setattr(*broken, fail)
        result = train(
            *(data, tmp_path / out, *options.get("more", ())), model=model
        )
    assert said in one_line(result)
    assert files(tmp_path) == before
    # The corrected command runs.
    assert train(pictures, tmp_path / out, model="gan").exit_code == 0


def test_what_is_there_is_not_written_over(pictures, tmp_path):
    for name in ("log.csv", "samples/epoch_0001.png"):
        run = tmp_path / name.replace("/", "_")
        (run / name).parent.mkdir(parents=True)
        (run / name).write_text("mine")
        before = files(run)
        result = train(pictures, run, model="gan")
        assert "writes over nothing" in one_line(result)
        assert files(run) == before


def test_a_run_that_was_killed_in_its_first_epoch_goes_on(pictures, tmp_path):
    assert train(pictures, tmp_path / "whole", model="gan").exit_code == 0
    run = shutil.copytree(tmp_path / "whole", tmp_path / "run")
    (run / "model.keras").unlink()
    (run / ".lock").touch()
    result = train(pictures, run, "--resume", model="gan")
    assert result.exit_code == 0, result.output
    assert log(run) == log(tmp_path / "whole")


def test_a_failure_later_on_leaves_what_was_saved(
    pictures, tmp_path, monkeypatch
):
    run = tmp_path / "run"
    assert train(pictures, run, model="gan").exit_code == 0
    before = files(run)
    monkeypatch.setattr(kerasgan.models.GAN, "adversarial_step", fail)
    result = train(pictures, run, "--resume", model="gan", epochs=2)
    assert "No space" in one_line(result)
    after = files(run)
    del before[(settings := RunFolder(".").settings_file)], after[settings]
    assert after == before


def test_a_folder_that_cannot_be_made_is_refused(pictures):
    for path in ("/proc/run", "/sys/kernel/run", "/proc/self/fd/run"):
        assert "`--out`" in one_line(train(pictures, path, model="gan"))


def test_an_empty_path_is_no_run():
    with pytest.raises(ValueError, match="empty path"):
        RunFolder("")


@pytest.mark.parametrize("name", ["a\nb", "a b", "ü", "-run", "\udcff\udcfe"])
def test_a_run_may_have_an_odd_name(name, pictures, tmp_path):
    run = tmp_path / name
    assert train(pictures, run, model="gan").exit_code == 0
    assert len(log(run)) == 1
    out = tmp_path / f"{name}.png"
    result = command("generate", run, "--out", out, "-n", 2)
    assert result.exit_code == 0, result.output
    assert out.exists()


def test_a_full_disk_leaves_no_half_file(pictures, tmp_path):
    before = files(tmp_path)
    with no_space_to_save():
        one_line(train(pictures, tmp_path / "run", model="gan"))
    assert files(tmp_path) == before

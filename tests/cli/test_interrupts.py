"""Signals during `kerasgan train`: it saves after a step, and goes on there."""

import io
import signal
import time

import keras
import pytest

import kerasgan
from kerasgan.cli import commands
from kerasgan.cli.signals import Signals
from kerasgan.cli.streams import Unbreakable
from tests.small_runs import assert_same_runs
from tests.small_runs import command
from tests.small_runs import draw_pictures
from tests.small_runs import log
from tests.small_runs import signal_before_step
from tests.small_runs import small
from tests.small_runs import train

pytestmark = pytest.mark.usefixtures("without_graphs")

# Twelve pictures: three steps an epoch.
GAMES = {
    "dcgan": ("DCGAN", {"filters": 2}, ()),
    "gan": (
        "GAN",
        {"units": (4,), "discriminator_steps": 2},
        ("--batch-size", 2),
    ),
    # In minibatches of 3 and then 2; it would warn that an epoch is too short.
    "progan": (
        "ProGAN",
        {"width": 1 / 256, "batch_sizes": {4: 3, 8: 2}},
        ("--kimg", 0.012),
    ),
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("here") / "pictures")


@pytest.fixture(autouse=True)
def ctrl_c():
    """Ctrl-C is heard, which a shell turns off for its background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def small_gan():
    with small("GAN", units=(4,)):
        yield


def stop(pictures, run, step, *more, number=signal.SIGTERM, **kwargs):
    with signal_before_step(step, number):
        result = train(pictures, run, *more, **{"epochs": 3, **kwargs})
    assert result.exit_code == 128 + number, result.output
    return result


@pytest.mark.parametrize("name", GAMES)
def test_a_run_goes_on_in_the_middle_of_an_epoch(name, pictures, tmp_path):
    cls, smaller, more = GAMES[name]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    with small(cls, **smaller):
        result = train(pictures, whole, *more, model=name, epochs=3)
        assert result.exit_code == 0, result.output
        result = stop(pictures, cut, 3, *more, model=name)
        assert "Stopped after step 2 of 3 in epoch 1;" in result.stderr
        assert f"kerasgan train --out {cut} --resume" in result.stderr
        result = command("train", "--out", cut, "--resume")
    assert result.exit_code == 0, result.output
    assert "Epoch 1 goes on after 2 of its 3 steps." in result.output
    assert "Epoch 1/3" in result.output
    assert "Note:" not in result.stderr
    assert_same_runs(whole, cut)


def test_a_run_may_be_stopped_again_and_again(pictures, tmp_path, small_gan):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    more = {"model": "gan", "epochs": 3}
    train(pictures, whole, **more)
    for step, options, place in (
        (3, (), "after step 2 of 3 in epoch 1"),
        (1, ("--resume",), "after step 2 of 3 in epoch 1"),
        (3, ("--resume",), "after step 1 of 3 in epoch 2"),
        # When an epoch is complete, and saved already.
        (3, ("--resume",), "after epoch 2"),
    ):
        result = stop(pictures, cut, step, *options, **more)
        assert f"Stopped {place}; the run is saved." in result.stderr
    assert train(pictures, cut, "--resume", **more).exit_code == 0
    assert_same_runs(whole, cut)


def test_the_last_epoch_too_goes_on(pictures, tmp_path, small_gan):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    more = ("--sample-every", 2)
    train(pictures, whole, *more, model="gan")
    stop(pictures, cut, 2, *more, model="gan", epochs=1)
    result = train(pictures, cut, "--resume", model="gan")
    assert result.exit_code == 0, result.output
    assert_same_runs(whole, cut)
    assert [p.name for p in cut.glob("samples/*")] == ["epoch_0001.png"]


def test_before_the_first_step_nothing_is_left(pictures, tmp_path, small_gan):
    result = stop(pictures, tmp_path / "a" / "run", 1, model="gan")
    assert "Stopped before step 1." in result.stderr
    assert "--resume" not in result.stderr
    assert not (tmp_path / "a").exists()


def test_ctrl_c_while_a_model_is_built_leaves_nothing(
    pictures, tmp_path, monkeypatch
):
    def interrupt(*args, **kwargs):
        signal.raise_signal(signal.SIGINT)
        time.sleep(5)  # Python may hear of it later

    monkeypatch.setattr(kerasgan.cli.train, "open_data", interrupt)
    result = train(pictures, tmp_path / "run")
    assert result.exit_code == 130
    assert result.stderr.split() == ["Stopped."]
    assert not (tmp_path / "run").exists()


def test_saving_is_not_interrupted(pictures, tmp_path, small_gan, monkeypatch):
    save = keras.Model.save

    def save_and_interrupt(self, path, **kwargs):
        signal.raise_signal(signal.SIGINT)
        save(self, path, **kwargs)

    run = tmp_path / "run"
    monkeypatch.setattr(keras.Model, "save", save_and_interrupt)
    result = train(pictures, run, model="gan", epochs=2)
    assert result.exit_code == 130
    assert "Stopped after epoch 1; the run is saved." in result.stderr
    assert len(log(run)) == 1
    # All is done already when the last epoch is saved.
    result = train(pictures, run, "--resume", model="gan", epochs=2)
    assert result.exit_code == 130
    assert "Model:" in result.output
    assert len(log(run)) == 2


class BrokenPipe(io.StringIO):
    """A stream whose reader ends in the second epoch."""

    def write(self, text):
        if "Epoch 2" in self.getvalue():
            raise BrokenPipeError
        return super().write(text)


def test_without_a_reader_a_training_ends_and_can_go_on(
    pictures, tmp_path, small_gan, monkeypatch
):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    train(pictures, whole, model="gan", epochs=3)
    with monkeypatch.context() as patch:
        patch.setattr(
            commands,
            "Unbreakable",
            lambda stream, told: Unbreakable(BrokenPipe(), told),
        )
        result = train(pictures, cut, model="gan", epochs=3)
    assert result.exit_code == 128 + signal.SIGPIPE
    assert "the run is saved" in result.stderr
    result = train(pictures, cut, "--resume", model="gan", epochs=3)
    assert result.exit_code == 0, result.output
    assert_same_runs(whole, cut)


def test_an_exception_that_is_dropped_is_raised_again():
    class Garbage:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    with Signals(together=0.0) as signals:
        with pytest.raises(KeyboardInterrupt):
            Garbage()  # where Python drops what is raised
            time.sleep(20)
        assert signals.number == signal.SIGINT


def test_what_is_turned_off_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals() as signals:
            signal.raise_signal(signal.SIGHUP)
            assert signals.number is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before():
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    with Signals():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    after = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    assert after == before

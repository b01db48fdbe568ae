"""Models that are no `GAN` have all that the base gives."""

import contextlib
import signal

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import diagnostics
from kerasgan.datasets.image_stream import ImageStream
from kerasgan.runs.fit_run import fit_run
from kerasgan.runs.phase import Phase
from kerasgan.runs.run_folder import RunFolder
from tests.conformance import compile_with_momentum
from tests.conformance import run_gan_test
from tests.models.other_games import SHAPE
from tests.models.other_games import Controlled
from tests.models.other_games import Encoding
from tests.models.other_games import Translation
from tests.small_runs import assert_same_runs

CASES = {
    Translation: dict(
        loss="least_squares",
        ema=20.0,
        augmentation="diff_augment",
        regularizers=[kerasgan.regularizers.Orthogonal(player="both")],
        pool_size=6,
    ),
    Encoding: dict(ema=kerasgan.training.EMA(20.0, ramp_up=0.5)),
    Controlled: dict(regularizers=["historical_averaging"]),
}
IMAGES = np.random.default_rng(0).uniform(-1, 1, (16, *SHAPE)).astype("float32")


def made(cls, **kwargs):
    game = cls(seed=0, **{**CASES[cls], **kwargs})
    compile_with_momentum(game)
    return game


@pytest.mark.parametrize("cls", CASES, ids=lambda cls: cls.__name__)
def test_it_conforms(cls, tmp_path):
    run_gan_test(cls, {**CASES[cls], "seed": 0}, (IMAGES,), tmp_path)


@pytest.mark.parametrize("cls", CASES, ids=lambda cls: cls.__name__)
def test_it_is_drawn_evaluated_and_goes_on(cls, tmp_path):
    game = made(cls)
    grid = kerasgan.callbacks.SampleGrid(tmp_path / "grid", n=4)
    history = game.fit(
        IMAGES,
        batch_size=8,
        validation_data=IMAGES,
        callbacks=[grid],
        verbose=0,
    ).history
    assert [path.name for path in (tmp_path / "grid").iterdir()] == [
        "epoch_0001.png"
    ]
    assert np.isfinite(history["val_loss"]).all()
    assert game._player_variables()
    before = [np.array(w) for w in game.get_weights()]
    game.evaluate(IMAGES, verbose=0)
    for old, new in zip(before, game.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


class StopAfter:
    """Asks for the end of a training after some steps."""

    deferred = contextlib.nullcontext

    def __init__(self, steps):
        self.left = steps

    @property
    def number(self):
        self.left -= 1
        return signal.SIGTERM if self.left < 0 else None


def run(folder, start, epochs=2, **kwargs):
    """Trains in a folder as `kerasgan train` does; returns the model."""
    stream = ImageStream(lambda i: IMAGES[i], 16, SHAPE, batch_size=8)
    folder = RunFolder(folder)
    with folder.opened(resume=folder.exists, form="RunSource"):
        game = folder.load_or(start)
        return fit_run(game, stream, folder, {}, [Phase(epochs)], **kwargs)


@pytest.mark.usefixtures("without_graphs")
@pytest.mark.parametrize("cls", CASES, ids=lambda cls: cls.__name__)
def test_a_run_of_it_goes_on_in_the_middle_of_an_epoch(cls, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    game = made(cls)
    game._make_optimizers()
    start = diagnostics.snapshot(game)
    run(whole, lambda: game)
    # Not another one, whose step would be compiled again.
    diagnostics.restore(start)
    with pytest.raises(KeyboardInterrupt, match="after step 1 of 2 in epoch 2"):
        run(cut, lambda: game, signals=StopAfter(3))
    again = run(cut, None)
    assert int(keras.ops.convert_to_numpy(again.steps_seen)) == 4
    assert_same_runs(whole, cut)


def test_the_loss_is_the_sum_of_all_players():
    game = made(Translation, ema=None)
    logs = game.train_on_batch(IMAGES, return_dict=True)
    expected = logs["d_loss"] + logs["g_loss"] + logs["back_loss"]
    assert logs["loss"] == pytest.approx(expected, rel=1e-5)


def test_a_nan_in_any_log_stops_the_training():
    class Broken(Translation):
        def adversarial_step(self, batch):
            logs = super().adversarial_step(batch)
            return {**logs, "cycle_loss": logs["cycle_loss"] * np.nan}

    game = Broken(seed=0, loss="hinge")
    compile_with_momentum(game)
    game.fit(
        IMAGES,
        batch_size=8,
        epochs=3,
        callbacks=[keras.callbacks.TerminateOnNaN()],
        verbose=0,
    )
    assert int(game.steps_seen) == 1


def test_the_control_follows_the_losses_and_is_saved(tmp_path):
    game = made(Controlled)
    game.control.k.assign(0.5)
    logs = game.train_on_batch(IMAGES, return_dict=True)
    assert logs["control"] != pytest.approx(0.5, abs=1e-6)
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    assert float(keras.ops.convert_to_numpy(loaded.control.k)) == pytest.approx(
        float(logs["control"])
    )


def test_an_encoder_encodes():
    assert made(Encoding).encode(IMAGES).shape == (16, 3)


def test_a_preset_is_written_and_read(tmp_path):
    game = made(Encoding)
    game.fit(IMAGES, batch_size=8, verbose=0)
    kerasgan.applications.save_to_preset(game, tmp_path / "preset")
    again = kerasgan.applications.load_preset(None, tmp_path / "preset")
    np.testing.assert_array_equal(again.generate(3, 0), game.generate(3, 0))


def test_what_is_no_attribute_cannot_be_saved_and_says_so():
    class Forgetful(Controlled):
        def __init__(self, beta=1.0, **kwargs):
            super().__init__(**kwargs)

    with pytest.raises(NotImplementedError, match="`beta` is not kept"):
        Forgetful().get_config()

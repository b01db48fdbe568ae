"""Keras' own callbacks do with a game what they do with any model.

That `BackupAndRestore` resumes exactly is in `tests/models`.
"""

import csv

import keras
import numpy as np
import pytest

from tests import tiny

RATES = {"generator": 1e-3, "discriminator": 4e-3}


def build():
    gan = tiny.tiny_gan(ema=20.0)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(RATES["generator"]),
        discriminator_optimizer=keras.optimizers.Adam(RATES["discriminator"]),
    )
    return gan


@pytest.fixture(scope="module")
def compiled():
    # Compiled steps take their time, so one game serves all these tests.
    gan = build()
    return gan, tiny.state(gan)


@pytest.fixture
def gan(compiled):
    gan, state = compiled
    variables = [*gan.variables, *gan.optimizer.variables]
    for variable, value in zip(variables, state.values(), strict=True):
        variable.assign(value)
    return gan


def fit(gan, callbacks, epochs=2, **kwargs):
    return gan.fit(
        tiny.tiny_images(12),
        batch_size=4,
        epochs=epochs,
        callbacks=callbacks,
        verbose=0,
        **kwargs,
    )


def rates(gan):
    return {
        player: float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        for player, optimizer in gan.optimizer.players.items()
    }


def assert_same(weights, others):
    for a, b in zip(weights, others, strict=True):
        np.testing.assert_array_equal(a, b)


class Record(keras.callbacks.Callback):
    """Keeps the weights that each step and each epoch left."""

    def __init__(self):
        super().__init__()
        self.steps = []
        self.epochs = []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(self.model.get_weights())

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(self.model.get_weights())


def test_model_checkpoint_writes_whole_models(gan, tmp_path):
    path = tmp_path / "{epoch}.keras"
    fit(gan, [keras.callbacks.ModelCheckpoint(path)])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.keras", "2.keras"]
    loaded = keras.saving.load_model(tmp_path / "2.keras")
    assert_same(loaded.get_weights(), gan.get_weights())
    np.testing.assert_array_equal(
        loaded.generate(2, seed=0), gan.generate(2, seed=0)
    )


def test_model_checkpoint_within_an_epoch_writes_what_the_step_left(
    gan, tmp_path
):
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "{batch}.weights.h5", save_weights_only=True, save_freq=2
    )
    record = Record()
    fit(gan, [checkpoint, record], epochs=1)
    (file,) = tmp_path.iterdir()
    gan.load_weights(file)
    assert_same(gan.get_weights(), record.steps[1])


def test_model_checkpoint_keeps_the_best_by_a_loss(gan, tmp_path):
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.weights.h5",
        monitor="g_loss",
        mode="min",
        save_best_only=True,
        save_weights_only=True,
    )
    record = Record()
    history = fit(gan, [checkpoint, record], epochs=4)
    gan.load_weights(tmp_path / "best.weights.h5")
    best = np.argmin(history.history["g_loss"])
    assert_same(gan.get_weights(), record.epochs[best])


def test_backup_and_restore_goes_on_where_the_run_was_cut_off(gan, tmp_path):
    class Cut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise InterruptedError

    def backup():
        return keras.callbacks.BackupAndRestore(tmp_path / "backup")

    with pytest.raises(InterruptedError):
        fit(gan, [backup(), Cut()], epochs=3)
    resumed = build()
    history = fit(resumed, [backup()], epochs=3)
    assert history.epoch == [2]
    assert int(keras.ops.convert_to_numpy(resumed.steps_seen)) == 9
    assert not (tmp_path / "backup").exists()


def test_csv_logger_writes_a_column_for_each_log(gan, tmp_path):
    history = fit(
        gan,
        [keras.callbacks.CSVLogger(tmp_path / "log.csv")],
        validation_data=tiny.tiny_images(4),
    )
    with open(tmp_path / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    for key in ("d_loss", "g_loss", "val_d_loss", "val_g_loss"):
        written = [float(row[key]) for row in rows]
        np.testing.assert_allclose(written, history.history[key], rtol=1e-5)


@pytest.mark.parametrize("monitor", ["d_loss", "val_g_loss"])
def test_early_stopping_stops_and_brings_back_the_best(gan, monitor):
    # No epoch is better than the first by this much.
    stop = keras.callbacks.EarlyStopping(
        monitor, mode="min", min_delta=1e9, restore_best_weights=True
    )
    record = Record()
    history = fit(
        gan,
        [record, stop],
        epochs=9,
        validation_data=tiny.tiny_images(4),
    )
    assert len(history.epoch) < 9
    assert_same(gan.get_weights(), record.epochs[stop.best_epoch])


def test_learning_rate_scheduler_sets_the_rate_of_each_player(gan):
    scheduler = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate * 0.5
    )
    history = fit(gan, [scheduler])
    assert rates(gan) == pytest.approx(
        {player: rate / 4 for player, rate in RATES.items()}
    )
    for player, rate in RATES.items():
        assert history.history[f"learning_rate_{player}"] == pytest.approx(
            [rate / 2, rate / 4]
        )


def test_a_scheduled_rate_of_zero_keeps_both_players_where_they_are(gan):
    def weights():
        return [keras.ops.convert_to_numpy(v) for v in gan.trainable_variables]

    before = weights()
    fit(gan, [keras.callbacks.LearningRateScheduler(lambda epoch: 0.0)])
    assert_same(before, weights())


def test_reduce_lr_on_plateau_reduces_the_rate_of_each_player(gan):
    plateau = keras.callbacks.ReduceLROnPlateau(
        "g_loss", mode="min", factor=0.1, patience=1, min_delta=1e9
    )
    fit(gan, [plateau])
    assert rates(gan) == pytest.approx(
        {player: rate / 10 for player, rate in RATES.items()}
    )


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_terminate_on_nan_stops_within_the_epoch(gan, network):
    getattr(gan, network).trainable_variables[0].assign(
        np.full(getattr(gan, network).trainable_variables[0].shape, np.nan)
    )
    record = Record()
    history = fit(gan, [record, keras.callbacks.TerminateOnNaN()])
    assert len(record.steps) == 1
    assert history.epoch == [0]


def test_terminate_on_nan_lets_a_sound_run_be(gan):
    history = fit(gan, [keras.callbacks.TerminateOnNaN()])
    assert history.epoch == [0, 1]


def test_tensorboard_gets_losses_rates_and_histograms(gan, tmp_path):
    # On every backend Keras writes these files with both packages.
    pytest.importorskip("tensorboard", reason="Keras needs it to write")
    pytest.importorskip("tensorflow", reason="Keras needs it to write")
    fit(gan, [keras.callbacks.TensorBoard(tmp_path, histogram_freq=1)])
    (file,) = (tmp_path / "train").iterdir()
    written = file.read_bytes()
    for key in (
        b"epoch_d_loss",
        b"epoch_g_loss",
        b"epoch_learning_rate_generator",
        b"epoch_learning_rate_discriminator",
    ):
        assert written.count(key) == 2
    assert b"histogram" in written

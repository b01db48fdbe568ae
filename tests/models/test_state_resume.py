"""Train 2N steps == train N, save, new process, load, train N: bit for bit."""

import pathlib

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import regularizers
from tests import children
from tests import tiny

# BatchNormalization and a penalty in one game, for their state.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The penalty .* is about the gradient of each image:UserWarning"
)

STEPS = 2
BATCH_SIZE = 4


def everything(seed):
    return tiny.tiny_gan(
        seed,
        regularizers=[regularizers.GradientPenalty(weight=1.0)],
        discriminator_steps=2,
        ema=kerasgan.training.EMA(20.0, 0.5),
        augmentation=[
            "diff_augment",
            kerasgan.augmentations.InstanceNoise(0.1, 100.0),
        ],
    )


def lazy_and_scheduled(seed):
    # 2 updates a step and an interval of 3: the saved game stands within the
    # interval, so that its phase has to survive as well.
    gan = tiny.tiny_gan(
        seed,
        loss="hinge",
        regularizers=[regularizers.R1(weight=1.0, interval=3)],
        discriminator_steps=2,
    )
    schedule = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=8)
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(schedule, momentum=0.9),
        discriminator_optimizer=keras.optimizers.RMSprop(0.01),
    )
    return gan


def half_precision(seed):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = tiny.tiny_gan(seed, ema=20.0)
    finally:
        keras.config.set_dtype_policy("float32")
    # Scales that move within the few steps of the test.
    gan.compile(
        generator_optimizer=_scaled(initial_scale=64.0),
        discriminator_optimizer=_scaled(initial_scale=2.0**40),
    )
    return gan


def _scaled(initial_scale):
    return keras.optimizers.LossScaleOptimizer(
        keras.optimizers.Adam(0.01),
        initial_scale=initial_scale,
        dynamic_growth_steps=3,
    )


GAMES = {
    "everything": everything,
    "lazy_and_scheduled": lazy_and_scheduled,
    "half_precision": half_precision,
}
FILES = [f"{game}.{kind}" for game in GAMES for kind in ("keras", "weights.h5")]


def play(gan, epochs, initial_epoch=0):
    count = STEPS * BATCH_SIZE * gan.discriminator_steps
    gan.fit(
        tiny.tiny_images(count),
        batch_size=BATCH_SIZE,
        shuffle=False,
        initial_epoch=initial_epoch,
        epochs=epochs,
        verbose=0,
    )


def go_on(folder):
    """Loads every file, trains N further steps and stores the state."""
    folder = pathlib.Path(folder)
    for name in GAMES:
        gan = keras.saving.load_model(folder / f"{name}.keras")
        play(gan, epochs=2, initial_epoch=1)
        np.savez(folder / f"{name}.keras.npz", **tiny.state(gan))
        # Two epochs later nothing is left of what the file has, so all of it
        # has to come out of the file. (It is compiled, which saves time.)
        gan.load_weights(folder / f"{name}.weights.h5")
        play(gan, epochs=2, initial_epoch=1)
        np.savez(folder / f"{name}.weights.h5.npz", **tiny.state(gan))


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Returns the uninterrupted states and those of the new process."""
    folder = tmp_path_factory.mktemp("games")
    games = {name: build(seed=0) for name, build in GAMES.items()}
    for name, gan in games.items():
        play(gan, epochs=1)
        gan.save(folder / f"{name}.keras")
        gan.save_weights(folder / f"{name}.weights.h5")
    with children.running(go_on, folder):
        for gan in games.values():
            play(gan, epochs=2, initial_epoch=1)
    resumed = {file: np.load(folder / f"{file}.npz") for file in FILES}
    return games, resumed


@pytest.mark.parametrize("file", FILES)
def test_a_new_process_goes_on_bit_for_bit(runs, file):
    games, resumed = runs
    expected = tiny.state(games[file.split(".")[0]])
    tiny.assert_same_state(resumed[file], expected)


def test_the_compared_state_is_all_that_moves(runs):
    gan = runs[0]["everything"]
    compared = {id(v) for v in [*gan.variables, *gan.optimizer.variables]}
    for variable in (
        *gan.generator.weights,
        *gan.discriminator.weights,
        *gan.ema_generator.weights,
        *gan.optimizer.generator_optimizer.variables,
        *gan.optimizer.discriminator_optimizer.variables,
        *gan.steps_seen.variables,
        *gan.images_seen.variables,
        gan.seed_generator.state,
    ):
        assert id(variable) in compared
    seeds = [v for v in gan.variables if "seed" in v.path]
    # The game's two, and a dropout layer in G, its average and D.
    assert len(seeds) == 5
    assert int(gan.steps_seen.value) == 2 * STEPS
    assert int(gan.images_seen.value) == 2 * STEPS * 2 * BATCH_SIZE
    group = gan.optimizer
    assert int(group.discriminator_optimizer.iterations.value) == 8
    assert int(group.generator_optimizer.iterations.value) == 4


def test_the_loss_scales_of_the_players_moved(runs):
    group = runs[0]["half_precision"].optimizer
    scale = keras.ops.convert_to_numpy
    # Three finite steps double the one; too large a scale halves the other.
    assert scale(group.generator_optimizer.dynamic_scale) == 128.0
    assert scale(group.discriminator_optimizer.dynamic_scale) < 2.0**40

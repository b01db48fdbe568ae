"""What `.keras` files keep: the user's networks and the compile settings."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import losses
from tests import tiny

# BatchNormalization and a penalty in one game, for their state.
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:The penalty .* is about the gradient of each image:UserWarning"
    ),
    pytest.mark.usefixtures("without_graphs"),
]

PACKAGE = "tests_state_compile"


@keras.saving.register_keras_serializable(package=PACKAGE)
class Gain(keras.layers.Layer):
    """A user's own layer."""

    def build(self, input_shape):
        self.gain = self.add_weight(shape=(), initializer="ones", name="gain")

    def call(self, x):
        return self.gain * x


@keras.saving.register_keras_serializable(package=PACKAGE)
class Slow(keras.optimizers.SGD):
    """A user's own optimizer."""


@keras.saving.register_keras_serializable(package=PACKAGE)
class Linear(losses.AdversarialLoss):
    """A user's own loss."""

    def __init__(self, slope):
        self.slope = slope

    def discriminator(self, real_logits, fake_logits):
        difference = keras.ops.mean(fake_logits) - keras.ops.mean(real_logits)
        return self.slope * difference

    def generator(self, fake_logits, real_logits=None):
        return -self.slope * keras.ops.mean(fake_logits)

    def get_config(self):
        return {"slope": self.slope}


def functional_gan(**kwargs):
    """A GAN of functional networks, with branches and a layer of their own."""
    latents = keras.Input((3,))
    x = keras.layers.Dense(16)(latents)
    x = keras.layers.Add()([Gain()(x), x])
    images = keras.layers.Reshape((4, 4, 1))(keras.ops.tanh(x))
    generator = keras.Model(latents, images)
    inputs = keras.Input((4, 4, 1))
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
    discriminator = keras.Model(inputs, logits)
    return kerasgan.models.GAN(generator, discriminator, seed=0, **kwargs)


def reload(gan, folder, **kwargs):
    gan.save(folder / "game.keras")
    return keras.saving.load_model(
        folder / "game.keras", safe_mode=True, **kwargs
    )


def optimizer_configs(gan):
    return {
        player: optimizer.get_config()
        for player, optimizer in gan.optimizer.players.items()
    }


@pytest.mark.parametrize("ema_half_life", [None, 10.0])
def test_networks_of_the_user_are_loaded_in_safe_mode(tmp_path, ema_half_life):
    gan = functional_gan(ema=ema_half_life)
    gan.train_on_batch(tiny.tiny_images())
    loaded = reload(gan, tmp_path)
    assert type(loaded) is kerasgan.models.GAN
    assert any(isinstance(x, Gain) for x in loaded.generator.layers)
    np.testing.assert_array_equal(loaded.generate(4, 0), gan.generate(4, 0))
    tiny.assert_same_state(tiny.state(loaded), tiny.state(gan))


def test_dcgan_is_loaded_in_safe_mode(tmp_path):
    gan = kerasgan.applications.DCGAN(
        (8, 10, 1), latent_dim=3, filters=2, seed=0, ema=10.0
    )
    loaded = reload(gan, tmp_path)
    assert type(loaded) is kerasgan.applications.DCGAN
    assert loaded.get_config() == gan.get_config()
    assert loaded.image_shape == (8, 10, 1)
    np.testing.assert_array_equal(loaded.generate(4, 0), gan.generate(4, 0))
    tiny.assert_same_state(tiny.state(loaded), tiny.state(gan))


def test_settings_of_each_player_survive(tmp_path):
    gan = tiny.tiny_gan()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(
            schedule, beta_1=0.0, beta_2=0.9, clipnorm=0.5
        ),
        discriminator_optimizer=keras.optimizers.SGD(
            4e-4, momentum=0.9, nesterov=True, global_clipnorm=1.0
        ),
    )
    loaded = reload(gan, tmp_path)
    assert optimizer_configs(loaded) == optimizer_configs(gan)
    generator = loaded.optimizer.generator_optimizer
    assert isinstance(generator, keras.optimizers.Adam)
    assert generator.clipnorm == 0.5
    discriminator = loaded.optimizer.discriminator_optimizer
    assert isinstance(discriminator, keras.optimizers.SGD)
    assert discriminator.nesterov and discriminator.global_clipnorm == 1.0


def test_a_schedule_goes_on_where_it_was(tmp_path):
    gan = tiny.tiny_gan()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    gan.compile(generator_optimizer=keras.optimizers.SGD(schedule))
    for _ in range(2):
        gan.train_on_batch(tiny.tiny_images())
    loaded = reload(gan, tmp_path)
    rate = loaded.optimizer.generator_optimizer.learning_rate
    np.testing.assert_allclose(float(rate), 0.1 * 0.5**2, rtol=1e-6)


def test_a_learning_rate_that_a_callback_has_set_survives(tmp_path):
    gan = tiny.tiny_gan()
    gan.optimizer.discriminator_optimizer.learning_rate = 0.125
    loaded = reload(gan, tmp_path)
    rate = loaded.optimizer.discriminator_optimizer.learning_rate
    assert float(rate) == 0.125


def test_the_loss_of_compile_survives(tmp_path):
    gan = tiny.tiny_gan(loss="hinge")
    gan.compile(loss=losses.LeastSquares(a=-1.0, b=1.0, c=0.0))
    loaded = reload(gan, tmp_path)
    assert isinstance(loaded.loss, losses.LeastSquares)
    expected = gan.loss.get_config()
    assert loaded.loss.get_config() == expected


def test_what_runs_the_step_survives(tmp_path, backend):
    several = 1 if backend == "torch" else 2
    gan = tiny.tiny_gan()
    gan.compile(
        run_eagerly=False, jit_compile=False, steps_per_execution=several
    )
    loaded = reload(gan, tmp_path)
    assert loaded.steps_per_execution == several
    assert loaded.jit_compile is False
    assert loaded.run_eagerly is False
    loaded.fit(tiny.tiny_images(16), batch_size=4, verbose=0)
    assert int(loaded.steps_seen.value) == 4
    gan.compile(run_eagerly=True, jit_compile=False)
    assert reload(gan, tmp_path).run_eagerly is True


def test_what_auto_became_here_is_not_saved(tmp_path):
    gan = tiny.tiny_gan()
    assert isinstance(gan.jit_compile, bool)
    assert gan.get_compile_config()["jit_compile"] == "auto"
    loaded = reload(gan, tmp_path)
    assert loaded.jit_compile == gan.jit_compile
    assert loaded.get_compile_config()["jit_compile"] == "auto"


def test_steps_at_a_time_are_one_where_there_is_no_more(backend):
    gan = tiny.tiny_gan()
    config = gan.get_compile_config()
    # As a file has it that was saved where there is more.
    gan.compile_from_config({**config, "steps_per_execution": 2})
    assert gan.steps_per_execution == (1 if backend == "torch" else 2)
    gan.fit(tiny.tiny_images(16), batch_size=4, verbose=0)
    assert int(gan.steps_seen.value) == 4


def test_optimizers_and_losses_of_the_user_survive(tmp_path):
    gan = tiny.tiny_gan(loss=Linear(slope=2.0))
    gan.compile(generator_optimizer=Slow(0.5))
    loaded = reload(gan, tmp_path)
    assert type(loaded.optimizer.generator_optimizer) is Slow
    assert type(loaded.loss) is Linear
    assert loaded.loss.slope == 2.0


def test_settings_of_the_game_survive(tmp_path):
    gan = tiny.tiny_gan(
        regularizers=[kerasgan.regularizers.R1(weight=3.0, interval=4)],
        discriminator_steps=3,
        latent_prior="uniform",
        ema=kerasgan.training.EMA(10.0, 0.05),
        augmentation=[
            kerasgan.augmentations.DiffAugment(contrast=0.0),
            kerasgan.augmentations.InstanceNoise(0.1, 1000.0),
        ],
    )
    loaded = reload(gan, tmp_path)
    assert loaded._get_game_config() == gan._get_game_config()
    assert loaded.regularizers[0].interval == 4


def test_loading_without_compiling_gives_the_same_images(tmp_path):
    gan = tiny.tiny_gan()
    gan.train_on_batch(tiny.tiny_images())
    loaded = reload(gan, tmp_path, compile=False)
    np.testing.assert_array_equal(loaded.generate(4, 0), gan.generate(4, 0))

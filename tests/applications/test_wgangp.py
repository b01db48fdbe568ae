import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from tests.models.tiny_games import number

SMALL = dict(image_shape=(8, 8, 1), latent_dim=3, filters=2, seed=0)


def settings(optimizer):
    rate = pytest.approx(number(optimizer.learning_rate))
    return rate, optimizer.beta_1, optimizer.beta_2


def test_the_defaults_are_those_of_the_paper():
    gan = kerasgan.applications.WGANGP(**SMALL)
    (penalty,) = gan.regularizers
    assert isinstance(penalty, kerasgan.regularizers.GradientPenalty)
    assert (penalty.weight, penalty.target, penalty.interval) == (10.0, 1.0, 1)
    assert gan.discriminator_steps == gan._minibatches_per_step == 5
    assert isinstance(gan.loss, kerasgan.losses.Wasserstein)
    assert isinstance(gan.latent_prior, kerasgan.latent.Normal)
    for optimizer in gan.optimizer.optimizers:
        assert isinstance(optimizer, keras.optimizers.Adam)
        assert settings(optimizer) == (1e-4, 0.5, 0.9)


@pytest.mark.parametrize("network", ["plain", "resnet"])
def test_the_critic_has_no_batch_normalization(network):
    # A warning would fail this test: the constructor looks for it.
    gan = kerasgan.applications.WGANGP(**SMALL, network=network)
    for layer in gan.discriminator.layers:
        assert not isinstance(layer, layers.BatchNormalization)
    if network == "resnet":
        for optimizer in gan.optimizer.optimizers:
            assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)


def test_the_critic_is_updated_on_five_different_minibatches():
    gan = kerasgan.applications.WGANGP(
        image_shape=(8, 8, 1), latent_dim=2, filters=1, seed=0
    )
    update, step = gan._update_discriminator, gan._training_step
    seen = []

    def watched(real, fake, *conditions):
        seen.append((ops.mean(real), ops.mean(fake)))
        return update(real, fake, *conditions)

    def logged(batch):
        seen.clear()
        step(batch)
        return {
            f"{kind} {i}": value
            for i, pair in enumerate(seen)
            for kind, value in zip(("real", "fake"), pair)
        }

    gan._update_discriminator, gan._training_step = watched, logged
    # Minibatch i is of the constant i / 10.
    means = np.repeat([-0.1, 0.0, 0.1, 0.2, 0.3], 2).astype("float32")
    images = np.ones((10, 8, 8, 1), "float32") * means.reshape((10, 1, 1, 1))
    logs = gan.train_on_batch(images, return_dict=True)
    reals = [logs[f"real {i}"] for i in range(5)]
    assert reals == pytest.approx([-0.1, 0.0, 0.1, 0.2, 0.3], abs=1e-6)
    assert len({logs[f"fake {i}"] for i in range(5)}) == 5
    generator, discriminator = gan.optimizer.optimizers
    assert number(generator.iterations) == 1
    assert number(discriminator.iterations) == 5


def test_the_penalty_weight_survives_the_config_beside_other_penalties():
    gan = kerasgan.applications.WGANGP(
        **SMALL, penalty_weight=3.0, regularizers=["drift"]
    )
    again = type(gan).from_config(gan.get_config())
    assert [r.name for r in again.regularizers] == ["gradient_penalty", "drift"]
    assert again.regularizers[0].weight == 3.0

"""Layers and players that are frozen stay as they are, everywhere."""

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance import numpy_values
from tests.tiny import tiny_gan
from tests.tiny import tiny_images

IMAGES = tiny_images(16)
NETWORKS = ("generator", "discriminator")


def fit(gan, images=IMAGES):
    gan.fit(images, batch_size=8, shuffle=False, verbose=0)


def values(gan):
    """Returns the weights of both networks, statistics too."""
    return {name: numpy_values(getattr(gan, name).weights) for name in NETWORKS}


def moved(before, after):
    """Returns which weights have moved, by network."""
    return {
        name: [
            not np.array_equal(a, b) for a, b in zip(before[name], after[name])
        ]
        for name in NETWORKS
    }


def iterations(gan):
    return {
        player: int(keras.ops.convert_to_numpy(optimizer.iterations))
        for player, optimizer in gan.optimizer.players.items()
    }


def dcgan(**kwargs):
    return kerasgan.applications.DCGAN(
        (8, 8, 1), filters=2, latent_dim=3, seed=0, **kwargs
    )


@pytest.mark.parametrize("frozen", NETWORKS)
def test_a_frozen_player_is_skipped_at_any_time(frozen):
    other = NETWORKS[1 - NETWORKS.index(frozen)]
    gan = tiny_gan(ema=10.0)
    fit(gan)
    before = values(gan)
    getattr(gan, frozen).trainable = False
    fit(gan)
    after = values(gan)
    has_moved = moved(before, after)
    assert not any(has_moved[frozen])
    assert all(has_moved[other])
    assert iterations(gan) == {frozen: 2, other: 4}
    getattr(gan, frozen).trainable = True
    fit(gan)
    assert all(moved(after, values(gan))[frozen])
    assert iterations(gan) == {frozen: 4, other: 6}


def test_a_layer_is_frozen_between_two_fits():
    gan = tiny_gan()
    fit(gan)
    before = values(gan)
    gan.generator.layers[0].trainable = False
    fit(gan)
    has_moved = moved(before, values(gan))
    assert not any(has_moved["generator"][:2])
    assert all(has_moved["generator"][2:])
    assert all(has_moved["discriminator"])


def test_a_callback_freezes_from_the_next_epoch_on():
    gan = tiny_gan()
    seen = []

    class Freeze(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(values(self.model))
            self.model.discriminator.trainable = False

    gan.fit(IMAGES, batch_size=8, epochs=3, callbacks=[Freeze()], verbose=0)
    assert not any(moved(seen[0], seen[2])["discriminator"])
    assert all(moved(seen[0], seen[1])["generator"])


def test_what_is_frozen_when_a_game_is_made_can_be_trained_later():
    plain = tiny_gan()
    plain.discriminator.trainable = False
    gan = kerasgan.models.GAN(plain.generator, plain.discriminator, seed=0)
    before = values(gan)
    fit(gan)
    assert not any(moved(before, values(gan))["discriminator"])
    gan.discriminator.trainable = True
    fit(gan)
    assert all(moved(before, values(gan))["discriminator"])


@pytest.mark.parametrize("make", [dcgan, tiny_gan], ids=["zoo", "own"])
@pytest.mark.parametrize("whole", [True, False], ids=["network", "layer"])
def test_a_file_keeps_what_is_frozen_and_the_optimizers(make, whole, tmp_path):
    gan = make(ema=10.0)
    images = np.repeat(np.repeat(IMAGES, 2, 1), 2, 2)
    images = images if gan.image_shape == (8, 8, 1) else IMAGES
    fit(gan, images)
    network = gan.discriminator
    (network if whole else network.layers[1]).trainable = False
    fit(gan, images)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.get_config()["frozen"] == gan.get_config()["frozen"]
    for name in NETWORKS:
        flags = [
            [layer.trainable for layer in getattr(model, name).layers]
            for model in (gan, loaded)
        ]
        assert flags[0] == flags[1]
    assert iterations(loaded) == iterations(gan)
    before = values(loaded)
    for model in (gan, loaded):
        fit(model, images)
    has_moved = moved(before, values(loaded))["discriminator"]
    assert not any(has_moved if whole else has_moved[:1])
    for name in NETWORKS:
        for a, b in zip(values(gan)[name], values(loaded)[name]):
            np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_preset_is_trained_whole(tmp_path):
    gan = dcgan()
    gan.generator.trainable = False
    kerasgan.applications.save_to_preset(gan, tmp_path / "preset")
    again = kerasgan.applications.DCGAN(pretrained=tmp_path / "preset")
    assert all(layer.trainable for layer in again.generator.layers)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"regularizers": ["historical_averaging"]},
        {"regularizers": ["r1"], "discriminator_steps": 2},
    ],
    ids=["history", "penalty"],
)
def test_options_of_the_game_leave_a_frozen_player_alone(kwargs):
    gan = kerasgan.models.GAN(
        *(getattr(dcgan(), name) for name in NETWORKS), seed=0, **kwargs
    )
    images = np.repeat(np.repeat(IMAGES, 2, 1), 2, 2)
    before = values(gan)
    gan.discriminator.trainable = False
    fit(gan, images)
    has_moved = moved(before, values(gan))
    assert not any(has_moved["discriminator"])
    assert any(has_moved["generator"])


@pytest.mark.filterwarnings("ignore:This `fit` ends")
@pytest.mark.parametrize("name", ["WGAN", "UnrolledGAN", "ProGAN"])
@pytest.mark.parametrize("frozen", NETWORKS)
def test_other_games_leave_a_frozen_player_alone(name, frozen):
    kwargs = {
        "WGAN": {"image_shape": (8, 8, 1), "filters": 2, "warm_up_updates": 0},
        "UnrolledGAN": {
            "image_shape": (8, 8, 1),
            "units": (4,),
            "unrolling_steps": 1,
        },
        "ProGAN": {
            "image_shape": (8, 8, 1),
            "width": 1 / 128,
            "max_channels": 4,
            "kimg": 0.004,
            "ema": 10.0,
        },
    }[name]
    gan = kerasgan.applications.get(name)(seed=0, **kwargs)
    getattr(gan, frozen).trainable = False
    before = values(gan)
    images = np.repeat(np.repeat(IMAGES, 2, 1), 2, 2)
    fit(gan, images)
    has_moved = moved(before, values(gan))
    assert not any(has_moved.pop(frozen))
    assert any(*has_moved.values())

import importlib

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.backend.common import subpixel
from kerasgan.backend.common.cpu_switch import CPU_KERNELS

kernels = importlib.import_module(
    f"kerasgan.backend.{keras.backend.backend()}.cpu_kernels"
)


@pytest.fixture(autouse=True)
def switch(monkeypatch):
    monkeypatch.setattr(CPU_KERNELS, "is_on", True)


def train(game, steps=2, **arguments):
    """Returns weights, logs and images after a few steps."""
    keras.utils.set_random_seed(0)
    gan = kerasgan.applications.get(game)(seed=0, **arguments)
    # Of gradients that are rounding alone, Adam would make whole steps.
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-2),
        discriminator_optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-2),
    )
    images = np.random.default_rng(0).uniform(
        -1, 1, (4 * steps * gan._minibatches_per_step, *gan.image_shape)
    )
    history = gan.fit(
        images.astype("float32"),
        batch_size=4,
        shuffle=False,
        verbose=0,
    )
    logs = [values[-1] for values in history.history.values()]
    return [*gan.get_weights(), np.array(logs), gan.generate(2, seed=0)]


def forbid(monkeypatch):
    """Lets every CPU kernel of the framework raise."""

    def refuse(*args, **kwargs):
        raise AssertionError("A CPU kernel was used.")

    for name in ("conv", "conv_transpose", "upscale_conv"):
        monkeypatch.setattr(kernels, name, refuse)
    for name in ("conv_transpose", "upscale_conv"):
        monkeypatch.setattr(subpixel, name, refuse)
    for name in ("batch_normalization", "column_sums", "_eigen_options"):
        if hasattr(kernels, name):
            monkeypatch.setattr(kernels, name, refuse)
    if hasattr(kernels, "adam"):
        monkeypatch.setattr(kernels, "adam", refuse)


# Convolutions by twos of images of 1 and 3 channels, batch and spectral
# normalization, upscaling and a gradient penalty.
GAMES = {
    "DCGAN": {"image_shape": (8, 8, 1), "filters": 4, "latent_dim": 4},
    "SNGAN": {"image_shape": (8, 8, 3), "filters": 4, "latent_dim": 4},
    "ProGAN": {"image_shape": (16, 16, 1), "width": 1 / 128, "kimg": 0.001},
}


@pytest.mark.parametrize("game", GAMES)
def test_training_without_cpu_kernels_gives_the_same(game, monkeypatch):
    used = train(game, **GAMES[game])
    forbid(monkeypatch)
    kerasgan.config.cpu_kernels(False)
    stock = train(game, **GAMES[game])
    for a, b in zip(used, stock, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_the_kernels_are_used_by_default(monkeypatch):
    assert kerasgan.config.uses_cpu_kernels()
    forbid(monkeypatch)
    with pytest.raises(AssertionError, match="CPU kernel"):
        train("DCGAN", **GAMES["DCGAN"])


def test_the_setting_is_a_bool():
    with pytest.raises(ValueError, match="Received: enabled=None"):
        kerasgan.config.cpu_kernels(None)
    assert kerasgan.config.uses_cpu_kernels()

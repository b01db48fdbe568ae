"""A step can be read: few files have to be open for it."""

import pathlib
import sys

import keras
import pytest
from keras import layers

import kerasgan
from kerasgan.backend.common.cpu_switch import CPU_KERNELS

PACKAGE = pathlib.Path(kerasgan.__file__).parent


def files_of(function, *args):
    """Returns the files of kerasgan whose functions a call runs."""
    found = set()

    def profile(frame, event, _):
        path = pathlib.Path(frame.f_code.co_filename)
        if event == "call" and PACKAGE in path.parents:
            found.add(path.relative_to(PACKAGE).as_posix())

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        function(*args)
    finally:
        sys.setprofile(before)
    return found


@pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="steps are compiled elsewhere"
)
def test_one_step_of_a_gan_is_eight_files(monkeypatch):
    # What CPUs need on top is no part of the step.
    monkeypatch.setattr(CPU_KERNELS, "is_on", False)
    generator = [
        keras.Input((4,)),
        layers.Dense(32),
        layers.Reshape((4, 4, 2)),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(1, 4, 2, padding="same", activation="tanh"),
    ]
    discriminator = [
        keras.Input((8, 8, 1)),
        layers.Conv2D(2, 4, 2, padding="same"),
        layers.LeakyReLU(),
        layers.Flatten(),
        layers.Dense(1),
    ]
    gan = kerasgan.models.GAN(
        keras.Sequential(generator), keras.Sequential(discriminator), seed=0
    )
    batch = keras.ops.zeros((4, 8, 8, 1))
    gan.train_on_batch(batch)
    files = files_of(gan.adversarial_step, batch)
    assert {"models/gan.py", "training/stepping.py"} < files
    assert len(files) <= 8, sorted(files)
    # What runs it comes on top: counters, parts, logs.
    assert len(files_of(gan._training_step, batch)) <= len(files) + 4

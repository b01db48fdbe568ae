"""One rule for images, behind every door."""

import functools
import warnings

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import CollapseMonitor
from kerasgan.callbacks import GenerativeMetrics
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale
from tests.tiny import tiny_gan
from tests.tiny import tiny_generator

pytestmark = pytest.mark.once

SHAPE = (4, 4, 1)
RNG = np.random.default_rng(0)
F = RNG.uniform(-1, 1, (8, *SHAPE)).astype("float32")
U = RNG.integers(0, 256, (8, *SHAPE)).astype("uint8")


gan = functools.cache(tiny_gan)


@pytest.fixture
def no_training(monkeypatch):
    """What is checked is checked before; compiling would take its time."""
    for name in ("fit", "evaluate", "train_on_batch"):
        monkeypatch.setattr(keras.Model, name, lambda *args, **kwargs: None)


def flat(images):
    return images.reshape(len(images), -1)


def first(images):
    return flat(images)[:, :2]


def score(generated, real):
    return kerasgan.evaluate(
        generated, real, ["kid"], features=first, samples=8, floor_real=False
    )


def infer(images):
    x = keras.Input(SHAPE)
    outputs = [
        keras.layers.Dense(size)(keras.layers.Flatten()(x)) for size in (1, 1)
    ]
    game = kerasgan.models.InfoGAN(
        tiny_generator(), keras.Model(x, outputs), [kerasgan.latent.Uniform()]
    )
    game.infer_codes(images)


# Where images of a user come in: each a function of them.
DOORS = {
    "fit": lambda x: gan().fit(x, verbose=0),
    "fit, data set": lambda x: gan().fit(
        iter_of(x), steps_per_epoch=1, verbose=0
    ),
    "fit, validation": lambda x: gan().fit(F, validation_data=x, verbose=0),
    "model.evaluate": lambda x: gan().evaluate(x, verbose=0),
    "train_on_batch": lambda x: gan().train_on_batch(x),
    "evaluate, generated": lambda x: score(x, F),
    "evaluate, real": lambda x: score(F, x),
    "evaluate, floor": lambda x: kerasgan.evaluate(
        F, F, ["kid"], features=first, floor_real=x
    ),
    "metric": lambda x: kerasgan.metrics.KID(first).update_state(x),
    "metric, real": lambda x: kerasgan.metrics.KID(first).update_real(x),
    "metric, pixels": lambda x: (
        kerasgan.metrics.NearestNeighbours().update_real(x)
    ),
    "GenerativeMetrics": lambda x: GenerativeMetrics(
        ["kid"], x, features=first
    ),
    "CollapseMonitor": CollapseMonitor,
}
# These give no warning of a scale: that it is wrong shows, or is harmless.
SILENT_DOORS = {
    "infer_codes": infer,
    "image_grid": kerasgan.utils.image_grid,
    "save_image": lambda x: kerasgan.utils.save_image("never.png", x),
    "save_gif": lambda x: kerasgan.utils.save_gif("never.gif", x),
}


def iter_of(x):
    yield (x,)


BAD = {
    "bytes as floats": (
        127.5 * F + 127.5,
        "uint8 in .* or float in.*float32 values",
    ),
    "whole numbers": (U.astype("int32"), "uint8 in .* or float in.*int32"),
    "bool": (F > 0, "uint8 in .* or float in.*255 \\* x"),
    "NaN": (np.where(F > 0.9, np.nan, F), "must be finite. Received: "),
    "infinite": (np.where(F > 0.9, -np.inf, F), "must be finite. Received: "),
    "too large": (1e200 * F.astype("float64"), "must be finite|float in"),
    "objects": (F.astype(object), "Received: an array.*dtype object"),
    "no images": ("folder", "Received: (str )?'f"),
    "0-d": (np.array(0.5), "Received: a single value"),
    "rank": (F[0, 0], r"Received: shape \(.*"),
}


@pytest.mark.parametrize("door", [*DOORS, *SILENT_DOORS])
@pytest.mark.parametrize("kind", BAD)
def test_every_door_refuses_what_images_cannot_be(door, kind):
    images, message = BAD[kind]
    if (door, kind) == ("save_image", "rank"):
        images = images[0]
    with pytest.raises(ValueError, match=message):
        (DOORS | SILENT_DOORS)[door](images)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_warns_of_a_scale_from_zero_to_one(door, no_training):
    with pytest.warns(UserWarning, match=r"lies within \[.*`2 \* x - 1`"):
        DOORS[door]((F + 1) / 2)


def test_the_warning_names_the_line_that_gave_the_images():
    with pytest.warns(UserWarning, match="`real` is float32") as found:
        CollapseMonitor((F + 1) / 2)
    assert found[0].filename == __file__


@pytest.mark.parametrize("door", DOORS)
def test_no_door_warns_of_bytes_or_of_images_in_the_range(door, no_training):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        DOORS[door](U)
        DOORS[door](1.001 * F)


@pytest.mark.filterwarnings("ignore:`generator` ends in 'sigmoid'")
def test_images_that_a_model_draws_may_all_be_bright():
    game = kerasgan.models.GAN(
        keras.Sequential(
            [
                keras.Input((3,)),
                keras.layers.Dense(16, "sigmoid"),
                keras.layers.Reshape(SHAPE),
            ]
        ),
        gan().discriminator,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        score(game, F)
        callback = GenerativeMetrics(["kid"], F, features=first, samples=8)
        game.fit(F, verbose=0, callbacks=[callback, CollapseMonitor(F)])


def test_a_generator_may_overshoot_in_a_picture_but_not_be_on_another_scale():
    grid = kerasgan.utils.image_grid(3.0 * F)
    assert grid.min() == 0 and grid.max() == 255
    with pytest.raises(ValueError, match="values from 0 to 3"):
        kerasgan.utils.image_grid(np.abs(F) * 0 + np.linspace(0, 3, 4)[:, None])


def test_points_may_be_any_floats_and_bytes_of_them_are_refused():
    check_images(np.array([[-9.0, 1e6]]), shape=(2,))
    with pytest.raises(ValueError, match="must be floats.*uint8.*float32"):
        check_images(np.zeros((3, 2), "uint8"), shape=(2,))


def test_a_list_of_batches_is_told_from_images_of_another_size():
    with pytest.raises(ValueError, match="Join a list of batches"):
        gan().fit([F[:4], F[4:]], verbose=0)
    with pytest.raises(ValueError, match=r"`fit\(\*data\)`"):
        gan().fit((F, np.zeros(8, int)), verbose=0)


def test_tensors_of_the_backend_are_checked_where_they_lie():
    check_images(keras.ops.convert_to_tensor(F), shape=SHAPE)
    bad = np.full((8, *SHAPE), np.nan, "float32")
    with pytest.raises(ValueError, match="must be finite. Received: 128"):
        check_images(keras.ops.convert_to_tensor(bad), shape=SHAPE)


def test_a_scale_is_judged_by_all_rows_where_the_first_are_bright():
    rows = np.full((4096 + 1, 1, 1, 1), 0.5, "float32")
    rows[-1] = -1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warn_of_scale(rows)
        warn_of_scale(np.zeros((3, *SHAPE)))

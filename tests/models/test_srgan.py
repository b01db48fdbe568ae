"""Small images made large: the game on paper, content, and pretraining."""

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kerasgan
from kerasgan.models import SRGAN
from kerasgan.utils.bicubic import shrink
from tests.conformance import run_gan_test
from tests.models.tiny_translators import compiled
from tests.models.tiny_translators import images
from tests.models.tiny_translators import sigmoid
from tests.models.tiny_translators import softplus
from tests.models.tiny_translators import state
from tests.models.tiny_translators import weights

LARGE = (8, 8, 1)


def constant(value):
    return keras.initializers.Constant(value)


def enlarging(weight):
    """Returns G(x) = weight * each pixel of x, four times."""
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(
                *(1, 1), use_bias=False, kernel_initializer=constant(weight)
            ),
            layers.UpSampling2D(2),
        ]
    )


def pixelwise(weight, bias=0.0):
    return keras.Sequential(
        [
            keras.Input(LARGE),
            layers.Conv2D(
                *(1, 1),
                kernel_initializer=constant(weight),
                bias_initializer=constant(bias),
            ),
        ]
    )


def make(w=0.5, u=0.4, c=0.1, **kwargs):
    game = SRGAN(enlarging(w), pixelwise(u, c), seed=0, **kwargs)
    return compiled(game)


def numpy(x):
    return keras.ops.convert_to_numpy(x)


@pytest.mark.parametrize(("size", "scale"), [((16, 24), 4), ((8, 6), 2)])
def test_images_are_shrunk_as_pillow_does_it(size, scale):
    x = images(1, shape=(*size, 1))
    small = (size[1] // scale, size[0] // scale)
    picture = Image.fromarray(x[0, ..., 0])
    expected = picture.resize(small, Image.Resampling.BICUBIC)
    found = numpy(shrink(x, scale))[0, ..., 0]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_two_steps_are_those_on_paper():
    game = make(content_weight=2.0, adversarial_weight=0.5)
    w, u, c, rate = 0.5, 0.4, 0.1, 0.1
    for step in range(2):
        y = images(4, seed=step, shape=LARGE)
        x = numpy(shrink(y, 2)).repeat(2, 1).repeat(2, 2)
        fake = w * x
        real_logits, fake_logits = u * y + c, u * fake + c
        d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        down, up = -sigmoid(-real_logits), sigmoid(fake_logits)
        u = u - rate * ((down * y).mean() + (up * fake).mean())
        c = c - rate * (down.mean() + up.mean())
        logits = u * fake + c
        content = np.square(y - fake).mean()
        slope = 0.5 * (-sigmoid(-logits) * u * x).mean()
        slope += 2.0 * (2 * (fake - y) * x).mean()
        w = w - rate * slope
        logs = game.train_on_batch(y, return_dict=True)
        game.reset_metrics()
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        assert logs["content_loss"] == pytest.approx(content, rel=1e-4)
        g_loss = 2.0 * content + 0.5 * softplus(-logits).mean()
        assert logs["g_loss"] == pytest.approx(g_loss, rel=1e-4)
    found = weights(game.generator, game.discriminator)
    np.testing.assert_allclose(found, [w, u, c], rtol=1e-4)


def test_right_images_pay_the_judge_a_thousandth():
    game = make(w=1.0, u=0.0, c=0.0)
    y = images(2, shape=(4, 4, 1)).repeat(2, 1).repeat(2, 2)
    small = numpy(shrink(y, 2)).repeat(2, 1).repeat(2, 2)
    logs = game.test_on_batch(y, return_dict=True)
    error = np.square(y - small).mean()
    assert logs["g_loss"] - error == pytest.approx(6.9315e-4, abs=1e-6)


def test_pixels_count_beside_the_maps_where_asked(tmp_path):
    # Maps that are blind to everything: what is left are the pixels.
    game = make(
        features=pixelwise(0.0),
        content_weight=3.0,
        pixel_weight=0.25,
        adversarial_weight=0.0,
    )
    y = images(4, shape=LARGE)
    fake = 0.5 * numpy(shrink(y, 2)).repeat(2, 1).repeat(2, 2)
    logs = game.test_on_batch(y, return_dict=True)
    expected = 0.25 * np.abs(y - fake).mean()
    assert logs["g_loss"] == pytest.approx(expected, rel=1e-4)
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    assert loaded.pixel_weight == 0.25
    with pytest.raises(ValueError, match="`pixel_weight` must be"):
        make(pixel_weight=-1.0)


def test_pretraining_knows_no_judge_and_ends_when_told():
    game = make(features=pixelwise(3.0), pretraining=True)
    y = images(4, shape=LARGE)
    before = weights(game.discriminator)
    logs = game.train_on_batch(y, return_dict=True)
    x = numpy(shrink(y, 2)).repeat(2, 1).repeat(2, 2)
    expected = np.square(y - 0.5 * x).mean()
    assert logs["g_loss"] == pytest.approx(expected, rel=1e-4)
    assert logs["d_loss"] == 0.0
    assert weights(game.discriminator) == before
    game.reset_metrics()
    game.pretraining = False
    (w,) = weights(game.generator)
    logs = game.train_on_batch(y, return_dict=True)
    # Of maps that are three times the images.
    expected = 9 * np.square(y - w * x).mean()
    assert logs["content_loss"] == pytest.approx(expected, rel=1e-4)
    assert weights(game.discriminator) != before
    assert weights(game.features) == [3.0, 0.0]


@keras.saving.register_keras_serializable(package="test_srgan")
class Small(SRGAN):
    """SRGAN with networks of its own, for the checks of all models."""

    def __init__(self, generator=None, discriminator=None, **kwargs):
        if generator is None:
            generator = kerasgan.networks.srresnet_generator(
                (8, 8, 1), scale=2, filters=2, blocks=1, seed=0
            )
            discriminator = kerasgan.networks.srgan_discriminator(
                (16, 16, 1), 2, units=4, seed=1
            )
            kwargs["features"] = keras.Sequential(
                [keras.Input((16, 16, 1)), layers.Conv2D(2, 3, strides=2)]
            )
        super().__init__(generator, discriminator, **kwargs)


def test_it_conforms(tmp_path):
    run_gan_test(Small, {"seed": 0}, (images(16, shape=(16, 16, 1)),), tmp_path)


def test_pictures_are_small_enlarged_and_true():
    game = make()
    y = images(6, shape=LARGE)
    game.fit(y, batch_size=3, verbose=0, validation_data=y[:2])
    shown, columns = game._sample_pictures(8, seed=0)
    assert columns == 3 and shown.shape == (6, *LARGE)
    small = shown[::3, ::2, ::2]
    (w,) = weights(game.generator)
    np.testing.assert_allclose(
        shown[1::3], np.clip(w * shown[::3], -1, 1), atol=1e-5
    )
    np.testing.assert_allclose(game.translate(small), w * shown[::3], atol=1e-5)
    before = state(game)
    game.generate(2, seed=0)
    for old, new in zip(before, state(game), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("generator", "discriminator", "message"),
    [
        (lambda: enlarging(1.0), lambda: enlarging(1.0), "`discriminator`"),
        (
            lambda: keras.Sequential(
                [keras.Input((3, 3, 1)), layers.ZeroPadding2D((2, 3))]
            ),
            lambda: keras.Sequential([keras.Input((7, 9, 1)), layers.Dense(1)]),
            "a whole number of times",
        ),
        (
            lambda: keras.Sequential([keras.Input(LARGE), layers.Dense(3)]),
            lambda: keras.Sequential([keras.Input((8, 8, 3)), layers.Dense(1)]),
            "number of channels",
        ),
    ],
)
def test_networks_that_do_not_fit_are_named(generator, discriminator, message):
    with pytest.raises(ValueError, match=message):
        SRGAN(generator(), discriminator())


def test_one_fit_has_both_phases():
    game = make(features=pixelwise(3.0))
    y = images(4, shape=LARGE)
    log = game.fit(
        y, batch_size=4, epochs=3, pretraining_epochs=1, verbose=0
    ).history
    assert log["d_loss"][0] == 0.0 < min(log["d_loss"][1:])
    assert not game.pretraining
    # Where it goes on it is known which epoch it is.
    more = {"batch_size": 4, "verbose": 0, "initial_epoch": 3}
    log = game.fit(y, epochs=4, pretraining_epochs=5, **more).history
    assert log["d_loss"] == [0.0] and game.pretraining
    with pytest.raises(ValueError, match="`x`"):
        game.fit(y[0], epochs=9, pretraining_epochs=1, **more)
    assert game.pretraining

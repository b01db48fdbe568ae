"""The paper's game, its noise, and the examples that pictures are made of."""

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.models import Pix2Pix
from tests.models.tiny_translators import SHAPE
from tests.models.tiny_translators import compiled
from tests.models.tiny_translators import images
from tests.models.tiny_translators import judge
from tests.models.tiny_translators import scaling
from tests.models.tiny_translators import sigmoid
from tests.models.tiny_translators import softplus
from tests.models.tiny_translators import state
from tests.models.tiny_translators import weights


def play_on_paper(x, y, w, u, v, c, l1_weight, rate=0.1):
    """One step of the authors' code: D first, G by the fakes that D saw."""
    fake = w * x
    real_logits, fake_logits = u * y + v * x + c, u * fake + v * x + c
    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    down, up = -sigmoid(-real_logits), sigmoid(fake_logits)
    u = u - rate * 0.5 * ((down * y).mean() + (up * fake).mean())
    v = v - rate * 0.5 * ((down * x).mean() + (up * x).mean())
    c = c - rate * 0.5 * (down.mean() + up.mean())
    logits = u * fake + v * x + c
    l1 = np.abs(y - fake).mean()
    slope = (-sigmoid(-logits) * u * x).mean()
    slope += l1_weight * (np.sign(fake - y) * x).mean()
    logs = {
        "d_loss": 0.5 * d_loss,
        "g_loss": softplus(-logits).mean() + l1_weight * l1,
        "l1_loss": l1,
        "psnr": (10 * np.log10(4 / np.square(y - fake).mean((1, 2, 3)))).mean(),
    }
    return (w - rate * slope, u, v, c), logs


def make(w=0.5, u=0.4, v=-0.3, c=0.1, **kwargs):
    game = Pix2Pix(scaling(w), judge(u, v, bias=c), seed=0, **kwargs)
    return compiled(game)


def test_three_steps_are_those_on_paper():
    game, at = make(l1_weight=2.0), (0.5, 0.4, -0.3, 0.1)
    for step in range(3):
        x, y = images(6, seed=step), images(6, seed=step + 9)
        at, expected = play_on_paper(x, y, *at, l1_weight=2.0)
        logs = game.train_on_batch(x, y, return_dict=True)
        game.reset_metrics()
        for key, value in expected.items():
            assert logs[key] == pytest.approx(value, rel=1e-4), key
    w, (u, c, v) = weights(game.generator), weights(game.discriminator)
    np.testing.assert_allclose([*w, u, v, c], at, rtol=1e-4)


def test_what_is_right_costs_nothing_and_an_offset_its_weight():
    x = images(4)
    game = make(w=1.0, u=0.0, v=0.0, c=0.0)
    logs = game.test_on_batch(x, x, return_dict=True)
    assert logs["l1_loss"] == pytest.approx(0, abs=1e-6)
    assert logs["g_loss"] == pytest.approx(np.log(2), abs=1e-4)
    # Half of log 4: the authors halve it.
    assert logs["d_loss"] == pytest.approx(np.log(2), abs=1e-5)
    x = 0.5 * x
    logs = game.test_on_batch(x, x + 0.1, return_dict=True)
    assert logs["g_loss"] - np.log(2) == pytest.approx(10.0, rel=1e-4)
    assert logs["psnr"] == pytest.approx(26.0206, rel=1e-4)


@pytest.mark.parametrize(
    ("loss", "kwargs", "expected"),
    [
        ("least_squares", {}, (0.25, 0.25)),
        ("least_squares", dict(discriminator_weight=3.0), (0.75, 0.25)),
        ("wasserstein", dict(adversarial_weight=4.0), (0.0, -2.0)),
        ("relativistic_pairing", {}, (np.log(2) / 2, np.log(2))),
    ],
)
def test_other_losses_count_as_they_are_told(loss, kwargs, expected):
    x = images(4)
    game = make(w=1.0, u=0.0, v=0.0, c=0.5, loss=loss, **kwargs)
    logs = game.test_on_batch(x, x, return_dict=True)
    found = logs["d_loss"], logs["g_loss"]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def noisy(noise_at_inference=True, **kwargs):
    return kerasgan.applications.Pix2Pix(
        input_shape=(8, 8, 1),
        filters=2,
        noise_at_inference=noise_at_inference,
        seed=0,
        **kwargs,
    )


@pytest.fixture(scope="module")
def game():
    return noisy()


X = images(6, shape=(8, 8, 1))


def test_noise_follows_its_seed_and_moves_nothing(game):
    before = state(game)
    first = game.translate(X, seed=1)
    np.testing.assert_array_equal(game.translate(X, seed=1), first)
    assert not np.array_equal(game.translate(X, seed=2), first)
    # Equal images in other batches have noise of their own.
    twice = game.translate(np.repeat(X[:1], 2, 0), seed=1, batch_size=1)
    assert not np.array_equal(*twice)
    for old, new in zip(before, state(game), strict=True):
        np.testing.assert_array_equal(old, new)


def test_without_a_seed_that_of_keras_decides(game):
    keras.utils.set_random_seed(3)
    first, second = game.translate(X), game.translate(X)
    assert not np.array_equal(first, second)
    keras.utils.set_random_seed(3)
    np.testing.assert_array_equal(game.translate(X), first)


def test_calls_and_predictions_have_one_noise(game):
    before = state(game)
    expected = game.translate(X, seed=0)
    np.testing.assert_allclose(game.predict(X, verbose=0), expected, atol=1e-6)
    called = keras.ops.convert_to_numpy(game(X))
    np.testing.assert_allclose(called, expected, atol=1e-6)
    np.testing.assert_array_equal(before[-1], state(game)[-1])


def test_evaluation_does_not_move_the_noise_of_training():
    plain, evaluated = noisy(), noisy()
    evaluated.evaluate(X, X, verbose=0)
    for old, new in zip(
        plain.generator.variables, evaluated.generator.variables, strict=True
    ):
        np.testing.assert_array_equal(
            *(keras.ops.convert_to_numpy(v) for v in (old, new)), old.path
        )


def test_noise_can_be_for_training_alone():
    quiet = noisy(noise_at_inference=False)
    np.testing.assert_array_equal(
        quiet.translate(X, seed=1), quiet.translate(X)
    )
    logs = [quiet.test_on_batch(X, X, return_dict=True) for _ in range(2)]
    assert logs[0]["l1_loss"] == pytest.approx(logs[1]["l1_loss"])


def test_bytes_and_floats_become_the_same(game):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), "uint8")
    np.testing.assert_allclose(
        game.translate(pixels, seed=0),
        game.translate(pixels / 127.5 - 1.0, seed=0),
        atol=1e-6,
    )


# === Data, and the examples that are kept ===


def files(folder, count, offset=0):
    folder.mkdir()
    for i in range(count):
        pixels = np.full((4, 4), 10 * i + offset, "uint8")
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


def test_it_fits_folders_of_pairs(tmp_path):
    pairs = kerasgan.datasets.paired(
        files(tmp_path / "a", 5),
        files(tmp_path / "b", 5, offset=60),
        batch_size=2,
        flip=False,
    )
    game = make()
    game.fit(pairs, verbose=0)
    assert int(game.images_seen) == 5
    x, y = game.examples
    assert x.shape == y.shape == (5, 4, 4, 1)
    np.testing.assert_array_equal(x + 60, y)


def test_examples_are_those_of_validation_and_are_saved(tmp_path):
    game = make()
    x, y = images(40), images(40, seed=1)
    game.fit(x, y, validation_data=(x[30:33], y[30:33]), verbose=0)
    kept, targets = game.examples
    np.testing.assert_allclose(kept / 127.5 - 1, x[30:33], atol=5e-3)
    np.testing.assert_allclose(targets / 127.5 - 1, y[30:33], atol=5e-3)
    game.fit(x, y, verbose=0)
    assert len(game.examples[0]) == 3
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    np.testing.assert_array_equal(loaded.examples, game.examples)
    with pytest.raises(ValueError, match="`n` must be at most 3.*n=4"):
        game.generate(4)
    game.hold_examples(x[:20], y[:20])
    assert len(game.examples[0]) == 16
    game.save_weights(tmp_path / "game.weights.h5")
    loaded.load_weights(tmp_path / "game.weights.h5")
    np.testing.assert_array_equal(loaded.examples, game.examples)


def test_pictures_are_rows_of_input_output_and_target(tmp_path):
    game = make(w=0.5)
    x, y = images(8), images(8, seed=1)
    grid = kerasgan.callbacks.SampleGrid(tmp_path)
    game.fit(x, y, batch_size=8, verbose=0, callbacks=[grid])
    with Image.open(tmp_path / "epoch_0001.png") as picture:
        assert picture.size == (3 * 6 - 2, 8 * 6 - 2)
    shown, columns = game._sample_pictures(3, seed=1)
    assert columns == 3 and shown.shape == (9, *SHAPE)
    (w,) = weights(game.generator)
    np.testing.assert_allclose(shown[1::3], w * shown[::3], atol=1e-5)
    rows = [np.abs(x - one).mean((1, 2, 3)).argmin() for one in shown[::3]]
    np.testing.assert_allclose(shown[2::3], y[rows], atol=5e-3)


def test_what_has_seen_no_images_draws_noise():
    game = make()
    assert game.generate(20, seed=0).shape == (20, *SHAPE)
    np.testing.assert_array_equal(
        game.generate(20, seed=0)[:3], game.generate(3, seed=0)
    )


def test_data_that_do_not_fit_change_nothing():
    game = make()
    x = images(8)
    for data, message in (
        ((x,), "takes two kinds of images"),
        ((x, x[:, :2]), r"`y` must have the shape \(batch, 4, 4, 1\)"),
        ((x, 3 * x), "`y` must be uint8 in"),
        (([[1.0, 2.0]], [[1.0]]), "`x` must have the shape"),
    ):
        with pytest.raises(ValueError, match=message):
            game.fit(*data, verbose=0)
        assert game.examples is None and int(game.images_seen) == 0


@pytest.mark.parametrize(
    ("networks", "kwargs", "message"),
    [
        ((1.0, (1.0,)), {}, "`discriminator` must take the list"),
        ((1.0, (1.0, 1.0)), dict(l1_weight=-1), "`l1_weight` must be"),
        (
            (1.0, (1.0, 1.0)),
            dict(loss=kerasgan.losses.FeatureMatching("x")),
            "`loss` must be one of logits",
        ),
        (
            (1.0, (1.0, 1.0)),
            dict(augmentation=kerasgan.augmentations.Packing(2)),
            "must not pack",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_named(networks, kwargs, message):
    weight, of_judge = networks
    with pytest.raises(ValueError, match=message):
        Pix2Pix(scaling(weight), judge(*of_judge), **kwargs)


def test_input_and_output_are_augmented_alike():
    @keras.saving.register_keras_serializable(package="test_pix2pix")
    class Negative(kerasgan.augmentations.Augmentation):
        def __call__(self, images, seed):
            seen.append(tuple(images.shape))
            return -images

    seen = []
    x, y = images(4), images(4, seed=1)
    game = make(augmentation=Negative())
    game.compile(run_eagerly=True)
    logs = game.train_on_batch(x, y, return_dict=True)
    _, expected = play_on_paper(-x, -y, 0.5, 0.4, -0.3, 0.1, 100.0)
    assert logs["d_loss"] == pytest.approx(expected["d_loss"], rel=1e-4)
    assert seen == [(4, 4, 4, 2)] * 3


def test_images_of_another_size_are_reflected_and_cut_off_again():
    game = kerasgan.applications.Pix2Pix(
        input_shape=(16, 16, 1), filters=2, noise_at_inference=False, seed=0
    )
    images = np.random.default_rng(0).uniform(-1, 1, (2, 20, 40, 1))
    images = images.astype("float32")
    paths = [variable.path for variable in game.variables]
    made = game.translate(images)
    assert made.shape == images.shape
    whole = np.pad(images, [(0, 0), (0, 12), (0, 8), (0, 0)], mode="reflect")
    np.testing.assert_allclose(
        made, game.translate(whole)[:, :20, :40], atol=1e-6
    )
    # The networks are those of before.
    assert [variable.path for variable in game.variables] == paths
    small = images[:, :16, :16]
    again = game._of_any_size(game._inference_generator)(small)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(again), game.translate(small), atol=1e-5
    )

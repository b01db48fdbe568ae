"""Classes from few labels: the game on paper, and what it takes."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.models import SemiSupervisedGAN
from tests.models import tiny_latent_games as tiny
from tests.models.tiny_translators import sigmoid
from tests.models.tiny_translators import softplus

CLASSES = 3


def classifier(features=None, logits=None, classes=CLASSES):
    """Returns a linear network with a layer of two features."""
    network = keras.Sequential(
        [
            keras.Input(tiny.SHAPE),
            layers.Flatten(),
            layers.Dense(2, use_bias=False, name="features"),
            layers.Dense(classes, use_bias=False),
        ]
    )
    rng = np.random.default_rng(0)
    if features is None:
        features = rng.standard_normal((4, 2))
    if logits is None:
        logits = rng.standard_normal((2, classes))
    network.set_weights([features, logits])
    return network


def make(w=0.5, network=None, **kwargs):
    network = classifier() if network is None else network
    game = SemiSupervisedGAN(tiny.spread(w), network, seed=0, **kwargs)
    return tiny.compiled(game)


def softmax(x):
    powers = np.exp(x)
    return powers / powers.sum(1, keepdims=True)


def total(logits):
    return np.log(np.exp(logits).sum(1))


def test_three_steps_are_those_on_paper():
    network = classifier()
    b, a = (w.astype("float64") for w in network.get_weights())
    w, rate, weight, n = np.full(4, 0.5), 0.1, 0.8, 4
    table = tiny.latents(3, n)
    game = tiny.replay(make(0.5, network, unlabelled_weight=weight), table)
    for turn in range(3):
        labels = np.roll([2, -1, 0, -1], turn)
        x = tiny.images(n, seed=turn)
        real, fake = x.reshape(n, 4), table[turn] * w
        of_real, of_fake = real @ b @ a, fake @ b @ a
        known = labels >= 0
        chosen = np.eye(CLASSES)[labels] * known[:, None]
        class_loss = (total(of_real) * known - (of_real * chosen).sum(1)).sum()
        class_loss /= known.sum()
        game_loss = softplus(-total(of_real)) + softplus(total(of_fake))
        logs = tiny.step(game, x, labels)
        assert logs["class_loss"] == pytest.approx(class_loss, rel=1e-4)
        d_loss = class_loss + 0.5 * weight * game_loss.mean()
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-4)
        wrong = (of_real.argmax(1) != labels)[known].mean()
        assert logs["class_error"] == pytest.approx(wrong)
        # The gradients for the class logits.
        share = -0.5 * weight * sigmoid(-total(of_real)) / n
        up = softmax(of_real) * (known / known.sum() + share)[:, None]
        up -= chosen / known.sum()
        down = 0.5 * weight * sigmoid(total(of_fake)) / n
        down = softmax(of_fake) * down[:, None]
        slope_a = b.T @ (real.T @ up + fake.T @ down)
        slope_b = (real.T @ up + fake.T @ down) @ a.T
        a, b = a - rate * slope_a, b - rate * slope_b
        distance = (real.mean(0) - fake.mean(0)) @ b
        assert logs["g_loss"] == pytest.approx((distance**2).sum(), rel=1e-3)
        w = w + rate * 2 * table[turn].mean() * (b @ distance)
    found = [*game.discriminator.get_weights(), *game.generator.get_weights()]
    for one, other in zip(found, [b, a, w[None]], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("logit", "class_loss", "game_loss"),
    [
        (0.0, 2.302585, 1.246603),
        # The sum of the classes is 1: real or not is as likely.
        (-np.log(10), 2.302585, 0.693147),
    ],
)
def test_losses_of_ten_equal_classes(logit, class_loss, game_loss):
    x = keras.Input(tiny.SHAPE)
    features = layers.Flatten(name="features")(x)
    logits = layers.Dense(
        10,
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(logit),
    )(features)
    game = make(network=keras.Model(x, logits))
    logs = tiny.step(game, tiny.images(4), [3, 9, -1, -1])
    assert logs["class_loss"] == pytest.approx(class_loss, abs=1e-5)
    d_loss = class_loss + game_loss
    assert logs["d_loss"] == pytest.approx(d_loss, abs=1e-5)


def test_without_any_label_a_step_has_no_class_loss():
    logs = tiny.step(make(), tiny.images(4), [-1] * 4)
    assert logs["class_loss"] == logs["class_error"] == 0.0
    assert logs["d_loss"] > 0


def test_images_with_a_label_come_more_often():
    game = make(labelled_share=0.4)
    images, labels = tiny.images(90), np.full(90, -1)
    labels[[7, 50]] = [1, 2]
    x, y = game._arranged(images, labels)
    assert (y >= 0).mean() >= 0.4
    # Whoever does not shuffle meets them all the same.
    assert all((part >= 0).any() for part in np.array_split(y, 15))
    # Each image is there, with its own label.
    for image, label in zip(images, labels):
        same = (x == image).all((1, 2, 3))
        assert same.any() and (y[same] == label).all()
    many = np.zeros(90, int)
    assert game._arranged(images, many)[0] is images


def test_what_is_held_out_is_not_repeated():
    game = make(labelled_share=0.5)
    labels = np.full(20, -1)
    labels[0] = 1
    game.fit(
        *(tiny.images(20), labels),
        batch_size=4,
        validation_split=0.2,
        verbose=0,
    )
    # Sixteen are left, fifteen of them without a label.
    assert int(game.images_seen) == 16 + 14


def test_classes_are_those_of_the_average():
    game = make(ema=50.0)
    images = tiny.images(30)
    game.fit(images, np.arange(30) % 3, batch_size=5, verbose=0)
    weights = game.ema_discriminator.get_weights()
    assert not np.allclose(weights[0], game.discriminator.get_weights()[0])
    logits = images.reshape(30, 4) @ weights[0] @ weights[1]
    np.testing.assert_array_equal(game.classify(images), logits.argmax(1))
    found = game.classify(images, probabilities=True)
    np.testing.assert_allclose(found, softmax(logits), rtol=1e-3)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "`y` must be given"),
        ([-2, 0, 0, 0], "from -2"),
        ([3, 0, 0, 0], "to 3"),
        ([0, 1], "shape"),
        ([0.5, 1.0, 0.0, -1.0], "dtype"),
    ],
)
def test_labels_that_are_none_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        make().fit(tiny.images(4), labels, verbose=0)


def test_a_network_without_classes_is_refused():
    with pytest.raises(ValueError, match="at least two classes"):
        make(network=classifier(classes=1))
    with pytest.raises(ValueError, match="`labelled_share`"):
        make(labelled_share=1)

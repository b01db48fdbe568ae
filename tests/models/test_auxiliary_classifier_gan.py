import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from tests.models.tiny_games import copies
from tests.models.tiny_games import number
from tests.models.tiny_games import points
from tests.models.tiny_games import tensors


def make_gan(num_classes=10, zero=False, inputs=2, **kwargs):
    """Returns a game of dense layers on points in the plane."""
    latents = keras.Input((2,))
    labels = keras.Input((), dtype="int32")
    one_hot = ops.one_hot(labels, num_classes)
    joined = layers.Concatenate()([latents, one_hot])
    given, x = ([latents, labels], joined) if inputs == 2 else (latents,) * 2
    generator = keras.Model(given, layers.Dense(2)(x))
    images = keras.Input((2,))
    start = "zeros" if zero else "glorot_uniform"
    heads = [
        layers.Dense(count, kernel_initializer=start)(images)
        for count in (1, num_classes)
    ]
    discriminator = keras.Model(images, heads)
    return kerasgan.models.AuxiliaryClassifierGAN(
        generator, discriminator, num_classes, seed=0, **kwargs
    )


def losses(gan, real, fake, labels):
    """Returns both players' losses and their logs as numbers."""
    real, fake = tensors(real, fake)
    labels = ops.convert_to_tensor(labels)
    d_loss, d_logs = gan._discriminator_objective(real, fake, labels)
    g_loss, g_logs = gan._generator_objective(fake, real, labels)
    logs = {key: number(value) for key, value in {**d_logs, **g_logs}.items()}
    return number(d_loss), number(g_loss), logs


def cross_entropy(gan, images, labels):
    """Returns the mean of -log p(y | x), in float64 NumPy."""
    kernel, bias = copies(gan.discriminator.layers[-1].weights)
    logits = images.astype("float64") @ kernel + bias
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -logits[np.arange(len(labels)), labels].mean()


LABELS = np.array([0, 3, 9, 9, 1])


def test_uniform_classes_cost_log_10_each():
    gan = make_gan(zero=True)
    d_loss, g_loss, logs = losses(gan, points(5), points(5, seed=1), LABELS)
    # log 4 + 2 log 10 and log 2 + log 10.
    assert d_loss == pytest.approx(5.991465, abs=1e-5)
    assert g_loss == pytest.approx(2.995732, abs=1e-5)
    for key in gan._further_log_names:
        assert logs[key] == pytest.approx(2.302585, abs=1e-5)


def test_the_variant_of_wgan_gp_classifies_only_reals_and_little_in_g():
    gan = make_gan(zero=True, fake_class_weight=0, generator_class_weight=0.1)
    d_loss, g_loss, _ = losses(gan, points(5), points(5, seed=1), LABELS)
    assert d_loss == pytest.approx(1.386294 + 2.302585, abs=1e-5)
    assert g_loss == pytest.approx(0.693147 + 0.2302585, abs=1e-5)


@pytest.mark.parametrize("weights", [(1, 1, 1), (2, 0, 0.5), (0, 3, 0)])
def test_each_player_pays_for_the_classes_of_its_own_images(weights):
    names = ("real", "fake", "generator")
    gan = make_gan(
        **{f"{n}_class_weight": w for n, w in zip(names, weights)},
        loss="wasserstein",
    )
    real, fake = points(5), points(5, seed=1)
    d_loss, g_loss, _ = losses(gan, real, fake, LABELS)
    on_real, on_fake = (cross_entropy(gan, x, LABELS) for x in (real, fake))
    scores = [
        number(gan._logits_of(*tensors(x.mean(0)[None]))) for x in (real, fake)
    ]
    expected = scores[1] - scores[0]
    expected += weights[0] * on_real + weights[1] * on_fake
    assert d_loss == pytest.approx(expected, abs=1e-5)
    expected = -scores[1] + weights[2] * on_fake
    assert g_loss == pytest.approx(expected, abs=1e-5)


def test_training_teaches_the_classifier_from_reals_alone_if_asked():
    # D's fake term off: the class head hears of reals, whatever G makes.
    gan = make_gan(
        num_classes=3, fake_class_weight=0, generator_class_weight=0.1
    )
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.01),
        discriminator_optimizer=keras.optimizers.SGD(0.5),
    )
    labels = np.arange(12) % 3
    angles = 2 * np.pi * labels / 3
    reals = np.stack([np.cos(angles), np.sin(angles)], 1).astype("float32")
    logs = [
        gan.train_on_batch(reals, labels, return_dict=True) for _ in range(20)
    ]
    classes = [log["real_class_loss"] for log in logs]
    assert classes[-1] < 0.8 * classes[0]


def test_the_weights_survive_the_config():
    gan = make_gan(
        real_class_weight=0.5, fake_class_weight=0, generator_class_weight=0.1
    )
    again = type(gan).from_config(gan.get_config())
    assert again.real_class_weight == 0.5
    assert again.fake_class_weight == 0
    assert again.generator_class_weight == 0.1


def test_a_discriminator_without_the_right_heads_is_refused():
    gan = make_gan(num_classes=4)
    one_head = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    cls = kerasgan.models.AuxiliaryClassifierGAN
    with pytest.raises(ValueError, match=r"two outputs.*Received.*\(None, 1\)"):
        cls(gan.generator, one_head, 4)
    with pytest.raises(ValueError, match=r"\(batch, 5\).*\(None, 4\)"):
        cls(gan.generator, gan.discriminator, 5)


def test_a_generator_without_labels_is_refused():
    with pytest.raises(ValueError, match="`generator` must take two inputs"):
        make_gan(inputs=1)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        (dict(real_class_weight=-1), "`real_class_weight` must be positive"),
        (
            dict(augmentation=kerasgan.augmentations.Packing(2)),
            "`augmentation` must not pack.*class of each image",
        ),
        (
            dict(loss=kerasgan.losses.FeatureMatching("dense")),
            "one output.*Received: 2 outputs",
        ),
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make_gan(**kwargs)


def test_a_condition_that_is_no_label_is_refused():
    with pytest.raises(ValueError, match="`condition` must be .*Labels"):
        kerasgan.applications.ACGAN(
            (8, 8, 1), condition=kerasgan.conditions.Vector(2)
        )

import math

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan.latent import Categorical
from kerasgan.latent import Uniform
from tests.models.tiny_games import copies
from tests.models.tiny_games import image_gradient
from tests.models.tiny_games import number
from tests.models.tiny_games import numpy
from tests.models.tiny_games import tensors

NOISE = 2


def reader(codes, noise=NOISE):
    """Returns networks whose images are the latents, and Q reads the codes.

    Images are `(1, noise + codes, 1)`; what Q says of a code is what stands
    in the image.
    """
    width = sum(code.width for code in codes)
    total = noise + width
    generator = keras.Sequential(
        [
            keras.Input((total,)),
            layers.Dense(total, kernel_initializer="identity", name="copy"),
            layers.Reshape((1, total, 1)),
        ]
    )
    images = keras.Input((1, total, 1))
    flat = layers.Flatten()(images)
    trunk = layers.Dense(total, kernel_initializer="identity", name="trunk")(
        flat
    )
    logits = layers.Dense(1, name="logits")(trunk)
    parameters = layers.Dense(width, name="q_parameters")(trunk)
    discriminator = keras.Model(images, [logits, parameters])
    pick = np.eye(total, dtype="float32")[:, noise:]
    discriminator.get_layer("q_parameters").set_weights([pick, np.zeros(width)])
    return generator, discriminator


def make_gan(codes=None, noise=NOISE, **kwargs):
    if codes is None:
        codes = [Categorical(3), Uniform()]
    kwargs.setdefault("latent_prior", "uniform")
    kwargs.setdefault("seed", 0)
    return kerasgan.models.InfoGAN(*reader(codes, noise), codes, **kwargs)


def q_head(gan):
    return [
        weight
        for layer in gan.discriminator.layers
        if layer.name.startswith("q_")
        for weight in layer.trainable_variables
    ]


# === The bound ===


def bound(gan, codes, parameters):
    return number(gan._mutual_information(*tensors(codes, parameters)))


def test_a_perfect_reader_of_ten_classes_knows_log_10_nats():
    gan = make_gan([Categorical(10)])
    drawn = np.eye(10)[[0, 3, 3, 9]]
    assert bound(gan, drawn, 100 * drawn) == pytest.approx(2.302585, abs=1e-5)
    # One that says nothing knows nothing.
    assert bound(gan, drawn, 0 * drawn) == pytest.approx(0, abs=1e-5)


def test_a_perfect_mean_of_a_uniform_code_gives_the_bound_of_unit_deviation():
    gan = make_gan([Uniform()])
    drawn = np.array([[-0.7], [0.1], [1.0]])
    # log 2 - 1/2 log 2 pi: below the entropy, which is the true one.
    assert bound(gan, drawn, drawn) == pytest.approx(-0.225791, abs=1e-5)


def test_the_bounds_of_several_codes_add_up():
    gan = make_gan([Categorical(10), Uniform(), Uniform()])
    drawn = np.concatenate([np.eye(10)[[4]], [[0.5, -0.5]]], axis=1)
    said = drawn * np.array([100.0] * 10 + [1.0, 1.0])
    expected = 2.302585 - 2 * 0.225791
    assert bound(gan, drawn, said) == pytest.approx(expected, abs=1e-5)


def test_the_bound_is_never_above_the_entropy():
    gan = make_gan([Categorical(4), Uniform()])
    rng = np.random.default_rng(0)
    entropy = math.log(4) + math.log(2)
    for scale in (0.1, 1.0, 10.0):
        drawn = np.concatenate(
            [np.eye(4)[rng.integers(4, size=50)], rng.uniform(-1, 1, (50, 1))],
            axis=1,
        )
        noise = scale * rng.standard_normal((50, 5))
        assert bound(gan, drawn, noise) <= entropy
        assert bound(gan, drawn, scale * drawn + noise) <= entropy


def test_both_players_maximise_it_with_its_weight():
    gan = make_gan([Categorical(3)], information_weight=2.0)
    real, fake = tensors(np.zeros((2, 1, 5, 1)), np.ones((2, 1, 5, 1)))
    codes = ops.convert_to_tensor(np.eye(3, dtype="float32")[[0, 1]])
    d_loss, d_logs = gan._discriminator_objective(real, fake, codes)
    g_loss, g_logs = gan._generator_objective(fake, real, codes)
    # Q says the same of all three classes: L_I is 0.
    assert number(d_logs["mutual_information"]) == pytest.approx(0, abs=1e-6)
    said = np.array([[0, 0, 3, 0, 0], [0, 0, 0, 1, 0]], "float32")
    fake = ops.convert_to_tensor(said.reshape((2, 1, 5, 1)))
    d_loss, d_logs = gan._discriminator_objective(real, fake, codes)
    g_loss, g_logs = gan._generator_objective(fake, real, codes)
    information = number(d_logs["mutual_information"])
    assert information == number(g_logs["mutual_information"]) > 0.3
    logits = [gan._logits_of(x) for x in (real, fake)]
    expected = number(gan.discriminator_loss(*logits)) - 2 * information
    assert number(d_loss) == pytest.approx(expected, abs=1e-5)
    expected = number(gan.generator_loss(logits[1])) - 2 * information
    assert number(g_loss) == pytest.approx(expected, abs=1e-5)


# === Who learns what from it ===


def head_gradients(gan, real, fake, codes):
    _ = gan.optimizer  # Made before anything is traced.

    def objective():
        return gan._discriminator_objective(real, fake, codes)

    variables = [*q_head(gan), gan.discriminator.get_layer("trunk").kernel]
    *head, trunk = kerasgan.backend.vjp(objective, variables)[2]()
    return [numpy(g) for g in head], numpy(trunk)


def test_q_learns_from_generated_images_only():
    gan = make_gan([Categorical(3)])
    rng = np.random.default_rng(0)
    one, two, fake, other = tensors(*rng.uniform(-1, 1, (4, 3, 1, 5, 1)))
    codes = ops.convert_to_tensor(np.eye(3, dtype="float32"))
    head, trunk = head_gradients(gan, one, fake, codes)
    same, moved = head_gradients(gan, two, fake, codes)
    for a, b in zip(head, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert np.abs(trunk - moved).max() > 1e-3
    changed, _ = head_gradients(gan, one, other, codes)
    assert np.abs(head[0] - changed[0]).max() > 1e-3


@pytest.mark.parametrize("moving", ["generator", "discriminator"])
def test_q_moves_in_the_turn_of_the_discriminator(moving):
    gan = make_gan()
    rates = {"generator": 0.0, "discriminator": 0.0, moving: 0.1}
    gan.compile(
        **{
            f"{player}_optimizer": keras.optimizers.SGD(rate)
            for player, rate in rates.items()
        }
    )
    images = np.zeros((4, 1, 6, 1), "uint8")
    before = copies(q_head(gan)), copies(gan.generator.weights)
    gan.train_on_batch(images)
    after = copies(q_head(gan)), copies(gan.generator.weights)
    has_moved = [
        all((a != b).any() for a, b in zip(old, new))
        for old, new in zip(before, after)
    ]
    assert has_moved == [moving == "discriminator", moving == "generator"]


def test_the_generator_learns_from_the_bound():
    gradients = []
    for weight in (1.0, 3.0):
        gan = make_gan(information_weight=weight)
        gan.discriminator.get_layer("logits").kernel.assign(np.zeros((6, 1)))
        fake = np.random.default_rng(0).uniform(-1, 1, (2, 1, 6, 1))
        fake, codes = tensors(fake, [[1, 0, 0, 0.5], [0, 0, 1, -0.5]])
        gradients.append(image_gradient(gan, fake, None, codes))
    # The logits do not see the images: all of this is for the codes.
    assert np.abs(gradients[0][:, 0, NOISE:]).min() > 1e-3
    np.testing.assert_array_equal(gradients[0][:, 0, :NOISE], 0)
    np.testing.assert_allclose(gradients[1], 3 * gradients[0], rtol=1e-5)


# === Codes in and out ===


def check_codes(latents):
    assert latents.shape == (400, NOISE + 4)
    classes, numbers = latents[:, NOISE : NOISE + 3], latents[:, -1]
    assert set(np.unique(classes)) == {0, 1}
    np.testing.assert_array_equal(classes.sum(axis=1), 1)
    assert classes.mean(axis=0).min() > 0.25
    assert -1 <= numbers.min() < -0.9
    assert 0.9 < numbers.max() <= 1
    assert len(np.unique(numbers)) > 350


def test_codes_are_drawn_from_their_distributions():
    gan = make_gan()
    check_codes(numpy(gan._sample_latents(400)))
    check_codes(gan.sample_inputs(400, seed=0)["latents"])
    assert numpy(gan._fake_condition(gan._sample_latents(5), None)).shape == (
        5,
        4,
    )


def test_the_noise_of_a_seed_does_not_depend_on_the_codes():
    gan, other = make_gan(), make_gan([Uniform(), Categorical(7)])
    noise = gan.sample_inputs(5, seed=1)["latents"][:, :NOISE]
    np.testing.assert_array_equal(
        other.sample_inputs(5, 1)["latents"][:, :NOISE], noise
    )
    given = gan.generate(5, codes=[2, 0.5], seed=1)[:, 0, :, 0]
    np.testing.assert_array_equal(given[:, :NOISE], noise)
    assert not np.array_equal(
        gan.sample_inputs(5, 2)["latents"][:, :NOISE], noise
    )


def test_generate_takes_codes_in_every_form():
    gan = make_gan()

    def codes(*given):
        return gan.generate(3, codes=given, seed=0)[:, 0, NOISE:, 0]

    drawn = gan.generate(3, seed=0)[:, 0, NOISE:, 0]
    np.testing.assert_array_equal(codes(None, None), drawn)
    one = codes(1, -0.25)
    np.testing.assert_array_equal(one, [[0, 1, 0, -0.25]] * 3)
    several = codes([0, 1, 2], np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_array_equal(several[:, :3], np.eye(3))
    np.testing.assert_array_equal(several[:, 3], [-1, 0, 1])
    mixed = codes(None, 0.5)
    np.testing.assert_array_equal(mixed[:, :3], drawn[:, :3])
    np.testing.assert_array_equal(mixed[:, 3], 0.5)
    mixed = codes((2, 2, 0), None)
    np.testing.assert_array_equal(mixed[:, :3], np.eye(3)[[2, 2, 0]])
    np.testing.assert_array_equal(mixed[:, 3], drawn[:, 3])


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([1], r"each of the 2 codes.*Received: \[1\]"),
        ([1, 0.5, 0.5], "each of the 2 codes"),
        (1, "must be a list.*Received: 1"),
        ([[0, 1], None], r"shape \(2,\) for 3 images"),
        ([np.eye(3), None], r"shape \(3, 3\) for 3"),
        ([3, None], "from 0 to 2.*from 3 to 3"),
        ([-1, None], "from 0 to 2.*from -1 to -1"),
        ([1.0, None], "whole numbers.*float64"),
        ([None, 1.5], r"in \[-1, 1\].*from 1.5"),
        ([None, float("nan")], r"in \[-1, 1\].*nan"),
    ],
    ids=str,
)
def test_generate_refuses_codes_that_there_are_not(codes, message):
    with pytest.raises(ValueError, match=message):
        make_gan().generate(3, codes=codes)


def test_what_q_reads_is_what_was_written():
    gan = make_gan()
    images = gan.generate(4, codes=[[2, 0, 1, 1], [-1, 1, 0.5, 0]], seed=0)
    classes, numbers = gan.infer_codes(images)
    np.testing.assert_array_equal(classes, [2, 0, 1, 1])
    np.testing.assert_allclose(numbers, [-1, 1, 0.5, 0], atol=1e-6)
    # Bytes are scaled as in training.
    scaled = np.round((images + 1) * 127.5).astype("uint8")
    classes, numbers = gan.infer_codes(scaled)
    np.testing.assert_array_equal(classes, [2, 0, 1, 1])
    np.testing.assert_allclose(numbers, [-1, 1, 0.5, 0], atol=0.005)


def test_what_q_reads_outside_the_codes_range_is_clipped():
    gan = make_gan([Uniform()])
    gan.discriminator.get_layer("q_parameters").bias.assign([9.0])
    (numbers,) = gan.infer_codes(gan.generate(2, seed=0))
    np.testing.assert_array_equal(numbers, [1, 1])


def test_images_of_another_shape_have_no_codes():
    with pytest.raises(ValueError, match=r"shape \(batch, 1, 6, 1\)"):
        make_gan().infer_codes(np.zeros((2, 6, 1), "uint8"))


# === Construction ===


def test_the_codes_survive_the_config():
    gan = make_gan([Categorical(4), Uniform()], information_weight=0.1)
    again = type(gan).from_config(gan.get_config())
    assert again.get_config() == gan.get_config()
    assert [type(code) for code in again.codes] == [Categorical, Uniform]
    assert again.codes[0].num_classes == 4
    assert again.information_weight == 0.1


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        (dict(codes=[]), "`codes` must be a list.*Received"),
        (dict(codes=["uniform"]), "`codes` must be a list.*'uniform'"),
        (dict(codes=[Categorical(5)]), r"\(batch, 5\).*\(None, 4\)"),
        (dict(information_weight=0), "`information_weight` must be positive"),
        (
            dict(augmentation=kerasgan.augmentations.Packing(2)),
            "`augmentation` must not pack.*codes of each image",
        ),
        (
            dict(loss=kerasgan.losses.FeatureMatching("trunk")),
            "one output.*Received: 2",
        ),
    ],
    ids=lambda value: str(value)[:12],
)
def test_games_that_make_no_sense_are_refused(kwargs, message):
    networks = reader([Categorical(3), Uniform()])
    kwargs = {"codes": [Categorical(3), Uniform()], **kwargs}
    with pytest.raises(ValueError, match=message):
        kerasgan.models.InfoGAN(*networks, **kwargs)


def test_latents_that_are_nothing_but_codes_are_refused():
    with pytest.raises(ValueError, match="more than the 3 numbers of its"):
        make_gan([Categorical(3)], noise=0)

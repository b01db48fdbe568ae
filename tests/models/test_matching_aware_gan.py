import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from tests.models.tiny_games import dense

# Of images that are 1 where they are real, and vectors of one number.
REALS = np.ones((4, 1), "float32")
CONDITIONS = np.array([[0], [1], [2], [3]], "float32")


def make_gan(logit, **kwargs):
    """Returns a game whose generated images are 0.

    Args:
        logit: Function from images and conditions, `(batch, 1)`, to logits.
    """
    condition = kerasgan.conditions.Vector(1)
    latents, images = keras.Input((2,)), keras.Input((1,))
    nothing = 0.0 * ops.sum(latents, axis=-1, keepdims=True)
    given = condition.input()
    generator = keras.Model(
        [latents, given], dense(1, 1.0)(nothing + 0.0 * given)
    )
    given = condition.input()
    discriminator = keras.Model(
        [images, given], dense(1, 1.0)(logit(images, given))
    )
    gan = kerasgan.models.MatchingAwareGAN(
        generator, discriminator, condition=condition, seed=0, **kwargs
    )
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
    )
    return gan


def losses(gan):
    return gan.train_on_batch(REALS, CONDITIONS, return_dict=True)


def test_logits_of_zero_cost_the_logarithms_of_two():
    logs = losses(make_gan(lambda x, y: 0.0 * (x + y)))
    assert logs["d_loss"] == pytest.approx(2 * np.log(2))
    assert logs["g_loss"] == pytest.approx(np.log(2))


def test_who_ignores_the_text_cannot_fall_below_a_bound():
    # Knows real images from generated ones, and gives reals their best logit.
    logs = losses(
        make_gan(lambda x, y: 0.0 * y + float(np.log(2)) * x - 50 * (1 - x))
    )
    assert logs["d_loss"] == pytest.approx(
        -np.log(2 / 3) - 0.5 * np.log(1 / 3), abs=1e-5
    )


@pytest.mark.parametrize("wrong_weight", [0.0, 0.25, 1.0])
def test_wrong_pairs_are_reals_with_the_conditions_of_others(wrong_weight):
    gan = make_gan(
        lambda x, y: x - y, wrong_weight=wrong_weight, loss="wasserstein"
    )
    logs = losses(gan)
    # The same conditions in another order.
    real, fake, wrong = 1 - 1.5, 0 - 1.5, 1 - 1.5
    assert logs["real_logits"] == pytest.approx(real)
    assert logs["fake_logits"] == pytest.approx(fake)
    assert logs["wrong_logits"] == pytest.approx(wrong)
    expected = (1 - wrong_weight) * (fake - real) + wrong_weight * (
        wrong - real
    )
    assert logs["d_loss"] == pytest.approx(expected)


def test_no_image_keeps_its_condition_in_a_wrong_pair():
    gan = make_gan(lambda x, y: (x - y) ** 2)
    logs = gan.train_on_batch(CONDITIONS, CONDITIONS, return_dict=True)
    assert logs["real_logits"] == 0
    # Those of the image before: differences of 1, 1, 1 and 3.
    assert logs["wrong_logits"] == pytest.approx((1 + 1 + 1 + 9) / 4)


def test_penalties_count_too():
    gan = make_gan(
        lambda x, y: 3.0 * x + 0.0 * y,
        regularizers=[kerasgan.regularizers.R1(weight=2.0)],
    )
    assert losses(gan)["r1"] == pytest.approx(9.0)


def test_without_wrong_pairs_it_is_the_conditional_game():
    captions = np.array([[2, 3], [3, 0], [2, 0], [3, 2]], "int32")
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1), "uint8")
    logs = []
    for cls in ("MatchingAwareGAN", "ConditionalGAN"):
        text = kerasgan.conditions.Text(["big", "small"], 2, units=3)
        shared = dict(condition=text, filters=2)
        gan = getattr(kerasgan.models, cls)(
            kerasgan.networks.cgan_generator(
                (8, 8, 1), units=4, seed=0, **shared
            ),
            kerasgan.networks.projection_discriminator(
                (8, 8, 1), spectral_normalization=False, seed=1, **shared
            ),
            condition=text,
            seed=0,
            **({"wrong_weight": 0.0} if "Matching" in cls else {}),
        )
        for _ in range(2):
            found = gan.train_on_batch(images, captions, return_dict=True)
        logs.append(found)
    for name, value in logs[1].items():
        assert logs[0][name] == pytest.approx(value, rel=1e-5), name


def test_a_weight_must_be_a_share():
    with pytest.raises(ValueError, match="`wrong_weight`.*from 0 to 1"):
        make_gan(lambda x, y: x + y, wrong_weight=1.5)

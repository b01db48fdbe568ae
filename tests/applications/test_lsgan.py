import keras
import pytest
from keras import ops

import kerasgan
from kerasgan.losses import LeastSquares
from tests.models.tiny_games import number

SMALL = dict(image_shape=(8, 8, 1), latent_dim=2, filters=2, seed=0)


def losses(gan, logit):
    logits = ops.full((4, 1), logit)
    return (
        number(gan.discriminator_loss(logits, logits)),
        number(gan.generator_loss(logits)),
    )


def test_the_default_coding_is_0_1_1():
    gan = kerasgan.applications.LSGAN(**SMALL)
    loss = gan.loss
    assert (loss.a, loss.b, loss.c) == (0.0, 1.0, 1.0)
    assert losses(gan, 0.5) == pytest.approx((0.25, 0.125))
    # A sigmoid before the squares would give (0.190, 0.036).
    assert losses(gan, 1.0) == pytest.approx((0.5, 0.0))


def test_the_other_coding_is_an_argument_and_survives_the_config():
    gan = kerasgan.applications.LSGAN(**SMALL, loss=LeastSquares(-1, 1, 0))
    again = type(gan).from_config(gan.get_config())
    for model in (gan, again):
        loss = model.loss
        assert (loss.a, loss.b, loss.c) == (-1, 1, 0)
        assert losses(model, 0.0) == pytest.approx((1.0, 0.0))
    assert isinstance(again, kerasgan.applications.DCGAN)
    assert keras.saving.get_registered_name(type(gan)).endswith(">LSGAN")

"""What is set between two fits takes effect on every backend, or is refused."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.training import settings
from tests.compilations import compiled_steps
from tests.conformance import numpy_values
from tests.small_gan import SmallGAN
from tests.tiny import tiny_images

IMAGES = tiny_images(16)


def fit(gan, **kwargs):
    history = gan.fit(IMAGES, batch_size=8, shuffle=False, verbose=0, **kwargs)
    return {key: values[-1] for key, values in history.history.items()}


class Half(kerasgan.losses.NonSaturating):
    """A loss with a factor of its own."""

    factor = 1.0

    def generator(self, fake_logits, real_logits=None):
        return self.factor * super().generator(fake_logits, real_logits)


CHANGES = {
    "loss by name": lambda gan: setattr(gan, "loss", "hinge"),
    "loss by another name": lambda gan: setattr(gan, "loss", "least_squares"),
    "inside the loss": lambda gan: setattr(gan.loss, "factor", 0.1),
    "instance noise": lambda gan: setattr(
        gan, "augmentation", kerasgan.augmentations.InstanceNoise(0.5)
    ),
    "discriminator steps": lambda gan: setattr(gan, "discriminator_steps", 2),
    "prior": lambda gan: setattr(gan, "latent_prior", "uniform"),
    "weight of a penalty": lambda gan: setattr(
        gan.regularizers[0], "weight", 100.0
    ),
    "penalties": lambda gan: setattr(
        gan, "regularizers", [kerasgan.regularizers.R1(weight=100.0)]
    ),
    "an attribute of one's own": lambda gan: setattr(gan, "mine", 3.0),
}


class Mine(kerasgan.models.GAN):
    """A game with an attribute that its loss depends on."""

    mine = 1.0

    def generator_loss(self, fake_logits, real_logits=None):
        return self.mine * super().generator_loss(fake_logits, real_logits)


def make():
    networks = SmallGAN()
    return Mine(
        networks.generator,
        networks.discriminator,
        loss=Half(),
        regularizers=["r1"],
        seed=0,
    )


def weights_after(change):
    gan = make()
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    fit(gan)
    change(gan)
    fit(gan)
    return numpy_values(gan.trainable_variables)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_between_two_fits_takes_effect(change):
    changed = weights_after(change)
    as_before = weights_after(lambda gan: None)
    assert any(not np.array_equal(a, b) for a, b in zip(changed, as_before))


def test_a_change_in_evaluation_takes_effect():
    gan = make()
    before = gan.evaluate(IMAGES, verbose=0, return_dict=True)
    gan.mine = 10.0
    after = gan.evaluate(IMAGES, verbose=0, return_dict=True)
    assert after["g_loss"] == pytest.approx(10 * before["g_loss"], rel=0.5)
    assert after["g_loss"] != before["g_loss"]


def test_the_step_is_compiled_once_where_nothing_is_set():
    gan = make()
    fit(gan)
    function = gan.train_function
    with compiled_steps() as compiled:
        fit(gan)
        gan.evaluate(IMAGES, verbose=0)
        gan.generate(2)
        fit(gan, validation_data=IMAGES)
    assert gan.train_function is function
    assert not compiled


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("augmentation", kerasgan.augmentations.Packing(2)),
        ("augmentation", "flip"),
        ("seed", 7),
        ("ema", 100.0),
        ("generator", None),
        ("regularizers", []),
        ("regularizers", ["r1", "r2"]),
        ("regularizers", "r1"),
        ("discriminator_steps", 0),
        ("ema", -1.0),
        ("loss", "hing"),
        ("latent_prior", "cauchy"),
    ],
    ids=str,
)
def test_what_cannot_be_set_is_refused_where_it_is_set(name, value):
    gan = make()
    before = getattr(gan, name, None)
    with pytest.raises(ValueError, match=name.replace("latent_", "")):
        setattr(gan, name, value)
    assert getattr(gan, name, None) is before
    fit(gan)


def test_what_keras_sets_by_itself_is_no_setting():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = np.zeros((2, 1))
    model.fit(data, data, verbose=0)
    model.evaluate(data, data, verbose=0)
    model.predict(data, verbose=0)
    public = {name for name in vars(model) if not name.startswith("_")}
    assert public <= settings.names_of_keras()

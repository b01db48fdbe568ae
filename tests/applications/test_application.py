"""What the models of the zoo have from their common base class."""

import inspect

import pytest

import kerasgan
from kerasgan.applications import Application
from tests.small_gan import SmallGAN
from tests.small_gan import same_weights
from tests.small_gan import trained


@pytest.mark.parametrize("name", kerasgan.applications.list_models())
def test_every_model_of_the_zoo_has_it_before_the_model(name):
    cls = kerasgan.applications.get(name)
    order = [base.__name__ for base in cls.__mro__]
    assert order.index("Application") < order.index("AdversarialModel")
    for method in ("get_config", "from_config", "save_to_preset"):
        assert method not in vars(cls)
    parameters = inspect.signature(cls).parameters
    assert {"pretrained", "include_discriminator", "dtype"} < set(parameters)


def test_from_preset_is_pretrained(tmp_path):
    gan = trained()
    gan.save_to_preset(tmp_path)
    same_weights(SmallGAN.from_preset(tmp_path).generator, gan.generator)
    again = SmallGAN.from_preset(tmp_path, loss="hinge")
    assert type(again.loss) is kerasgan.losses.Hinge
    with pytest.raises(ValueError, match="must be a preset of DCGAN"):
        kerasgan.applications.DCGAN.from_preset(tmp_path)


def test_a_subclass_takes_pretrained_by_its_own_arguments(tmp_path):
    class Wider(SmallGAN):
        def __init__(self, units=9, **kwargs):
            super().__init__(units=units, **kwargs)

    SmallGAN(seed=1).save_to_preset(tmp_path)
    assert Wider()._network_config["units"] == 9
    assert Wider(pretrained=tmp_path)._network_config["units"] == 5


@pytest.mark.parametrize("key", ["pretrained", "include_discriminator"])
def test_a_config_cannot_ask_for_a_preset(key):
    config = {**SmallGAN().get_config(), key: "dcgan/fashion_mnist"}
    with pytest.raises(ValueError, match=f"`{key}` must not be in the config"):
        SmallGAN.from_config(config)


def test_the_config_of_a_model_that_defines_one_is_its_own():
    class Own(Application, kerasgan.models.GAN):
        def get_config(self):
            return {"mine": 1}

    gan = SmallGAN()
    assert Own(gan.generator, gan.discriminator).get_config() == {"mine": 1}

"""Classes of users, with arguments of their own, in files."""

import keras
import pytest

import kerasgan
from tests.tiny import tiny_discriminator
from tests.tiny import tiny_gan
from tests.tiny import tiny_generator

register = keras.saving.register_keras_serializable("own_arguments")


class Weighted(kerasgan.losses.Wasserstein):
    def __init__(self, beta=1.0):
        self.beta = beta


OwnLoss = register(type("OwnLoss", (Weighted,), {}))


@register
class OwnTargets(kerasgan.losses.LeastSquares):
    def __init__(self, beta=1.0):
        super().__init__(a=-beta, b=beta)
        self._beta = beta


@register
class OwnPenalty(kerasgan.regularizers.Drift):
    def __init__(self, weight=1.0, beta=1.0, **kwargs):
        super().__init__(weight, **kwargs)
        self.beta = beta


@register
class OwnPrior(kerasgan.latent.Normal):
    def __init__(self, beta=1.0):
        self.beta = beta


@register
class OwnGAN(kerasgan.models.GAN):
    def __init__(self, generator, discriminator, beta=1.0, **kwargs):
        super().__init__(generator, discriminator, **kwargs)
        self.beta = beta


@register
class OwnApplication(kerasgan.applications.DCGAN):
    def __init__(self, beta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.beta = beta


@register
class Forgetful(kerasgan.models.GAN):
    def __init__(self, generator, discriminator, beta=1.0, **kwargs):
        super().__init__(generator, discriminator, **kwargs)
        self.double = 2 * beta


def loaded(gan, folder):
    gan.save(folder / "gan.keras")
    return kerasgan.load_model(folder / "gan.keras")


@pytest.mark.parametrize(
    "slot, value",
    [
        ("loss", OwnLoss(3.0)),
        ("regularizers", [OwnPenalty(beta=3.0, interval=2)]),
        ("latent_prior", OwnPrior(3.0)),
    ],
)
def test_what_is_in_a_slot_keeps_its_arguments(slot, value, tmp_path):
    kept = getattr(loaded(tiny_gan(**{slot: value}), tmp_path), slot)
    kept = kept[0] if slot == "regularizers" else kept
    assert kept.beta == 3.0
    assert getattr(kept, "interval", 2) == 2


def test_arguments_that_a_class_has_no_more_are_left_out(tmp_path):
    loss = loaded(tiny_gan(loss=OwnTargets(3.0)), tmp_path).loss
    assert (loss._beta, loss.a, loss.c) == (3.0, -3.0, 1.0)


def test_models_keep_their_arguments(tmp_path):
    gan = OwnGAN(tiny_generator(), tiny_discriminator(), 3.0, seed=4)
    gan = loaded(gan, tmp_path)
    assert (gan.beta, gan._seed) == (3.0, 4)


def test_applications_keep_them_in_files_and_presets(tmp_path):
    gan = OwnApplication(3.0, image_shape=(8, 8, 1), filters=2, latent_dim=2)
    assert loaded(gan, tmp_path).beta == 3.0
    gan.save_to_preset(tmp_path / "preset")
    assert OwnApplication(pretrained=tmp_path / "preset").beta == 3.0


def test_an_argument_that_is_not_kept_is_an_error_when_it_is_saved(tmp_path):
    gan = Forgetful(tiny_generator(), tiny_discriminator(), 3.0)
    with pytest.raises(NotImplementedError, match="`self.beta = beta`"):
        gan.save(tmp_path / "gan.keras")


def test_what_will_not_be_found_by_its_name_is_warned_of(tmp_path):
    path = tmp_path / "gan.keras"
    with pytest.warns(UserWarning, match="Weighted cannot be loaded by name"):
        tiny_gan(loss=Weighted(3.0)).save(path)
    with pytest.raises(ValueError, match="registered with it"):
        kerasgan.load_model(path)
    given = {"Weighted": Weighted}
    gan = kerasgan.load_model(path, custom_objects=given)
    assert gan.loss.beta == 3.0

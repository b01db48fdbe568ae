"""What a model shows beside Keras' own names: what is called or overridden."""

import inspect

import keras
import pytest

import kerasgan
from kerasgan.models import AdversarialModel
from tests.models.test_conformance import CASES

# Of any game.
BASE = {
    # Methods that a subclass writes, and those that it calls in its step.
    "adversarial_step",
    "augment",
    "minimize",
    "seed_generator",
    "unpack",
    # Drawing.
    "generate",
    "image_shape",
    "render",
    "sample_inputs",
    # Settings and counters.
    "augmentation",
    "ema",
    "images_seen",
    "optimizer",
    "regularizers",
    "steps_seen",
}
GAN = {
    *BASE,
    "discriminator",
    "discriminator_loss",
    "discriminator_steps",
    "ema_generator",
    "generator",
    "generator_loss",
    "latent_prior",
    "reuse_fakes",
}
APPLICATION = {*GAN, "from_preset", "save_to_preset"}
CONDITIONAL = {"condition", "num_classes"}

TRANSLATOR = {
    *BASE,
    "adversarial_weight",
    "discriminator_weight",
    "examples",
    "from_preset",
    "generator",
    "hold_examples",
    "save_to_preset",
    "translate",
}
TRANSLATORS = {
    "Pix2Pix": {
        *("discriminator", "ema_generator", "from_checkpoint", "l1_weight"),
    },
    "SRGAN": {
        *("content_weight", "discriminator", "ema_generator", "features"),
        *("pixel_weight", "pretraining", "scale"),
    },
    # Networks of two ways, and the weights of the cycle.
    **dict.fromkeys(
        ("CycleGAN", "DiscoGAN", "DualGAN"),
        {
            *("discriminator_a", "ema_generator_a", "generator_a", "pool_a"),
            *("discriminator_b", "ema_generator_b", "generator_b", "pool_b"),
            *("cycle_weight", "distance", "identity_weight", "pool_size"),
            "from_checkpoint",
        },
    ),
}
# Their discriminators do something else than to tell images apart.
ENCODING = {
    *(APPLICATION - GAN | BASE),
    *("discriminator", "ema_generator", "generator", "latent_prior"),
}
ENCODERS = {
    "BEGAN": {"control", "gamma", "k_rate"},
    "BiGAN": {"ema_encoder", "encode", "encoder", "reconstruct"},
    "AAE": {"ema_encoder", "encode", "encoder", "noise", "reconstruct"},
    "EBGAN": {"margin", "pulling_away_weight"},
    "VAEGAN": {
        *("ema_encoder", "encode", "encoder", "feature_layer", "reconstruct"),
        "reconstruction_weight",
    },
}
OWN = {
    "ACGAN": {
        *CONDITIONAL,
        "fake_class_weight",
        "generator_class_weight",
        "real_class_weight",
    },
    "CGAN": CONDITIONAL,
    "DAGAN": {
        *("augmentation_layer", "examples", "hold_examples", "variations"),
    },
    "InfoGAN": {"codes", "infer_codes", "information_weight", "noise_dim"},
    "GANCLS": {*CONDITIONAL, "wrong_weight"},
    "ProGAN": {"batch_sizes", "fade_kimg", "kimg", "resolution", "schedule"},
    "ProjectionGAN": CONDITIONAL,
    "SemiSupervisedGAN": {
        *("classify", "ema_discriminator", "num_classes"),
        *("labelled_share", "unlabelled_weight"),
    },
    "UnrolledGAN": {"unrolling_steps"},
    "WGAN": {"clip", "warm_up_every", "warm_up_steps", "warm_up_updates"},
}


def public_names(model):
    """The names of a model that Keras' models have not."""
    own = {name for name in dir(model) if not name.startswith("_")}
    return own - set(dir(keras.Model()))


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_application_shows_what_is_called_or_overridden(name):
    arguments, _ = CASES[name]
    model = getattr(kerasgan.applications, name)(**arguments)
    if name in TRANSLATORS:
        assert public_names(model) == TRANSLATOR | TRANSLATORS[name]
    elif name in ENCODERS:
        assert public_names(model) == ENCODING | ENCODERS[name]
    else:
        assert public_names(model) == APPLICATION | OWN.get(name, set())


def test_they_are_25_at_most():
    assert max(len(APPLICATION), len(TRANSLATOR)) <= 25
    assert all(len(own) <= 5 for own in OWN.values())


def test_a_subclass_of_the_base_shows_that_and_its_networks():
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    game = AdversarialModel({"generator": network, "critic": network})
    own = {"critic", "ema_generator", "generator"}
    assert public_names(game) == BASE | own


@pytest.mark.parametrize("name", sorted(GAN))
def test_methods_and_properties_among_them_are_documented(name):
    found = getattr(kerasgan.models.GAN, name, None)
    assert found is None or inspect.getdoc(found)

import numpy as np
import pytest

import kerasgan
from tests.conformance import run_gan_test

_RNG = np.random.default_rng(0)
_IMAGES = _RNG.integers(0, 256, (80, 8, 8, 1)).astype("uint8")
_LABELS = np.arange(80) % 3
_COLOURED = _RNG.integers(0, 256, (80, 8, 8, 3)).astype("uint8")
_LARGE = _RNG.integers(0, 256, (80, 16, 16, 1)).astype("uint8")
_POINTS = _RNG.standard_normal((80, 2)).astype("float32")

# One small case a model of the zoo: arguments and data.
_SMALL = dict(image_shape=(8, 8, 1), latent_dim=4, filters=4)
CASES = {
    "AAE": (
        dict(image_shape=(8, 8, 1), latent_dim=2, units=(4,), noise=0.3),
        (_IMAGES,),
    ),
    "ACGAN": (
        dict(**_SMALL, num_classes=3, units=8, discriminator_filters=(4, 8)),
        (_IMAGES, _LABELS),
    ),
    "BEGAN": (
        dict(image_shape=(8, 8, 1), latent_dim=4, filters=2, k_rate=0.1),
        (_IMAGES,),
    ),
    "BiGAN": (
        dict(**_SMALL, units=4, stochastic=True, latent_prior="normal"),
        (_IMAGES,),
    ),
    "CGAN": (dict(**_SMALL, num_classes=3, units=8), (_IMAGES, _LABELS)),
    "CycleGAN": (
        dict(
            image_shape=(8, 8, 1),
            image_shape_b=(8, 8, 3),
            filters=2,
            blocks=1,
            pool_size=12,
        ),
        (_IMAGES, _COLOURED),
    ),
    "DCGAN": (_SMALL, (_IMAGES,)),
    "DAGAN": (
        # Plain steps of SGD down a steep penalty would lead too far.
        dict(**_SMALL, units=4, discriminator_steps=1, penalty_weight=0.1),
        (_IMAGES, np.roll(_IMAGES, 1, axis=0)),
    ),
    "DiscoGAN": (
        dict(image_shape=(8, 8, 1), image_shape_b=(8, 8, 3), filters=2),
        (_IMAGES, _COLOURED),
    ),
    "DualGAN": (
        dict(image_shape=(8, 8, 1), filters=2),
        (_IMAGES, 255 - _IMAGES[::-1]),
    ),
    "EBGAN": (dict(**_SMALL, code_dim=4), (_IMAGES,)),
    "GAN": (dict(image_shape=(2,), latent_dim=8, units=(16,)), (_POINTS,)),
    "GANCLS": (
        dict(
            **_SMALL,
            condition=kerasgan.conditions.Text(
                ["big", "small"], 3, units=4, examples=["big", "small"]
            ),
            units=8,
        ),
        (_IMAGES, np.stack([_LABELS + 1, _LABELS, 0 * _LABELS], 1)),
    ),
    "InfoGAN": (
        dict(
            image_shape=(8, 8, 1),
            codes=[kerasgan.latent.Categorical(3), kerasgan.latent.Uniform()],
            noise_dim=4,
            filters=4,
            units=8,
        ),
        (_IMAGES,),
    ),
    "LSGAN": (_SMALL, (_IMAGES,)),
    "Pix2Pix": (
        dict(input_shape=(8, 8, 1), output_shape=(8, 8, 3), filters=2),
        (_IMAGES, _COLOURED),
    ),
    # All phases pass within a few steps.
    "ProGAN": (
        dict(image_shape=(8, 8, 1), latent_dim=4, width=1 / 128, kimg=0.003),
        (_IMAGES,),
    ),
    "ProjectionGAN": (
        dict(
            **_SMALL,
            num_classes=3,
            network="sndcgan",
            discriminator_steps=1,
        ),
        (_IMAGES, _LABELS),
    ),
    "SemiSupervisedGAN": (
        dict(**_SMALL, num_classes=3),
        (_IMAGES, np.where(_LABELS == 2, -1, np.arange(80) % 2)),
    ),
    "SNGAN": (dict(**_SMALL, discriminator_steps=1), (_IMAGES,)),
    "SRGAN": (
        dict(
            image_shape=(16, 16, 1),
            scale=2,
            filters=2,
            blocks=1,
            units=4,
            feature_fraction=2,
        ),
        (_LARGE,),
    ),
    "UnrolledGAN": (
        dict(latent_dim=4, units=(8,), unrolling_steps=2),
        (_POINTS,),
    ),
    "VAEGAN": (_SMALL, (_IMAGES,)),
    "WGAN": (
        dict(**_SMALL, discriminator_steps=2, warm_up_updates=0),
        (_IMAGES,),
    ),
    "WGANGP": (dict(**_SMALL, discriminator_steps=2), (_IMAGES,)),
}
# Options that change the step, on one model.
OPTIONS = {
    "every option at once": dict(
        loss="relativistic_pairing",
        regularizers=[
            "gradient_penalty",
            "drift",
            kerasgan.regularizers.HistoricalAveraging(0.1),
        ],
        discriminator_steps=2,
        ema=kerasgan.training.EMA(100, 0.05),
        augmentation=[
            "diff_augment",
            kerasgan.augmentations.InstanceNoise(0.1, 1000),
        ],
    ),
    "feature matching": dict(loss=kerasgan.losses.FeatureMatching("down_4x4")),
    "lazy penalty": dict(
        regularizers=[kerasgan.regularizers.R1(weight=1.0, interval=2)]
    ),
}


def test_every_model_of_the_zoo_has_a_case():
    assert sorted(CASES) == kerasgan.applications.list_models()


@pytest.mark.parametrize("name", sorted(CASES))
def test_model_of_the_zoo_conforms(name, tmp_path):
    kwargs, data = CASES[name]
    cls = kerasgan.applications.get(name)
    run_gan_test(cls, {**kwargs, "seed": 0}, data, tmp_path)


# DCGAN's discriminator has BatchNormalization: the warning is tested where
# it is made, and what is not as good must run all the same.
@pytest.mark.filterwarnings(
    "ignore:The penalty .* is about the gradient of each image:UserWarning"
)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_option_conforms(options, tmp_path):
    kwargs, data = CASES["DCGAN"]
    kwargs = {**kwargs, **options, "seed": 0}
    run_gan_test(kerasgan.applications.DCGAN, kwargs, data, tmp_path)

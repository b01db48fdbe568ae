"""Which images each model of the zoo makes, as the README says."""

import pytest

from kerasgan import applications

# The smallest networks of each.
MODELS = {
    "AAE": {"network": "convolutional", "units": (2,), "filters": 2},
    "ACGAN": {
        "num_classes": 2,
        "filters": 2,
        "units": 2,
        "discriminator_filters": (2,) * 6,
    },
    "BEGAN": {"filters": 2},
    "BiGAN": {"filters": 2, "units": 2},
    "CGAN": {"num_classes": 2, "filters": 2, "units": 2},
    "CycleGAN": {"filters": 2, "blocks": 1},
    "DAGAN": {"filters": 2, "units": 2},
    "DCGAN": {"filters": 2},
    "DiscoGAN": {"filters": 2},
    "DualGAN": {"filters": 2},
    "EBGAN": {"filters": 2},
    "GAN": {"units": (2,)},
    "GANCLS": {"num_classes": 2, "filters": 2, "units": 2},
    "InfoGAN": {"filters": 2, "units": 2},
    "LSGAN": {"filters": 2},
    "Pix2Pix": {"filters": 2},
    "ProGAN": {"width": 1 / 128},
    "ProjectionGAN": {"num_classes": 2, "filters": 2},
    "SemiSupervisedGAN": {"num_classes": 2, "filters": 2},
    "SNGAN": {"filters": 2},
    "SRGAN": {"filters": 2, "blocks": 1, "units": 2, "features": None},
    "UnrolledGAN": {"units": (2,)},
    "VAEGAN": {"filters": 2},
    "WGAN": {"filters": 2},
    "WGANGP": {"filters": 2},
}
OF_ANY_SIZE = ("GAN", "UnrolledGAN")
# Of images with twice eight pixels at least, which are shrunk.
OF_LARGE = ("SRGAN",)


def make(name, image_shape):
    return getattr(applications, name)(image_shape, **MODELS[name])


def test_all_models_are_here():
    assert sorted(MODELS) == sorted(applications.list_models())


@pytest.mark.parametrize("name", MODELS)
def test_images_may_have_these_sizes_and_any_number_of_channels(name):
    shape = (8, 9, 2)
    if name in OF_ANY_SIZE:
        shape = (1, 3, 2)
    elif name == "ProGAN":
        shape = (8, 8, 3)
    elif name in OF_LARGE:
        shape = (16, 20, 2)
    assert make(name, shape).image_shape == shape


@pytest.mark.parametrize(
    "name", [n for n in MODELS if n not in OF_ANY_SIZE + OF_LARGE]
)
def test_convolutions_need_eight_pixels(name):
    with pytest.raises(ValueError, match="`(image|input)_shape`.*7, 16, 1"):
        make(name, (7, 16, 1))


@pytest.mark.parametrize("shape", [(8, 16, 1), (12, 12, 1), (2048, 2048, 1)])
def test_images_that_grow_are_squares_of_powers_of_two(shape):
    with pytest.raises(ValueError, match="`image_shape`.*power of two"):
        make("ProGAN", shape)

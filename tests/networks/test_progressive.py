import keras
import numpy as np
import pytest

from kerasgan.networks import ProgressiveDiscriminator
from kerasgan.networks import ProgressiveGenerator
from kerasgan.networks import progressive_sizes
from kerasgan.networks.progressive import channels_at
from tests.networks import checking

# 8 channels at each size.
SHAPE, WIDTH = (16, 16, 3), 1 / 64


def generator(**kwargs):
    return ProgressiveGenerator(SHAPE, width=WIDTH, seed=0, **kwargs)


def discriminator():
    return ProgressiveDiscriminator(SHAPE, width=WIDTH, seed=0)


def numpy(x):
    return np.array(keras.ops.convert_to_numpy(x))


def latents(n=4, length=8):
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, length)).astype("float32")


def images(size, n=4):
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (n, size, size, 3)).astype("float32")


def doubled(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def halved(x):
    n, height, width, channels = x.shape
    x = x.reshape(n, height // 2, 2, width // 2, 2, channels)
    return x.mean(axis=(2, 4))


def spoil(layer):
    """Gives a layer weights that would show."""
    for variable in layer.trainable_variables:
        variable.assign(keras.ops.full(variable.shape, 1e3))


@pytest.mark.parametrize(
    ("size", "counts"),
    [
        (32, (20_719_628, 20_726_785)),
        (64, (22_490_383, 22_498_049)),
        (1024, (23_079_115, 23_087_249)),
    ],
)
def test_parameters_are_as_many_as_in_the_paper(size, counts):
    with checking.only_shapes():
        made = (
            ProgressiveGenerator((size, size, 3)),
            ProgressiveDiscriminator((size, size, 3)),
        )
    assert tuple(checking.trainable(network) for network in made) == counts


def test_channels_halve_from_64_pixels_on_and_follow_the_width():
    sizes = progressive_sizes((1024, 1024, 3))
    assert [channels_at(s) for s in sizes] == [
        *(512, 512, 512, 512, 256, 128, 64, 32, 16),
    ]
    assert [channels_at(s, 0.25) for s in (4, 32, 64)] == [128, 128, 64]
    narrow = [channels_at(s, 1 / 16, max_channels=128) for s in sizes[:5]]
    assert narrow == [128, 128, 64, 32, 16]
    assert channels_at(1024, 1 / 512) == 1


@pytest.mark.parametrize("size", [8, 16])
def test_at_alpha_0_the_grown_generator_is_the_old_one_scaled_up(size):
    network, z = generator(), latents()
    grown = numpy(network(z, size=size, alpha=0.0))
    old = numpy(network(z, size=size // 2))
    np.testing.assert_array_equal(grown, doubled(old))


@pytest.mark.parametrize("size", [8, 16])
def test_at_alpha_1_the_generator_does_not_ask_the_old_image_layer(size):
    network, z = generator(), latents()
    before = numpy(network(z, size=size))
    np.testing.assert_array_equal(
        numpy(network(z, size=size, alpha=1.0)), before
    )
    spoil(network.rgb[network.sizes.index(size) - 1])
    np.testing.assert_array_equal(
        numpy(network(z, size=size, alpha=1.0)), before
    )


@pytest.mark.parametrize("size", [8, 16])
def test_at_alpha_0_the_grown_discriminator_is_the_old_one_of_half_images(size):
    network, x = discriminator(), images(size)
    grown = numpy(network(x, size=size, alpha=0.0))
    old = numpy(network(halved(x), size=size // 2))
    np.testing.assert_allclose(grown, old, rtol=1e-5, atol=1e-6)
    # Nothing of the new block, exactly.
    level = network.sizes.index(size)
    spoil(network.rgb[level])
    np.testing.assert_array_equal(
        numpy(network(x, size=size, alpha=0.0)), grown
    )


@pytest.mark.parametrize("size", [8, 16])
def test_at_alpha_1_the_discriminator_does_not_ask_the_old_image_layer(size):
    network, x = discriminator(), images(size)
    before = numpy(network(x, size=size))
    spoil(network.rgb[network.sizes.index(size) - 1])
    np.testing.assert_array_equal(
        numpy(network(x, size=size, alpha=1.0)), before
    )


def test_in_between_the_images_are_the_mean_of_both_by_alpha():
    network, z = generator(), latents()
    old = doubled(numpy(network(z, size=8)))
    new = numpy(network(z, size=16))
    np.testing.assert_allclose(
        numpy(network(z, size=16, alpha=0.25)),
        0.75 * old + 0.25 * new,
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("make", [generator, discriminator])
def test_only_the_variables_in_use_change_what_comes_out(make):
    network = make()
    inputs = latents() if make is generator else images(8)
    for fading in (False, True):
        used = {id(v) for v in network.variables_at(8, fading)}
        alpha = 0.5 if fading else None
        before = numpy(network(inputs, size=8, alpha=alpha))
        for variable in network.trainable_variables:
            kept = numpy(variable)
            variable.assign(kept + 0.5)
            after = numpy(network(inputs, size=8, alpha=alpha))
            variable.assign(kept)
            has_changed = not np.array_equal(before, after)
            assert has_changed == (id(variable) in used), variable.path


def test_without_a_size_networks_are_of_the_full_one():
    assert generator()(latents()).shape == (4, *SHAPE)
    assert generator().output_shape == (None, *SHAPE)
    assert discriminator()(images(16)).shape == (4, 1)


def test_seeds_fix_the_weights_and_no_two_kernels_agree():
    checking.check_seeds(
        lambda seed: ProgressiveGenerator(SHAPE, width=WIDTH, seed=seed)
    )
    checking.check_seeds(
        lambda seed: ProgressiveDiscriminator(SHAPE, width=WIDTH, seed=seed)
    )


def test_files_give_the_same_networks_back(tmp_path):
    checking.check_copy_through_a_file(generator(), latents(), tmp_path)
    checking.check_copy_through_a_file(discriminator(), images(16), tmp_path)


def test_half_precision_ends_in_float32():
    keras.config.set_dtype_policy("mixed_float16")
    outputs = generator()(latents())
    assert checking.dtype(outputs) == "float32"
    assert checking.dtype(discriminator()(outputs)) == "float32"


@pytest.mark.parametrize(
    "shape", [(28, 28, 1), (4, 4, 1), (2048, 2048, 3), (32, 16, 1)]
)
def test_a_size_that_is_no_power_of_two_in_range_is_refused(shape):
    with pytest.raises(ValueError, match="power of two from 8 to 1024"):
        ProgressiveGenerator(shape)


@pytest.mark.parametrize("shape", [(16, 16, 2), (16, 16)])
def test_channels_other_than_grey_and_rgb_are_refused(shape):
    with pytest.raises(ValueError, match="1 channel|three whole"):
        progressive_sizes(shape)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="`width`"):
        ProgressiveGenerator(SHAPE, width=0)
    with pytest.raises(ValueError, match="`max_channels`"):
        ProgressiveDiscriminator(SHAPE, max_channels=0)
    with pytest.raises(ValueError, match="`latent_dim`"):
        generator(latent_dim=0)
    with pytest.raises(ValueError, match="`size` must be one of 4, 8, 16"):
        generator()(latents(), size=32)

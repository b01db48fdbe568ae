"""U-Net and residual translator: sizes, channels, noise, residual form.

What they compute is held to the authors' networks in `tests/checkpoints`.
"""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.layers import InstanceNormalization
from kerasgan.layers import NoiseDropout
from kerasgan.networks import resnet_translator
from kerasgan.networks import unet_generator
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import trainable
from tests.networks.checking import values
from tests.networks.outline import outlined

BUILDERS = [unet_generator, resnet_translator]


def images(*shape):
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, shape).astype("float32")


def small(build, shape, **kwargs):
    more = {"dropout": 0} if build is unet_generator else {"blocks": 1}
    return build(shape, **{"filters": 2, "seed": 0, **more, **kwargs})


def test_parameter_counts_are_those_of_the_authors_networks():
    # As the authors' code prints them: 54.414 and 11.378 million.
    unet = outlined(unet_generator, (256, 256, 3))
    assert trainable(unet) == 54_413_955
    resnet = outlined(resnet_translator, (256, 256, 3))
    assert trainable(resnet) == 11_378_179
    assert len(kinds(resnet, layers.Add)) == 9
    assert (
        len(kinds(outlined(resnet_translator, (128, 256, 3)), layers.Add)) == 6
    )


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    "shape", [(8, 8, 1), (17, 9, 2), (28, 28, 1), (20, 36, 4)], ids=str
)
def test_any_size_and_other_channels_fit(build, shape):
    network = outlined(small, build, shape, output_channels=3)
    assert network.input_shape == (None, *shape)
    assert network.output_shape == (None, *shape[:2], 3)
    same = outlined(small, build, shape)
    assert same.output_shape == (None, *shape)


@pytest.mark.parametrize("build", BUILDERS)
def test_a_size_that_does_not_divide_goes_through(build):
    network = small(build, (17, 9, 2), output_channels=1)
    outputs = values(network(images(2, 17, 9, 2)))
    assert outputs.shape == (2, 17, 9, 1)
    assert np.abs(outputs).max() <= 1 and outputs.std() > 0


@pytest.mark.parametrize("build", BUILDERS)
def test_a_network_of_any_size_is_that_of_each_size(build):
    more = {"depth": 2} if build is unet_generator else {}
    late = small(build, (None, None, 1), normalization="instance", **more)
    for size in ((8, 8), (9, 14)):
        fixed = small(build, (*size, 1), normalization="instance", **more)
        fixed.set_weights(late.get_weights())
        x = images(2, *size, 1)
        expected = values(fixed(x))
        for found in (values(late(x)), late.predict(x, verbose=0)):
            np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "depth"),
    [
        ((256, 256, 3), 8),
        ((512, 512, 3), 8),
        ((128, 128, 3), 7),
        ((64, 64, 3), 6),
        ((28, 28, 1), 5),
        ((96, 64, 3), 5),
        ((100, 100, 3), 4),
        ((9, 9, 1), 2),
    ],
    ids=str,
)
def test_the_depth_follows_from_the_size(shape, depth):
    unet = outlined(unet_generator, shape, filters=1)
    names = [layer.name for layer in unet.layers]
    assert f"down_{depth}" in names and f"down_{depth + 1}" not in names


def test_units_are_dropped_in_the_first_three_layers_up():
    unet = outlined(unet_generator, (256, 256, 3), filters=1)
    noisy = kinds(unet, NoiseDropout)
    assert [layer.name for layer in noisy] == [
        "up_8_noise",
        "up_7_noise",
        "up_6_noise",
    ]
    assert all(layer.rate == 0.5 and layer.at_inference for layer in noisy)
    tiny = outlined(unet_generator, (8, 8, 3), filters=1)
    assert [n.name for n in kinds(tiny, NoiseDropout)] == [
        "up_3_noise",
        "up_2_noise",
    ]


def test_a_level_of_full_size_sees_single_pixels_on_its_own():
    network = small(unet_generator, (9, 8, 2), depth=2, full_size=True)
    for layer in network.layers:
        if layer.name.startswith(("down", "up")):
            layer.set_weights([0 * w for w in layer.get_weights()])
    blank = np.zeros((1, 9, 8, 2), "float32")
    dotted = blank.copy()
    dotted[0, 4, 5] = (1.0, -1.0)
    changed = np.abs(values(network(dotted)) - values(network(blank))) > 0
    rows, columns = np.nonzero(changed.any((0, 3)))
    assert (rows.min(), rows.max()) == (2, 6)
    assert (columns.min(), columns.max()) == (3, 7)
    plain = small(unet_generator, (9, 8, 2), depth=2)
    assert {layer.name for layer in network.layers} > {
        layer.name for layer in plain.layers
    }


def test_maps_may_be_doubled_without_a_grid():
    network = small(
        *(unet_generator, (8, 8, 1)), upsampling="nearest", residual=False
    )
    assert not kinds(network, layers.Conv2DTranspose)
    assert len(kinds(network, layers.UpSampling2D)) == 3
    # Of a plain image all pixels far from the border are alike, whatever the
    # weights: nothing tells even places from odd ones.
    large = small(*(unet_generator, (64, 64, 1)), upsampling="nearest", depth=2)
    centre = values(large(np.full((1, 64, 64, 1), 0.5, "float32")))
    centre = centre[0, 24:40, 24:40]
    np.testing.assert_allclose(centre, centre[:1, :1] + 0 * centre, atol=1e-6)
    with pytest.raises(ValueError, match="`upsampling`"):
        small(unet_generator, (8, 8, 1), upsampling="cubic")


@pytest.mark.parametrize("stays", [True, False])
def test_the_noise_stays_on_where_asked(stays, tmp_path):
    network = unet_generator(
        (8, 8, 1),
        filters=2,
        normalization="instance",
        noise_at_inference=stays,
        seed=0,
    )
    network.set_weights([10 * w for w in network.get_weights()])
    x = images(1, 8, 8, 1)
    one, two = (values(network(x, training=False)) for _ in range(2))
    assert np.array_equal(one, two) != stays
    network.save(tmp_path / "unet.keras")
    copy = keras.saving.load_model(tmp_path / "unet.keras")
    for _ in range(2):
        np.testing.assert_allclose(
            values(network(x)), values(copy(x)), atol=1e-6
        )


@pytest.mark.parametrize("build", BUILDERS)
def test_residual_outputs_start_from_the_input(build):
    shape = (8, 8, 2)
    plain = small(build, shape)
    residual = small(build, shape, residual=True)
    residual.set_weights(plain.get_weights())
    x = images(2, *shape)
    change = values(plain(x))
    expected = np.clip(x + 2 * change, -1, 1)
    np.testing.assert_allclose(values(residual(x)), expected, atol=1e-6)
    residual.set_weights([0 * w for w in residual.get_weights()])
    np.testing.assert_allclose(values(residual(x)), x, atol=1e-6)
    with pytest.raises(ValueError, match="`residual=True`.*Received.*2"):
        small(build, shape, residual=True, output_channels=3)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("normalization", "kind", "has_bias", "has_scale"),
    [
        ("batch", layers.BatchNormalization, False, True),
        ("instance", InstanceNormalization, True, False),
        ("affine_instance", InstanceNormalization, False, True),
        (None, None, True, False),
    ],
)
def test_biases_are_where_no_offset_follows(
    build, normalization, kind, has_bias, has_scale
):
    network = outlined(small, build, (16, 16, 1), normalization=normalization)
    found = kinds(network, layers.BatchNormalization, InstanceNormalization)
    assert bool(found) == (kind is not None)
    for layer in found:
        assert isinstance(layer, kind) and layer.epsilon == 1e-5
        assert bool(layer.scale) == bool(layer.center) == has_scale
    convolutions = kinds(network, layers.Conv2D, layers.Conv2DTranspose)
    *inner, last = convolutions
    assert {layer.use_bias for layer in inner} == {has_bias}
    assert last.use_bias


def test_the_bottleneck_of_the_unet_is_not_normalized():
    unet = outlined(small, unet_generator, (16, 16, 1))
    names = {n.name for n in kinds(unet, layers.BatchNormalization)}
    assert names == {
        "down_2_norm",
        "down_3_norm",
        "up_4_norm",
        "up_3_norm",
        "up_2_norm",
    }


@pytest.mark.parametrize("build", BUILDERS)
def test_seeds_fix_the_weights_which_are_normal_with_deviation_0_02(build):
    def make(seed):
        return small(build, (8, 8, 1), normalization="batch", seed=seed)

    check_seeds(make)
    kernels = [
        values(w).ravel()
        for w in small(build, (16, 16, 3), filters=16).trainable_weights
        if w.name == "kernel"
    ]
    for kernel in kernels:
        error = 0.02 / np.sqrt(kernel.size)
        assert abs(kernel.mean()) < 5 * error
        assert abs(kernel.std() - 0.02) < 5 * error


@pytest.mark.parametrize("build", BUILDERS)
def test_networks_survive_a_file_and_half_precision(build, tmp_path):
    network = small(build, (9, 12, 1), residual=True)
    check_copy_through_a_file(network, images(2, 9, 12, 1), tmp_path)
    keras.config.set_dtype_policy("mixed_float16")
    outputs = small(build, (9, 12, 1), residual=True)(images(2, 9, 12, 1))
    assert dtype(outputs) == "float32"
    assert np.isfinite(values(outputs)).all()


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("kwargs", "rule"),
    [
        ({"image_shape": (8, 8)}, "`image_shape` must be three"),
        ({"image_shape": (8, 8, None)}, "`image_shape` must be three"),
        ({"image_shape": (7, 8, 1)}, "`image_shape` must be at least 8"),
        ({"output_channels": 0}, "`output_channels` must be"),
        ({"filters": 1.5}, "`filters` must be"),
        ({"dropout": 1}, "`dropout` must be"),
        ({"normalization": "group"}, "Unknown `normalization`"),
    ],
    ids=str,
)
def test_arguments_that_make_no_network_are_refused(build, kwargs, rule):
    with pytest.raises(ValueError, match=f"{rule}.*Received"):
        build(**{"image_shape": (8, 8, 1), **kwargs})


def test_the_depth_must_fit_and_is_needed_for_unknown_sizes():
    with pytest.raises(ValueError, match="`depth` must be given.*Received"):
        unet_generator((None, 64, 3))
    with pytest.raises(ValueError, match="`depth` must be a whole.*Received"):
        unet_generator((64, 64, 3), depth=1)
    with pytest.raises(ValueError, match="`blocks`.*Received"):
        resnet_translator((64, 64, 3), blocks=-1)


def test_gradients_pass_through_padding_and_residual_form():
    from kerasgan import backend

    network = small(resnet_translator, (9, 10, 1), residual=True)
    x = ops.convert_to_tensor(0.5 * images(1, 9, 10, 1))

    def total(x):
        return ops.sum(network(x)), None

    gradient = values(backend.input_gradient(total, x)[-1])
    assert gradient.shape == (1, 9, 10, 1)
    assert np.isfinite(gradient).all() and (gradient != 0).all()

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.layers import InstanceNormalization
from kerasgan.networks import patch_discriminator
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import trainable
from tests.networks.checking import values
from tests.networks.outline import outlined


def test_parameter_counts_are_those_of_the_authors_networks():
    # As the authors' code prints them: 2.765 and 2.769 million.
    shape = (256, 256, 3)
    assert trainable(outlined(patch_discriminator, shape)) == 2_764_737
    pairs = outlined(patch_discriminator, shape, 3, normalization="batch")
    assert trainable(pairs) == 2_768_705


@pytest.mark.parametrize(
    ("size", "field", "logits"),
    [(256, 70, 30), (64, 70, 6), (64, 16, 30), (70, 34, 15), (28, 70, 1)],
)
def test_the_number_of_logits(size, field, logits):
    network = outlined(
        patch_discriminator, (size, size, 3), receptive_field=field
    )
    assert network.output_shape == (None, logits, logits, 1)


@pytest.mark.parametrize("field", [1, 16, 34, 70, 142])
def test_a_logit_sees_a_square_of_the_receptive_field(field):
    size = 2 * max(field, 16)
    network = patch_discriminator(
        (size, size, 1),
        receptive_field=field,
        filters=1,
        normalization=None,
    )
    # Without negative numbers, each pixel that is seen raises the logit.
    network.set_weights(
        [
            np.full(w.shape, 0.1 if w.ndim == 4 else 0.0, "float32")
            for w in network.get_weights()
        ]
    )
    for axis in (0, 1):
        lines = np.eye(size, dtype="float32")
        lines = np.expand_dims(lines, (2 - axis, 3))
        shape = (size, size, size, 1)
        lines = np.broadcast_to(lines, shape)
        maps = network.predict(lines, batch_size=64, verbose=0)
        middle = maps.shape[1] // 2
        seen = np.flatnonzero(maps[:, middle, middle, 0])
        assert len(seen) == field
        assert seen[-1] - seen[0] == field - 1


def test_single_pixels_are_judged_by_themselves():
    network = patch_discriminator(
        (3, 5, 2), receptive_field=1, filters=2, normalization=None
    )
    assert network.output_shape == (None, 3, 5, 1)
    assert {c.kernel_size for c in kinds(network, layers.Conv2D)} == {(1, 1)}


def test_conditions_come_first_as_in_the_authors_weights():
    network = patch_discriminator((16, 16, 1), 2, receptive_field=16, filters=1)
    assert [x.name for x in network.inputs] == ["images", "conditions"]
    kernel, *others = network.get_weights()
    kernel[:, :, 2] = 0  # of the images
    network.set_weights([kernel, *others])
    rng = np.random.default_rng(0)
    one, two = rng.standard_normal((2, 1, 16, 16, 1)).astype("float32")
    conditions = rng.standard_normal((1, 16, 16, 2)).astype("float32")
    first = values(network([one, conditions]))
    np.testing.assert_array_equal(first, values(network([two, conditions])))
    assert not np.allclose(first, values(network([one, -conditions])))


def test_images_may_have_any_size():
    late = patch_discriminator((None, None, 1), 0, 16, filters=2, seed=0)
    for size in (8, 11):
        fixed = patch_discriminator((size, size, 1), 0, 16, filters=2, seed=0)
        x = np.random.default_rng(0).standard_normal((2, size, size, 1))
        np.testing.assert_allclose(values(late(x)), values(fixed(x)), atol=1e-5)


def test_the_first_and_the_last_layer_are_not_normalized():
    network = outlined(patch_discriminator, (64, 64, 3), filters=1)
    names = [n.name for n in kinds(network, InstanceNormalization)]
    assert names == ["conv_2_norm", "conv_3_norm", "conv_4_norm"]
    for layer in kinds(network, layers.LeakyReLU):
        assert layer.negative_slope == pytest.approx(0.2)
    widths = [c.filters for c in kinds(network, layers.Conv2D)]
    assert widths == [1, 2, 4, 8, 1]
    assert all(c.use_bias for c in kinds(network, layers.Conv2D))


def test_the_network_survives_a_file_seeds_and_half_precision(tmp_path):
    def make(seed):
        return patch_discriminator(
            (8, 8, 1), 1, 16, filters=2, normalization="batch", seed=seed
        )

    check_seeds(make)
    x = np.random.default_rng(0).standard_normal((2, 2, 8, 8, 1))
    x = list(x.astype("float32"))
    check_copy_through_a_file(make(0), x, tmp_path)
    keras.config.set_dtype_policy("mixed_float16")
    assert dtype(make(0)(x)) == "float32"


@pytest.mark.parametrize(
    ("kwargs", "rule"),
    [
        ({"receptive_field": 32}, "`receptive_field` must be one of 1, 16, 34"),
        ({"receptive_field": 70.0}, "`receptive_field` must be one of"),
        ({"receptive_field": 142}, "of these images at most 70"),
        ({"image_shape": (32, 32)}, "`image_shape` must be"),
        ({"condition_channels": -1}, "`condition_channels` must be"),
        ({"normalization": "layer"}, "Unknown `normalization`"),
    ],
    ids=str,
)
def test_arguments_that_make_no_network_are_refused(kwargs, rule):
    with pytest.raises(ValueError, match=f"{rule}.*Received"):
        patch_discriminator(**{"image_shape": (32, 32, 3), **kwargs})

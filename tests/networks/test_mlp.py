import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.networks import mlp_discriminator
from kerasgan.networks import mlp_generator
from tests.networks.checking import SHAPES
from tests.networks.checking import check_copy_through_a_file
from tests.networks.checking import check_normalization
from tests.networks.checking import check_seeds
from tests.networks.checking import dtype
from tests.networks.checking import kinds
from tests.networks.checking import only_shapes
from tests.networks.checking import trainable
from tests.networks.checking import values

ORTHOGONAL = keras.initializers.Orthogonal(gain=1.4)
DEMO = {
    "units": (128, 128),
    "activation": "tanh",
    "kernel_initializer": ORTHOGONAL,
}


def demo_generator():
    return mlp_generator((2,), latent_dim=256, output_activation=None, **DEMO)


def test_parameter_counts_of_the_common_networks_for_28x28():
    with only_shapes():
        assert trainable(mlp_generator((28, 28, 1))) == 1_486_352
        assert trainable(mlp_discriminator((28, 28, 1))) == 533_505


def test_parameter_counts_of_the_unrolled_gans_demonstration():
    with only_shapes():
        assert trainable(demo_generator()) == 49_666
        assert trainable(mlp_discriminator((2,), **DEMO)) == 17_025


@pytest.mark.parametrize("shape", [*SHAPES, (2,), (12,)], ids=str)
def test_any_sample_shape_fits_both_networks(shape):
    with only_shapes():
        generator = mlp_generator(shape, latent_dim=3)
        discriminator = mlp_discriminator(shape)
    assert generator.input_shape == (None, 3)
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)


def test_the_hidden_layers_leak_with_slope_0_2():
    discriminator = mlp_discriminator((1,), units=(1,), seed=0)
    for weight in discriminator.trainable_weights:
        weight.assign(np.full(weight.shape, weight.name == "kernel"))
    logits = values(discriminator(ops.array([[1.0], [-1.0]])))
    np.testing.assert_allclose(logits, [[1.0], [-0.2]], rtol=1e-5)


def test_images_end_in_tanh_and_points_may_lie_anywhere():
    for activation, is_bounded in (("tanh", True), (None, False)):
        generator = mlp_generator(
            (2,), 3, units=(4,), output_activation=activation, seed=0
        )
        samples = values(generator(100 * ops.ones((2, 3))))
        assert (abs(samples).max() <= 1) == is_bounded


def test_orthogonal_kernels_have_their_gain_and_each_its_own_seed():
    def build(seed):
        return mlp_generator(
            (4,), 4, units=(4, 4), kernel_initializer=ORTHOGONAL, seed=seed
        )

    kernel = values(build(0).get_layer("hidden_2").kernel)
    np.testing.assert_allclose(kernel.T @ kernel, 1.96 * np.eye(4), atol=1e-5)
    check_seeds(build)


@pytest.mark.parametrize("initializer", ["he_normal", ORTHOGONAL])
def test_layers_of_one_shape_start_from_different_weights(initializer):
    kernels = mlp_discriminator(
        (4,), units=(4, 4), kernel_initializer=initializer
    ).get_weights()[::2]
    assert not np.allclose(kernels[0], kernels[1])


def test_an_initializers_own_seed_counts_where_the_builder_has_none():
    networks = [
        mlp_discriminator(
            (3,),
            units=(3, 3),
            kernel_initializer=keras.initializers.HeNormal(seed=5),
        )
        for _ in range(2)
    ]
    first, second = (n.get_weights()[::2] for n in networks)
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.allclose(first[0], first[1])


def test_an_initializer_without_a_seed_is_taken_as_it_is():
    discriminator = mlp_discriminator(
        (3,), units=(3,), kernel_initializer="ones"
    )
    np.testing.assert_array_equal(discriminator.get_weights()[0], 1)


def test_the_generator_can_be_normalized_and_the_discriminator_is_not():
    generator = mlp_generator(
        (2,), 3, units=(40, 40), batch_normalization=True, seed=0
    )
    check_normalization(generator, count=2)
    with only_shapes():
        discriminator = mlp_discriminator((2,))
    assert not kinds(discriminator, layers.BatchNormalization)


def test_outputs_are_float32_under_a_mixed_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    samples = mlp_generator((2, 2, 1), 3, units=(4,))(ops.ones((2, 3)))
    logits = mlp_discriminator((2, 2, 1), units=(4,))(samples)
    assert dtype(samples) == dtype(logits) == "float32"


def test_networks_survive_a_file(tmp_path):
    generator = mlp_generator(
        (2, 2, 1), 3, units=(4, 4), batch_normalization=True
    )
    check_copy_through_a_file(generator, np.ones((2, 3), "float32"), tmp_path)
    discriminator = mlp_discriminator(
        (4,), units=(4,), kernel_initializer=ORTHOGONAL
    )
    points = np.ones((2, 4), "float32")
    check_copy_through_a_file(discriminator, points, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((28,), "`output_shape` must be a tuple.*Received: output_shape=28"),
        (((),), "`output_shape` must be a tuple"),
        (((28, 0, 1),), "`output_shape` must be a whole number.*Received"),
        (((2,), 0), "`latent_dim` must be a whole number.*=0"),
        (((2,), 3, 128), "`units` must be a tuple.*=128"),
        (((2,), 3, (128, 0)), "`units` must be a whole number.*=0"),
    ],
    ids=str,
)
def test_sizes_that_are_none_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        mlp_generator(*arguments)

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan import backend
from kerasgan.layers import SpectralNormalization
from tests.backend.playing import ways
from tests.tiny import tiny_generator
from tests.tiny import tiny_images

in_every_way = pytest.mark.parametrize("run", ways(), ids=lambda f: f.__name__)


def numpy(x):
    return ops.convert_to_numpy(x)


def normalized_dense(kernel, **kwargs):
    kernel = np.asarray(kernel, "float32")
    dense = layers.Dense(kernel.shape[1], use_bias=False)
    layer = SpectralNormalization(dense, seed=0, **kwargs)
    layer.build((None, kernel.shape[0]))
    dense.kernel.assign(kernel)
    return layer


def kernel_in_use(layer, calls=1):
    """Returns the kernel that a dense layer multiplies with."""
    eye = ops.eye(layer.layer.kernel.shape[0])
    for _ in range(calls):
        outputs = layer(eye, training=True)
    return numpy(outputs)


def settled(layer, inputs):
    for _ in range(200):
        layer(inputs, training=True)
    return layer


def spectral_norm(kernel):
    return np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2)


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_the_largest_singular_value_becomes_one():
    layer = normalized_dense([[3.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(
        kernel_in_use(layer, calls=30), [[1, 0], [0, 1 / 3]], atol=1e-5
    )


def test_a_rank_one_kernel_takes_one_iteration():
    a, b = np.array([1.0, -2.0, 2.0]), np.array([3.0, 4.0])
    layer = normalized_dense(np.outer(a, b))
    np.testing.assert_allclose(
        kernel_in_use(layer), np.outer(a / 3, b / 5), atol=1e-6
    )


def test_an_orthogonal_kernel_stays_as_it_is():
    orthogonal, _ = np.linalg.qr(random(4, 4))
    layer = normalized_dense(orthogonal)
    np.testing.assert_allclose(kernel_in_use(layer), orthogonal, atol=1e-5)


def test_the_scale_of_the_kernel_does_not_matter():
    small, large = (
        kernel_in_use(normalized_dense(scale * random(3, 4)), calls=3)
        for scale in (1.0, 50.0)
    )
    np.testing.assert_allclose(small, large, rtol=1e-4, atol=1e-6)


def test_more_iterations_a_call_arrive_at_once():
    kernel = random(5, 3)
    layer = normalized_dense(kernel, power_iterations=100)
    np.testing.assert_allclose(
        kernel_in_use(layer), kernel / spectral_norm(kernel), atol=1e-5
    )


def test_a_kernel_of_zeros_gives_zeros_and_a_finite_gradient():
    layer = normalized_dense(np.zeros((2, 3)))
    u = numpy(layer.u)

    def objective():
        return ops.sum(layer(ops.ones((1, 2)), training=True)), None

    output, _, pullback = backend.vjp(objective, layer.trainable_variables)
    assert float(output) == 0
    np.testing.assert_array_equal(numpy(pullback()[0]), np.ones((2, 3)))
    np.testing.assert_array_equal(numpy(layer.u), u)


@pytest.mark.parametrize(
    ("make", "inputs"),
    [
        (lambda: layers.Conv2D(3, 3, padding="same"), random(2, 5, 4, 2)),
        (
            lambda: layers.Conv2DTranspose(3, 4, strides=2, padding="same"),
            random(2, 3, 2, 5),
        ),
        (lambda: layers.Embedding(4, 3), np.array([3, 0], "int32")),
        (lambda: layers.Dense(3, activation="tanh"), random(2, 5)),
    ],
    ids=["conv", "conv_transpose", "embedding", "dense"],
)
def test_each_kind_of_layer_computes_with_its_kernel_divided(make, inputs):
    plain = make()
    plain(inputs)
    layer = SpectralNormalization(make(), power_iterations=200, seed=0)
    layer(inputs)
    layer.layer.set_weights(plain.get_weights())
    is_transposed = isinstance(plain, layers.Conv2DTranspose)
    kernel, *rest = plain.get_weights()
    matrix = np.swapaxes(kernel, -1, -2) if is_transposed else kernel
    plain.set_weights([kernel / spectral_norm(matrix), *rest])
    np.testing.assert_allclose(
        numpy(layer(inputs, training=True)),
        numpy(plain(inputs)),
        rtol=1e-4,
        atol=1e-5,
    )


@in_every_way
def test_training_moves_u_and_never_the_kernel(run):
    layer = normalized_dense(random(4, 3))
    kernel, u = numpy(layer.layer.kernel), numpy(layer.u)
    run(lambda: layer(ops.ones((1, 4)), training=True), layer.variables)
    np.testing.assert_array_equal(numpy(layer.layer.kernel), kernel)
    v = u @ kernel.T
    expected = v @ kernel / np.linalg.norm(v @ kernel)
    np.testing.assert_allclose(numpy(layer.u), expected, rtol=1e-5)


@in_every_way
def test_inference_and_frozen_layers_keep_u(run):
    layer = normalized_dense(random(4, 3))
    u = numpy(layer.u)

    def body():
        one = layer(ops.ones((1, 4)))
        with backend.frozen_state():
            other = layer(ops.ones((1, 4)), training=True)
        return one - other

    difference = run(body, layer.variables)
    layer.trainable = False
    layer(ops.ones((1, 4)), training=True)
    np.testing.assert_array_equal(numpy(layer.u), u)
    np.testing.assert_allclose(numpy(difference), 0, atol=1e-6)


@in_every_way
def test_several_calls_in_one_loss_and_their_gradient(run):
    kernel = random(4, 3)
    layer = settled(normalized_dense(kernel), ops.ones((1, 4)))
    x, y = random(2, 4), random(2, 4) + 1

    def body():
        def objective():
            one = layer(ops.convert_to_tensor(x), training=True)
            other = layer(ops.convert_to_tensor(y), training=True)
            return ops.sum(one) - ops.sum(other), None

        return backend.vjp(objective, layer.trainable_variables)[2]()

    (gradient,) = run(body, layer.variables)
    # For W / sigma:  (G - <G, W / sigma> v u) / sigma.
    vectors, values, others = np.linalg.svd(kernel)
    outer = np.outer(vectors[:, 0], others[0])
    direct = np.outer((x - y).sum(0), np.ones(3))
    inner = np.sum(direct * kernel) / values[0]
    expected = (direct - inner * outer) / values[0]
    np.testing.assert_allclose(numpy(gradient), expected, atol=2e-4)


@in_every_way
def test_a_gradient_penalty_is_differentiated_for_the_kernel(run):
    # D(x) = sum((x W / sigma)^2), so grad D = 2 x W W^T / sigma^2.
    kernel, x = random(3, 2), random(2, 3)
    layer = settled(normalized_dense(kernel), ops.ones((1, 3)))
    penalty = kerasgan.regularizers.R1(weight=2.0)
    seed = keras.random.SeedGenerator(0)

    def body():
        def score(images):
            return ops.sum(ops.square(layer(images, training=True)), axis=-1)

        def objective():
            images = ops.convert_to_tensor(x)
            return penalty(score, images, images, None, None, seed), None

        value, _, pullback = backend.vjp(objective, layer.trainable_variables)
        return value, pullback()[0]

    def charge(kernel):
        square = kernel @ kernel.T / spectral_norm(kernel) ** 2
        return np.mean(np.sum((2 * x @ square) ** 2, axis=-1))

    def slope(index, step=1e-4):
        change = np.zeros(kernel.shape)
        change[index] = step
        return (charge(kernel + change) - charge(kernel - change)) / (2 * step)

    u = numpy(layer.u)
    value, gradient = run(body, [*layer.variables, seed.state])
    expected = [slope(i) for i in np.ndindex(kernel.shape)]
    assert float(value) == pytest.approx(charge(kernel), rel=1e-4)
    np.testing.assert_allclose(
        numpy(gradient).ravel(), expected, rtol=1e-2, atol=1e-2
    )
    np.testing.assert_array_equal(numpy(layer.u), u)


def test_weights_can_be_given_as_tensors():
    layer = normalized_dense(random(4, 3))
    other = normalized_dense(5 * random(4, 3)[::-1])
    x = ops.ones((1, 4))
    outputs, (u,) = layer.stateless_call(
        [v.value for v in other.trainable_variables],
        [v.value for v in other.non_trainable_variables],
        x,
        training=True,
    )
    expected = other(x, training=True)
    np.testing.assert_allclose(numpy(outputs), numpy(expected), rtol=1e-6)
    np.testing.assert_allclose(numpy(u), numpy(other.u), rtol=1e-6)


def test_mixed_precision_iterates_in_float32():
    kernel = 1 + random(4, 3) / 1000  # all equal in half precision
    full = normalized_dense(kernel)
    full(ops.ones((2, 4)), training=True)
    keras.config.set_dtype_policy("mixed_bfloat16")
    mixed = normalized_dense(kernel)
    model = keras.Sequential([keras.Input((4,)), mixed])
    outputs = model(ops.ones((2, 4)), training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    assert model.outputs[0].dtype == "bfloat16"
    assert {v.dtype for v in mixed.variables} == {"float32"}
    np.testing.assert_allclose(numpy(mixed.u), numpy(full.u), rtol=1e-6)


def normalized_discriminator():
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            SpectralNormalization(layers.Conv2D(3, 3, strides=2), seed=1),
            layers.Flatten(),
            SpectralNormalization(layers.Dense(1, dtype="float32"), seed=2),
        ],
        name="discriminator",
    )


def test_a_model_with_it_survives_saving(tmp_path):
    model = normalized_discriminator()
    images = random(2, 4, 4, 1)
    model(images, training=True)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert len(copy.weights) == len(model.weights) == 6
    for training in (False, True):
        np.testing.assert_allclose(
            numpy(copy(images, training=training)),
            numpy(model(images, training=training)),
            rtol=1e-6,
        )


def test_its_config_holds_its_settings():
    layer = SpectralNormalization(
        layers.Dense(3, name="score"), power_iterations=2, epsilon=1e-6, seed=4
    )
    copy = SpectralNormalization.from_config(layer.get_config())
    assert (copy.power_iterations, copy.epsilon, copy.seed) == (2, 1e-6, 4)
    assert copy.name == copy.layer.name == "score"


def test_a_game_with_it_and_a_penalty_trains():
    gan = kerasgan.models.GAN(
        tiny_generator(),
        normalized_discriminator(),
        loss="hinge",
        regularizers=[kerasgan.regularizers.GradientPenalty()],
        seed=0,
    )
    first = gan.discriminator.layers[0]
    kernel, u = numpy(first.layer.kernel), numpy(first.u)
    logs = gan.fit(tiny_images(8), batch_size=4, epochs=2, verbose=0).history
    assert np.isfinite(logs["d_loss"]).all()
    assert not np.array_equal(numpy(first.layer.kernel), kernel)
    assert not np.array_equal(numpy(first.u), u)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"power_iterations": 0}, "`power_iterations`.*Received.*0"),
        ({"epsilon": 0.0}, "`epsilon` must be positive.*Received"),
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SpectralNormalization(layers.Dense(1), **arguments)


def test_a_layer_without_a_kernel_is_refused():
    layer = SpectralNormalization(layers.BatchNormalization())
    with pytest.raises(ValueError, match="`kernel`.*Received: BatchNorm"):
        layer.build((None, 3))

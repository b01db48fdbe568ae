"""What takes a number of images compiles for few numbers of them, on JAX."""

import functools

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import metrics
from tests.compilations import compilations

MOST = 40
# So that there is one, or three times one, of each size that is padded to.
SIZES = (2, 5, 8, 16, 32, MOST)
SHAPE = (12, 12, 1)
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (MOST, *SHAPE)).astype("uint8")


def dense(shape, *sizes):
    """Returns a network with an output of each size."""
    x = keras.Input(shape)
    flat = keras.layers.Flatten()(x)
    return keras.Model(x, [keras.layers.Dense(n)(flat) for n in sizes])


def generator(size):
    return keras.Sequential(
        [
            keras.Input((size,)),
            keras.layers.Dense(12 * 12, "tanh"),
            keras.layers.Reshape(SHAPE),
        ]
    )


@functools.cache
def info_gan():
    codes = [kerasgan.latent.Categorical(3), kerasgan.latent.Uniform()]
    return kerasgan.models.InfoGAN(generator(6), dense(SHAPE, 1, 4), codes)


@functools.cache
def gan():
    return kerasgan.models.GAN(generator(5), dense(SHAPE, 1))


@functools.cache
def network():
    return metrics.features.FeatureNetwork(dense(SHAPE, 4, 3), name="dense")


def interpolation(n):
    ends = gan().sample_inputs(2, seed=0)["latents"]
    way = kerasgan.latent.interpolate(*ends, steps=n + 1)
    return gan().render(way[:n])


def found(metric, n):
    """Returns what a metric finds, or why it finds nothing of so few."""
    metric = metric()
    if metric.compares:
        metric.update_real(IMAGES[:n])
    metric.update_state(IMAGES[:n])
    try:
        return metric.result()
    except ValueError as error:
        return str(error)


def path_length(n):
    metric = metrics.PerceptualPathLength(network(), samples=n)
    return metric(gan())


def modes(n):
    if not hasattr(modes, "classifier"):
        modes.classifier = dense(SHAPE, 10)
        metric = metrics.StackedMNISTModes(modes.classifier)
        modes.metric = metric
    modes.metric.reset_state()
    return modes.metric(np.repeat(IMAGES[:n], 3, axis=-1))


def evaluation(n):
    # Fewer would be too few.
    return kerasgan.evaluate(
        gan(), IMAGES, ["fid"], network(), samples=max(n, 5), verbose=0
    )


@functools.cache
def tensor(n):
    # JAX compiles a function to make one of each shape.
    return keras.ops.convert_to_tensor(IMAGES[:n])


FUNCTIONS = {
    "generate": lambda n: gan().generate(n, seed=0),
    "render": lambda n: gan().render(gan().sample_inputs(n, seed=0)["latents"]),
    "interpolate": interpolation,
    "traverse": lambda n: kerasgan.latent.traverse(info_gan(), 0, rows=n),
    "infer_codes": lambda n: info_gan().infer_codes(IMAGES[:n]),
    "features": lambda n: network().features(IMAGES[:n]),
    "probabilities": lambda n: network().probabilities(IMAGES[:n]),
    "perceptual path length": path_length,
    "Stacked MNIST": modes,
    "evaluate": evaluation,
    "image_grid": lambda n: kerasgan.utils.image_grid(tensor(n)),
    **{
        kind.__name__: functools.partial(found, functools.partial(kind, *args))
        for kind, args in (
            (metrics.FID, [lambda x: x.mean(axis=(1, 2))]),
            (metrics.KID, [lambda x: x.mean(axis=(1, 2)), 1, 2]),
            (metrics.DensityCoverage, [lambda x: x.mean(axis=(1, 2))]),
            (metrics.MSSSIM, []),
            (metrics.SlicedWasserstein, [4, 4, 1]),
            (metrics.NearestNeighbours, []),
        )
    },
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_after_a_few_sizes_no_number_of_images_is_compiled_for(name):
    function = FUNCTIONS[name]
    for n in SIZES:
        function(n)
    for n in range(1, MOST + 1):
        tensor(n)
    with compilations() as compiled:
        for n in range(1, MOST + 1):
            function(n)
    assert not compiled, compiled[0]


@pytest.mark.parametrize("name", ["features", "probabilities", "infer_codes"])
def test_what_is_said_of_an_image_does_not_hang_on_how_many_there_are(name):
    all_of_them = FUNCTIONS[name](MOST)
    for n in (1, 7, 33):
        for part, whole in zip(
            keras.tree.flatten(FUNCTIONS[name](n)),
            keras.tree.flatten(all_of_them),
            strict=True,
        ):
            np.testing.assert_allclose(part, whole[:n], rtol=1e-4, atol=1e-5)


def test_codes_of_many_images_are_read_a_batch_at_a_time():
    sizes = []
    game = info_gan()
    predict, game._predict_on_one_device = game._predict_on_one_device, None
    game._predict_on_one_device = lambda network, x, batch_size: (
        sizes.append(len(x)) or predict(network, x, batch_size)
    )
    try:
        game.infer_codes(IMAGES, batch_size=16)
    finally:
        del game._predict_on_one_device
    assert sizes == [16, 16, 8]
    with pytest.raises(ValueError, match="`batch_size` must be"):
        game.infer_codes(IMAGES, batch_size=0)


def test_batches_of_any_size_are_checked_without_compiling():
    images = np.full((MOST, *SHAPE), -0.5, "float32")
    parts = [keras.ops.convert_to_tensor(images[:n]) for n in range(1, MOST)]
    game = gan()
    game._check_batch(parts[0], None)
    for n in range(1, MOST + 1):
        tensor(n)
    with compilations() as compiled:
        for part in parts:
            game._check_batch(part, None)
    assert not compiled, compiled[0]

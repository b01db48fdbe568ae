"""`gan.export` writes what makes the images, and nothing else."""

import keras
import numpy as np
import pytest

import kerasgan
from tests import tiny
from tests.models import growing

IS_TORCH = keras.backend.backend() == "torch"
# Keras gives JAX an argument that is about to go.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The `native_serialization` parameter"
)


def exported(gan, folder, inputs):
    """Returns what the exported file makes of inputs, without Keras."""
    if IS_TORCH:
        torch = pytest.importorskip("torch")
        path = folder / "generator.pt2"
        inputs = keras.tree.map_structure(torch.tensor, inputs)
        batch = {0: torch.export.Dim("batch")}
        shapes = keras.tree.map_structure(lambda _: batch, inputs)
        gan.export(
            path, format="torch", verbose=False, dynamic_shapes=[(shapes,)]
        )
        images = torch.export.load(path).module()(inputs)
        return images.detach().numpy()
    tensorflow = pytest.importorskip("tensorflow")
    gan.export(folder / "generator", verbose=False)
    served = tensorflow.saved_model.load(folder / "generator")
    return np.array(served.serve(inputs))


def assert_it_generates_the_same(gan, folder):
    images = exported(
        gan, folder, gan.sample_inputs(4, 0)["latents"].astype("float32")
    )
    np.testing.assert_allclose(images, gan.generate(4, seed=0), atol=1e-5)


def test_the_average_is_exported_where_there_is_one(tmp_path):
    gan = tiny.tiny_gan(ema=1e6)
    for weight in gan.generator.trainable_variables:
        weight.assign(keras.ops.zeros(weight.shape))
    assert_it_generates_the_same(gan, tmp_path)
    assert gan.generate(4, seed=0).any()


@pytest.mark.parametrize("seen, size", [(0, 4), (24, 8), (64, 8)])
def test_a_game_that_grows_is_exported_as_it_is(seen, size, tmp_path):
    gan = growing.small_progan()
    gan.images_seen.assign(seen)
    # So large that images must be cut at -1 and 1.
    for network in (gan.generator, gan.ema_generator):
        for rgb in network.rgb:
            rgb.kernel.assign(5.0 * keras.ops.convert_to_tensor(rgb.kernel))
    assert_it_generates_the_same(gan, tmp_path)
    images = gan.generate(4, seed=0)
    assert images.shape == (4, size, size, 1)
    assert np.abs(images).max() == 1.0


def test_labels_are_an_input_of_what_is_exported(tmp_path):
    gan = kerasgan.applications.CGAN((8, 8, 1), num_classes=3, filters=2)
    labels = np.array([2, 0, 1], "int32")
    latents = gan.sample_inputs(3, 0)["latents"].astype("float32")
    images = exported(gan, tmp_path, [latents, labels])
    expected = gan.generate(3, labels=labels, seed=0)
    np.testing.assert_allclose(images, expected, atol=1e-5)


@pytest.mark.skipif(not IS_TORCH, reason="Keras needs tf2onnx elsewhere")
@pytest.mark.filterwarnings("ignore")  # PyTorch warns of each step it traces
@pytest.mark.parametrize("model", ["DCGAN", "WGANGP", "ProGAN"])
def test_onnx_has_a_fixed_number_of_images_only_where_it_must(model, tmp_path):
    reference = pytest.importorskip("onnx.reference")
    path = tmp_path / "generator.onnx"
    signature = None
    if model == "ProGAN":
        gan = growing.small_progan()
    else:
        gan = kerasgan.applications.get(model)((8, 8, 1), filters=2)
    if model != "DCGAN":
        signature = [
            keras.InputSpec(shape=(3, *gan._latent_shape), dtype="float32")
        ]
    gan.export(path, "onnx", verbose=False, input_signature=signature)
    network = reference.ReferenceEvaluator(str(path))
    latents = gan.sample_inputs(3, 0)["latents"].astype("float32")
    (images,) = network.run(None, {network.input_names[0]: latents})
    np.testing.assert_allclose(images, gan.generate(3, seed=0), atol=1e-5)

"""The authors' weights give the authors' outputs, from names to pictures."""

import os
import pathlib

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.checkpoints import load_cyclegan
from kerasgan.checkpoints import load_patch_discriminator
from kerasgan.checkpoints import load_pix2pix
from kerasgan.checkpoints import load_translator
from kerasgan.layers import NoiseDropout
from tests.checkpoints import authors
from tests.networks.checking import kinds

_ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = next(
    (
        folder
        for folder in (
            pathlib.Path(os.environ.get("KERASGAN_GOLDEN", "/nowhere")),
            _ROOT / "shared/reference/golden",
            _ROOT.parent / "shared/reference/golden",
        )
        if folder.is_dir()
    ),
    None,
)


def images(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, shape).astype("float32")


def run(network, *x, training=False):
    """Calls a network with images whose channels come first."""
    x = [ops.transpose(part, (0, 2, 3, 1)) for part in x]
    y = network(x if len(x) > 1 else x[0], training=training)
    return ops.convert_to_numpy(ops.transpose(y, (0, 3, 1, 2)))


def golden(name):
    if GOLDEN is None:
        pytest.skip("the golden outputs are not here; see KERASGAN_GOLDEN")
    found = np.load(GOLDEN / name)
    arrays = {key: found[key] for key in found.files}
    states = {
        player: {
            key.removeprefix(f"{player}."): x
            for key, x in arrays.items()
            if key.startswith(f"{player}.")
        }
        for player in ("G", "D")
    }
    return arrays, states


def test_the_golden_cyclegan():
    arrays, states = golden("cyclegan_resnet.npz")
    networks = load_cyclegan(
        {"G_A": states["G"], "G_B": states["G"], "D_A": states["D"]}
    )
    for role, player in (("G_A", "G"), ("G_B", "G"), ("D_A", "D")):
        found = run(networks[role], arrays["x"])
        np.testing.assert_allclose(found, arrays[f"{player}_output"], atol=1e-4)


def test_the_golden_pix2pix():
    arrays, states = golden("pix2pix_unet.npz")
    x = arrays["x"]
    for size in (None, (64, 64)):
        networks = load_pix2pix(states, size, noise_at_inference=False)
        pair = x[..., ::-1].copy(), x
        for training, what in ((False, "eval"), (True, "train")):
            generator = networks["G"]
            if training:
                # The golden network drops nothing.
                for layer in kinds(generator, NoiseDropout):
                    layer.rate = 0.0
            found = run(generator, x, training=training)
            np.testing.assert_allclose(
                found, arrays[f"G_{what}_output"], atol=1e-4
            )
            found = run(networks["D"], *pair, training=training)
            np.testing.assert_allclose(
                found, arrays[f"D_{what}_output"], atol=1e-4
            )


@pytest.mark.parametrize("norm", ["instance", "batch"])
def test_a_residual_generator_is_the_authors(norm):
    state = authors.resnet_weights(norm)
    network = load_translator(state, image_size=(8, 12))
    x = images(2, 2, 8, 12)
    for training in (False, True):
        expected = authors.resnet(state, x, blocks=2, training=training)
        assert expected.std() > 0.1
        found = run(network, x, training=training)
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_residual_generator_with_dropout_is_told_by_its_names():
    state = authors.resnet_weights("batch", blocks=1, second=6)
    network = load_translator(state, noise_at_inference=False)
    x = images(1, 2, 8, 8)
    expected = authors.resnet(state, x, blocks=1, second=6)
    np.testing.assert_allclose(run(network, x), expected, atol=1e-4)
    assert len(kinds(network, NoiseDropout)) == 1
    noisy = load_translator(state)
    assert not np.allclose(run(noisy, x), run(noisy, x))


@pytest.mark.parametrize(("norm", "depth"), [("batch", 5), ("instance", 3)])
def test_a_unet_is_the_authors(norm, depth):
    state = authors.unet_weights(norm, depth)
    network = load_translator(state, noise_at_inference=False)
    x = images(2, 2, 2**depth, 2**depth)
    found, expected = run(network, x), authors.unet(state, x, depth)
    assert expected.std() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)
    if depth < 6:  # drops nothing
        expected = authors.unet(state, x, depth, training=True)
        found = run(network, x, training=True)
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(("norm", "halvings"), [("batch", 1), ("instance", 3)])
@pytest.mark.parametrize("size", [32, 27])
def test_a_discriminator_of_patches_is_the_authors(norm, halvings, size):
    state = authors.patch_weights(norm, halvings)
    network = load_patch_discriminator(state)
    x = images(2, 3, size, size)
    for training in (False, True):
        expected = authors.patches(state, x, halvings, training)
        found = run(network, x, training=training)
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("norm", ["batch", "instance"])
def test_a_discriminator_of_pixels_is_the_authors(norm):
    state = authors.pixel_weights(norm)
    network = load_patch_discriminator(state, image_size=(4, 5))
    x = images(2, 3, 4, 5)
    y = authors.leaky(authors.conv(x, *authors._weights(state, "net.0")))
    y = authors.conv(y, *authors._weights(state, "net.2"))
    y = authors.leaky(authors.normalized(y, state, "net.3", False))
    expected = authors.conv(y, *authors._weights(state, "net.5"))
    np.testing.assert_allclose(run(network, x), expected, atol=1e-4)


def test_conditions_are_those_that_the_discriminator_saw_first():
    state = authors.patch_weights("batch", ins=3)
    generator = authors.unet_weights("batch", ins=2, outs=1)
    discriminator = load_pix2pix({"G": generator, "D": state})["D"]
    a, b = images(1, 2, 16, 16), images(1, 1, 16, 16, seed=1)
    expected = authors.patches(state, np.concatenate([a, b], axis=1), 2)
    found = run(discriminator, b, a)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_folder_and_files_are_read_as_the_authors_name_them(tmp_path):
    torch = pytest.importorskip("torch")
    state = authors.resnet_weights("instance", blocks=1)
    judge = authors.patch_weights("instance", 1, ins=1)
    states = {"G_A": state, "G_B": state, "D_A": judge}
    for role, arrays in states.items():
        torch.save(
            {f"module.{k}": torch.from_numpy(x) for k, x in arrays.items()},
            tmp_path / f"latest_net_{role}.pth",
        )
    networks = load_cyclegan(tmp_path, image_size=(8, 8))
    assert list(networks) == ["G_A", "G_B", "D_A"]
    assert networks["G_A"].input_shape == (None, 8, 8, 2)
    file = tmp_path / "latest_net_G_A.pth"
    (generator,) = load_pix2pix(file).values()
    x = images(1, 2, 8, 8)
    expected = authors.resnet(state, x, blocks=1)
    np.testing.assert_allclose(run(generator, x), expected, atol=1e-4)
    with pytest.raises(ValueError, match="'G_B' is missing"):
        load_cyclegan(file)
    with pytest.raises(ValueError, match="'G_A', 'G_B' is missing"):
        load_cyclegan(tmp_path, epoch=5)
    with pytest.raises(OSError, match="must be a folder or a file"):
        load_cyclegan(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="'g' is not known"):
        load_pix2pix({"G": state, "g": state})


def test_statistics_of_old_instance_normalizations_are_left_out():
    state = authors.resnet_weights("instance", blocks=0)
    x = images(1, 2, 8, 8)
    expected = run(load_translator(state), x)
    state |= {
        "model.2.running_mean": np.ones(3),
        "model.2.running_var": np.ones(3),
    }
    np.testing.assert_array_equal(run(load_translator(state), x), expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("model.4.bias"), "missing: model.4.bias"),
        (lambda s: s.update({"model.99.bias": np.ones(1)}), "left over: model"),
        (lambda s: s.update({"model.4.weight": s["model.1.weight"]}), "shape"),
        (
            lambda s: s["model.1.weight"].fill(np.nan),
            "'model.1.weight' must be",
        ),
        (lambda s: s.pop("model.1.weight"), "must have the kernel 'model.1."),
        (lambda s: s.update({"model.1.weight": np.ones(3)}), "four axes"),
        (lambda s: s.update({"model.4.bias": np.array(["a"])}), "of numbers"),
    ],
    ids=["missing", "extra", "shape", "nan", "first", "flat", "text"],
)
def test_weights_of_something_else_are_refused(change, message):
    state = authors.resnet_weights("instance", blocks=1)
    change(state)
    with pytest.raises(ValueError, match=message):
        load_translator(state)


def test_zero_padded_blocks_and_other_networks_are_refused():
    state = authors.resnet_weights("instance", blocks=1)
    zero = {
        k.replace("conv_block.1.", "conv_block.0."): v for k, v in state.items()
    }
    with pytest.raises(ValueError, match="must pad by reflection"):
        load_translator(zero)
    with pytest.raises(ValueError, match="discriminator of patches"):
        load_patch_discriminator({"model.0.weight": np.ones((2, 1, 4, 4))})
    with pytest.raises(ValueError, match="path of a file or a dict"):
        load_translator(3)
    with pytest.raises(ValueError, match="`condition_channels` must be less"):
        load_patch_discriminator(authors.patch_weights("batch"), 3)


def test_a_loaded_network_survives_a_file(tmp_path):
    network = load_translator(authors.resnet_weights("batch", blocks=1))
    network.save(tmp_path / "network.keras")
    copy = keras.saving.load_model(tmp_path / "network.keras")
    x = images(1, 2, 9, 11)
    np.testing.assert_allclose(run(network, x), run(copy, x), atol=1e-6)

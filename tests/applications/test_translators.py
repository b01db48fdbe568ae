"""The translators of the zoo: sizes, settings, and authors' weights."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.applications import CycleGAN
from kerasgan.applications import Pix2Pix
from kerasgan.layers import NoiseDropout
from kerasgan.metrics.features.efficientnet_lite0_maps import (
    efficientnet_lite0_maps,
)
from tests import children
from tests.checkpoints import authors
from tests.checkpoints.test_translation import golden
from tests.networks.checking import kinds


def images(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, shape).astype("float32")


def patches_see(network):
    """Returns the receptive field of a discriminator of patches."""
    field, stride = 1, 1
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            field += (layer.kernel_size[0] - 1) * stride
            stride *= layer.strides[0]
    return field


@pytest.mark.parametrize(
    ("size", "field"),
    [((256, 256), 70), ((64, 64), 34), ((28, 40), 34), ((9, 300), 16)],
)
def test_patches_suit_the_size(size, field):
    for game in (
        Pix2Pix((*size, 1), filters=1),
        CycleGAN((*size, 1), filters=1, blocks=0),
    ):
        name = game._network_names[-1]
        assert patches_see(getattr(game, name)) == field
    game = Pix2Pix((64, 64, 1), filters=1, receptive_field=16)
    assert patches_see(game.discriminator) == 16


def test_the_papers_settings_are_the_defaults():
    with keras.StatelessScope(initialize_variables=False):
        game, cycle = Pix2Pix(), CycleGAN()
    assert [layer.name for layer in game.generator.layers].count("down_8")
    assert game.generator.get_layer("down_1").filters == 64
    assert game.discriminator.output_shape == (None, 30, 30, 1)
    assert game.l1_weight == 100.0
    noise = kinds(game.generator, NoiseDropout)
    assert len(noise) == 3 and noise[0].at_inference and noise[0].rate == 0.5
    cycle.generator_b.get_layer("block_9")
    assert cycle.pool_size == 50 and cycle.cycle_weight == 10.0
    assert cycle._weight_of_identity == 0.5
    assert isinstance(cycle.loss, kerasgan.losses.LeastSquares)
    adam = cycle._default_optimizers()["generator"]
    assert float(adam.beta_1) == 0.5
    assert float(adam.learning_rate) == pytest.approx(2e-4)


def test_networks_take_their_options_and_are_not_the_same():
    game = Pix2Pix(
        (16, 16, 2),
        (16, 16, 5),
        network="resnet",
        filters=2,
        generator_options={"blocks": 1, "normalization": None},
        discriminator_options={"filters": 3},
        seed=0,
    )
    assert game.image_shape == (16, 16, 5)
    assert game.discriminator.get_layer("conv_1").filters == 3
    config = game.get_config()
    assert config["generator_options"]["blocks"] == 1
    assert Pix2Pix.from_config(config).get_config() == config
    cycle = CycleGAN((8, 8, 1), filters=1, blocks=0, seed=0)
    for kind in ("generator", "discriminator"):
        one, other = (getattr(cycle, f"{kind}_{k}") for k in "ab")
        assert not np.array_equal(one.get_weights()[0], other.get_weights()[0])


@pytest.mark.parametrize(
    ("cls", "kwargs", "message"),
    [
        (Pix2Pix, dict(output_shape=(8, 9, 1)), "`output_shape` must have"),
        (CycleGAN, dict(image_shape_b=(8, 9, 1)), "`image_shape_b` must have"),
        (Pix2Pix, dict(network="unit"), "`network`.*'unet'"),
        (Pix2Pix, dict(learning_rate_decay=100), "`learning_rate_decay` must"),
        (CycleGAN, dict(learning_rate_decay=(1, 0)), "`learning_rate_decay`"),
    ],
)
def test_arguments_are_checked(cls, kwargs, message):
    with pytest.raises(ValueError, match=message):
        cls((8, 8, 1), filters=1, **kwargs)


def test_residual_translators_begin_near_their_input():
    game = CycleGAN((8, 8, 1), filters=2, blocks=0, residual=True, seed=0)
    x = 0.9 * images(2, 8, 8, 1)
    assert np.corrcoef(game.translate(x).ravel(), x.ravel())[0, 1] > 0.8
    plain = CycleGAN((8, 8, 1), filters=2, blocks=0, seed=0).translate(x)
    assert np.corrcoef(plain.ravel(), x.ravel())[0, 1] < 0.6


def test_the_learning_rate_falls_and_goes_on_after_loading(tmp_path):
    schedule = kerasgan.optimizers.ConstantThenLinear(2.0, 100, 50)
    found = [float(schedule(step)) for step in (0, 100, 125, 150, 900)]
    np.testing.assert_allclose(found, [2, 2, 1, 0, 0], atol=1e-6)
    game = Pix2Pix((8, 8, 1), filters=1, learning_rate_decay=(1, 4), seed=0)
    x = images(8, 8, 8, 1)
    game.fit(x, x, batch_size=4, verbose=0)
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    for player in loaded.optimizer.players.values():
        assert float(player.learning_rate) == pytest.approx(1.5e-4)


# === Weights of the authors ===


def moved(x):
    return np.moveaxis(x, 1, -1)


def test_the_golden_pix2pix_is_a_model(tmp_path):
    arrays, states = golden("pix2pix_unet.npz")
    game = Pix2Pix.from_checkpoint(states, noise_at_inference=False)
    x = moved(arrays["x"])
    expected = moved(arrays["G_eval_output"])
    np.testing.assert_allclose(game.translate(x), expected, atol=1e-4)
    game = Pix2Pix.from_checkpoint(
        states, image_size=(64, 64), noise_at_inference=False, ema=10.0
    )
    np.testing.assert_allclose(game.translate(x), expected, atol=1e-4)
    found = game.discriminator([x[::-1], x])
    judged = keras.ops.convert_to_numpy(found)
    assert np.isfinite(judged).all() and judged.std() > 0
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    np.testing.assert_array_equal(loaded.translate(x), game.translate(x))


def test_the_golden_cyclegan_is_a_model():
    arrays, states = golden("cyclegan_resnet.npz")
    given = {"G_A": states["G"], "G_B": states["G"], "D_A": states["D"]}
    game = CycleGAN.from_checkpoint(given)
    x = moved(arrays["x"])
    for to in "ab":
        np.testing.assert_allclose(
            game.translate(x, to=to), moved(arrays["G_output"]), atol=1e-4
        )
    judged = keras.ops.convert_to_numpy(game.discriminator_b(x))
    np.testing.assert_allclose(judged, moved(arrays["D_output"]), atol=1e-4)


def test_which_weights_lead_where():
    given = {
        "G_A": authors.resnet_weights("instance", ins=2, outs=1),
        "G_B": authors.resnet_weights("instance", ins=1, outs=2),
    }
    game = CycleGAN.from_checkpoint(given, image_size=(8, 12), seed=0)
    a, b = images(1, 8, 12, 2), images(1, 8, 12, 1)
    for role, x, to in (("G_A", a, "b"), ("G_B", b, "a")):
        expected = authors.resnet(given[role], np.moveaxis(x, -1, 1), blocks=2)
        np.testing.assert_allclose(
            game.translate(x, to=to), moved(expected), atol=1e-4
        )
    # The discriminators start anew, and all of it trains.
    game.fit(a, b, verbose=0)
    assert int(game.pool_a.count) == 1


def test_weights_that_do_not_fit_each_other_are_named():
    given = {
        "G_A": authors.resnet_weights("instance"),
        "G_B": authors.resnet_weights("batch"),
    }
    with pytest.raises(ValueError, match="'G_A' and 'G_B' of the same kind"):
        CycleGAN.from_checkpoint(given)
    with pytest.raises(ValueError, match="'G_B' is missing"):
        CycleGAN.from_checkpoint({"G_A": given["G_A"]})
    with pytest.raises(ValueError, match="'G' is missing"):
        Pix2Pix.from_checkpoint({"D": {}})


# === The same game of other papers ===


def test_disco_gan_is_judged_as_a_whole_and_by_squares():
    game = kerasgan.applications.DiscoGAN((16, 16, 1), filters=2, seed=0)
    assert game.discriminator_a.output_shape == (None, 1)
    a, b = images(4, 16, 16, 1), images(4, 16, 16, 1, seed=1)
    logs = game.test_on_batch(a, b, return_dict=True)
    pairs = (("b", "a", a), ("a", "b", b))
    expected = sum(
        np.square(
            game.translate(game.translate(x, to=there), to=back) - x
        ).mean((0, 1, 2, 3))
        for there, back, x in pairs
    )
    assert logs["cycle_loss"] == pytest.approx(expected, rel=1e-4)
    assert logs["identity_loss"] == 0.0
    # Logits near 0: log 2 for each discriminator, halved twice over.
    assert logs["d_loss"] == pytest.approx(2 * np.log(2), abs=0.1)
    generator = kerasgan.networks.encoder_decoder(
        (20, 16, 2), output_channels=1, filters=2, bottleneck=5
    )
    assert generator.get_layer("encode").output.shape == (None, 1, 1, 5)
    assert generator.output_shape == (None, 20, 16, 1)


def test_dual_gan_has_critics_and_noise():
    game = kerasgan.applications.DualGAN((16, 16, 1), filters=2, seed=0)
    for layer in game.discriminator_b.layers:
        assert "norm" not in layer.name
    a, b = images(4, 16, 16, 1), images(4, 16, 16, 1, seed=1)
    first, second = game.translate(a, seed=0), game.translate(a, seed=1)
    assert not np.array_equal(first, second)
    logs = game.test_on_batch(a, b, return_dict=True)
    cycle = 500 * logs["cycle_loss"]
    assert logs["g_loss"] == pytest.approx(cycle, rel=0.05)
    assert logs["gradient_penalty"] > 0
    optimizer = game._default_optimizers()["generator"]
    assert isinstance(optimizer, keras.optimizers.RMSprop)


# === Larger images ===


def enlarging(**kwargs):
    small = {"filters": 2, "blocks": 1, "units": 4, "seed": 0}
    shape = kwargs.pop("image_shape", (16, 24, 3))
    return kerasgan.applications.SRGAN(shape, **small, **kwargs)


def test_srgan_sees_what_the_packaged_network_sees():
    game = enlarging(feature_fraction=16)
    assert game.features.output_shape == (None, 1, 2, 672)
    x = images(2, 96, 96, 3)
    whole = kerasgan.metrics.features.get("efficientnet_lite0").model
    maps = [
        step.output
        for step in whole.operations
        if step.output.shape[-1] == 672 and "re_lu" in step.name
    ]
    # Two blocks before, of two each.
    maps = maps[4]
    part = efficientnet_lite0_maps((96, 96, 3), 16)
    expected = keras.Model(whole.input, maps).predict(x, verbose=0)
    found = part.predict(x, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert np.ptp(found) > 1 and not part.trainable_variables
    grey = efficientnet_lite0_maps((96, 96, 1), 16)
    coloured = part.predict(x[..., :1].repeat(3, -1), verbose=0)
    np.testing.assert_allclose(
        grey.predict(x[..., :1], verbose=0), coloured, atol=1e-4
    )


def test_srgan_takes_a_network_of_the_users_or_none():
    network = keras.Sequential(
        [keras.Input((16, 24, 2)), keras.layers.Conv2D(3, 3)]
    )
    game = enlarging(image_shape=(16, 24, 2), features=network)
    assert game.content_weight == 1.0
    config = game.get_config()
    again = kerasgan.applications.SRGAN.from_config(config)
    assert again.get_config() == config
    assert again.features.output_shape == (None, 14, 22, 3)
    assert not again.features.trainable_variables
    plain = enlarging(image_shape=(16, 24, 2), features=None)
    assert plain.features is None and plain.content_weight == 1.0
    assert enlarging().content_weight == 1 / 16
    adam = plain._default_optimizers()["generator"]
    assert float(adam.learning_rate) == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        (dict(image_shape=(16, 18, 3)), "`image_shape`.*that `scale` divides"),
        (dict(image_shape=(12, 16, 3)), "`image_shape` must be at least 16"),
        (dict(image_shape=(None, 16, 3)), "`image_shape`.*divides"),
        (dict(scale=3), "`scale` must be 2, 4 or 8"),
        (dict(features="vgg"), "`features` must be 'efficientnet_lite0'"),
        (dict(image_shape=(16, 16, 2)), "1 or 3 channels.*or None"),
        (dict(feature_fraction=3), "`feature_fraction` must be one of"),
    ],
)
def test_what_cannot_be_enlarged_is_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        enlarging(**kwargs)


# === Files ===

_KINDS_OF_NOISE = {"batch": True, "affine_instance": False}


def trained(normalization):
    """Returns a model whose averages are not those that it began with."""
    game = Pix2Pix(
        (16, 16, 1),
        filters=2,
        normalization=normalization,
        noise_at_inference=_KINDS_OF_NOISE[normalization],
        seed=0,
    )
    x = images(8, 16, 16, 1)
    game.fit(x, -x, batch_size=4, verbose=0)
    return game


def check_in_another_process(folder):
    """Called in a process of its own."""
    x = images(3, 16, 16, 1, seed=5)
    for name in _KINDS_OF_NOISE:
        game = kerasgan.load_model(f"{folder}/{name}.keras")
        expected = np.load(f"{folder}/{name}.npz")
        np.testing.assert_array_equal(game.translate(x, seed=3), expected["a"])
        np.testing.assert_array_equal(game.generate(3, seed=3), expected["b"])
    game = kerasgan.load_model(f"{folder}/cyclegan.keras")
    expected = np.load(f"{folder}/cyclegan.npz")
    for to in "ab":
        np.testing.assert_array_equal(game.translate(x, to=to), expected[to])


def test_pictures_are_the_same_in_another_process(tmp_path):
    x = images(3, 16, 16, 1, seed=5)
    for name, is_noisy in _KINDS_OF_NOISE.items():
        game = trained(name)
        game.save(tmp_path / f"{name}.keras")
        made = game.translate(x, seed=3)
        assert np.array_equal(made, game.translate(x, seed=4)) != is_noisy
        np.savez(tmp_path / f"{name}.npz", a=made, b=game.generate(3, seed=3))
    cycle = CycleGAN((16, 16, 1), filters=2, blocks=1, ema=8.0, seed=0)
    cycle.save(tmp_path / "cyclegan.keras")
    made = {to: cycle.translate(x, to=to) for to in "ab"}
    np.savez(tmp_path / "cyclegan.npz", **made)
    with children.running(check_in_another_process, tmp_path):
        pass


@pytest.mark.parametrize("half_precision", [False, True])
def test_presets_of_one_and_two_generators_come_back(tmp_path, half_precision):
    x = images(4, 8, 8, 1)
    for cls, kwargs, ways in (
        (Pix2Pix, {"noise_at_inference": False}, [{}]),
        (CycleGAN, {"blocks": 1}, [{"to": "a"}, {"to": "b"}]),
    ):
        game = cls((8, 8, 1), filters=2, seed=0, ema=8.0, **kwargs)
        for network in game._averages:  # as after a training
            weights = getattr(game, network).get_weights()
            getattr(game, network).set_weights([0.5 * w for w in weights])
        folder = tmp_path / cls.__name__
        game.save_to_preset(folder, half_precision=half_precision)
        loaded = cls(pretrained=folder)
        assert loaded.examples is None
        for way in ways:
            np.testing.assert_allclose(
                loaded.translate(x, **way),
                game.translate(x, **way),
                atol=0.02 if half_precision else 0,
            )
        part = cls(pretrained=folder, include_discriminator=False, seed=1)
        for name in game._network_names:
            pairs = zip(
                getattr(part, name).get_weights(),
                getattr(loaded, name).get_weights(),
            )
            is_same = all(np.array_equal(a, b) for a, b in pairs)
            assert is_same != name.startswith("discriminator")
        # Without its averages, the generators themselves translate.
        plain = cls(pretrained=folder, ema=None)
        assert not np.allclose(plain.translate(x), game.translate(x))


def test_examples_in_a_file_are_checked(tmp_path):
    game = Pix2Pix((8, 8, 1), filters=2, seed=0)
    kept = {"examples_x": np.zeros((2, 8, 8, 3), "uint8")}
    with pytest.raises(ValueError, match="must be uint8 images like"):
        game._keep_for_pictures(kept)
    types = np.frombuffer(b'[{"raw": null}, 3]', "uint8")
    with pytest.raises(ValueError, match="must be two types"):
        game._keep_for_pictures({"picture_types": types})
    assert game.examples is None and game._picture_types is None

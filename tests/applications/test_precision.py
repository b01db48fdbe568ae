"""The models of the zoo keep the precision that they were made in."""

import keras
import pytest

import kerasgan

applications = kerasgan.applications
GAMES = {
    "DCGAN": {"image_shape": (8, 8, 1), "latent_dim": 3, "filters": 2},
    "ProGAN": {"image_shape": (8, 8, 1), "width": 1 / 128, "max_channels": 4},
}


def make(name, **kwargs):
    cls = applications.get(name)
    return cls(seed=0, ema_half_life=10.0, **GAMES[name], **kwargs)


def policies_of(network):
    """Returns the names of the policies of all layers."""
    return [layer.dtype_policy.name for layer in network._flatten_layers()]


def policies(gan):
    """Returns those of all networks of a model, by their names."""
    names = ("generator", "discriminator", "ema_generator")
    return {name: policies_of(getattr(gan, name)) for name in names}


@pytest.mark.parametrize("name", GAMES)
def test_the_argument_does_what_keras_setting_does(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    wanted = policies(make(name))
    keras.config.set_dtype_policy("float32")
    assert policies(make(name, dtype="mixed_bfloat16")) == wanted
    assert keras.config.dtype_policy().name == "float32"
    assert "mixed_bfloat16" not in str(policies(make(name)))
    assert "mixed_bfloat16" in wanted["generator"]
    assert wanted["ema_generator"] == wanted["generator"]


@pytest.mark.parametrize("name", GAMES)
def test_a_file_keeps_it_and_a_preset_does_not(name, tmp_path):
    gan = make(name, dtype="mixed_bfloat16")
    gan.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert policies(again) == policies(gan)
    applications.save_to_preset(gan, tmp_path / "preset")
    plain = applications.load_preset(None, tmp_path / "preset")
    assert policies(plain) == policies(make(name))
    half = applications.get(name)(
        pretrained=tmp_path / "preset", dtype="mixed_bfloat16"
    )
    assert policies(half) == policies(gan)


def test_networks_that_grow_keep_it_in_any_model():
    for cls in (
        kerasgan.networks.ProgressiveGenerator,
        kerasgan.networks.ProgressiveDiscriminator,
    ):
        network = cls(
            (8, 8, 1), width=1 / 128, max_channels=4, dtype="mixed_bfloat16"
        )
        again = cls.from_config(network.get_config())
        assert policies_of(again) == policies_of(network)
        assert "mixed_bfloat16" in policies_of(network)


def test_an_unknown_policy_is_refused_and_changes_nothing():
    with pytest.raises(ValueError, match="float12"):
        make("DCGAN", dtype="float12")
    assert keras.config.dtype_policy().name == "float32"

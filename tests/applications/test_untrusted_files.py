"""No file runs code of its own: neither a `.keras` file nor a preset."""

import hashlib
import json
import pathlib

import keras
import pytest

import kerasgan
from kerasgan.applications.preset_files import METADATA


@pytest.fixture
def gan(tmp_path, monkeypatch):
    """A game whose generator leaves a trace where it is called."""
    monkeypatch.chdir(tmp_path)
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(16),
            # It is stored as code.
            keras.layers.Lambda(
                lambda x: open("ran", "w").close() or x, output_shape=(16,)
            ),
            keras.layers.Reshape((4, 4, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    gan = kerasgan.models.GAN(generator, discriminator)
    gan.compile(generator_optimizer="sgd", discriminator_optimizer="sgd")
    gan.generate(1)
    pathlib.Path("ran").unlink()
    return gan


def test_code_in_a_keras_file_is_refused(gan):
    gan.save("gan.keras")
    with pytest.raises(ValueError, match="arbitrary code execution"):
        keras.saving.load_model("gan.keras")
    assert not pathlib.Path("ran").exists()


def test_code_in_a_preset_is_refused(gan):
    kerasgan.applications.save_to_preset(gan, "preset")
    with pytest.raises(ValueError, match="arbitrary code execution"):
        kerasgan.applications.load_preset(None, "preset")
    assert not pathlib.Path("ran").exists()


@pytest.mark.parametrize(
    "config",
    [
        {"module": "os", "class_name": "mkdir", "config": {"path": "ran"}},
        {
            "module": "builtins",
            "class_name": "function",
            "config": "mkdir",
            "registered_name": "function",
        },
        "os.mkdir",
    ],
    ids=["class", "function", "name"],
)
def test_a_preset_names_classes_of_its_kind_only(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gan = kerasgan.applications.GAN(image_shape=(2,), latent_dim=2, units=(2,))
    kerasgan.applications.save_to_preset(gan, "preset")
    file = pathlib.Path("preset", "config.json")
    changed = json.loads(file.read_text())
    changed["config"]["loss"] = config
    file.write_text(json.dumps(changed))
    # Whoever changes the one file can change the hash in the other.
    described = pathlib.Path("preset", METADATA)
    metadata = json.loads(described.read_text())
    metadata["files"]["config.json"] = {
        "bytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    described.write_text(json.dumps(metadata))
    with pytest.raises((ValueError, TypeError)):
        kerasgan.applications.load_preset(None, "preset")
    assert not pathlib.Path("ran").exists()

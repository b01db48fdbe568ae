import functools
import json
import sys
import types

import keras
import pytest

from kerasgan import applications
from kerasgan.applications import preset_files
from kerasgan.applications.presets import list_pretrained
from kerasgan.applications.presets import load_preset
from kerasgan.applications.presets import save_to_preset
from kerasgan.models import GAN
from tests.small_gan import SmallGAN
from tests.small_gan import trained


@pytest.fixture
def folder(tmp_path):
    save_to_preset(trained(), tmp_path / "preset")
    return tmp_path / "preset"


def refuse_to_build(monkeypatch):
    def init(*args, **kwargs):
        raise RuntimeError("built before the files were checked")

    monkeypatch.setattr(GAN, "__init__", init)


def flip_last_byte(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.weights.h5", "config.json"])
@pytest.mark.parametrize(
    "damage, match",
    [
        (lambda p: p.write_bytes(p.read_bytes()[:-9]), "must have bytes"),
        (flip_last_byte, "must have sha256 .* Received: .* get it again"),
        (lambda p: p.unlink(), "must be there. Received: no such file"),
    ],
)
def test_a_damaged_file_is_refused_before_anything_is_built(
    folder, monkeypatch, name, damage, match
):
    damage(folder / name)
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match=match):
        SmallGAN(pretrained=folder)


@pytest.mark.parametrize(
    "text, match",
    [
        (None, "which has no metadata.json"),
        ("{", "must be a JSON file"),
        ("[]", "must hold a JSON object"),
        ('{"format": 99}', 'must have "format": 1. Received: 99'),
        ('{"format": 1}', "without 'files'"),
        ('{"format": 1, "files": {"config.json": 3}}', "must state"),
    ],
)
def test_broken_metadata_are_refused(folder, monkeypatch, text, match):
    if text is None:
        (folder / "metadata.json").unlink()
    else:
        (folder / "metadata.json").write_text(text)
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match=match):
        SmallGAN(pretrained=folder)


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    root = tmp_path / "pretrained"
    monkeypatch.setattr(preset_files, "PACKAGED", root)
    save_to_preset(trained(), root / "smallgan" / "dots")
    return root


def test_packaged_presets_are_found_by_name(packaged):
    assert list_pretrained() == ["smallgan/dots"]
    for name in ("dots", "smallgan/dots", True):
        assert SmallGAN(pretrained=name).ema_half_life == 8.0
    assert type(load_preset(None, "smallgan/dots")) is SmallGAN


def test_true_needs_one_preset_that_stands_for_the_class(packaged):
    save_to_preset(SmallGAN(), packaged / "smallgan" / "rings")
    with pytest.raises(ValueError, match="these presets: 'dots', 'rings'"):
        SmallGAN(pretrained=True)
    save_to_preset(
        SmallGAN(seed=11),
        packaged / "smallgan" / "rings",
        metadata={"default": True},
    )
    assert SmallGAN(pretrained=True).seed == 11
    with pytest.raises(ValueError, match="these presets: none"):
        load_preset(applications.DCGAN, True)


def test_an_unknown_name_lists_the_near_ones(packaged):
    with pytest.raises(ValueError, match="Did you mean 'dots'"):
        SmallGAN(pretrained="dot")
    with pytest.raises(ValueError, match="Did you mean 'smallgan/dots'"):
        load_preset(None, "smalgan/dots")


def test_a_name_without_any_presets_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(preset_files, "PACKAGED", tmp_path)
    assert list_pretrained() == []
    with pytest.raises(ValueError, match="no presets are installed"):
        SmallGAN(pretrained="dots")


@pytest.mark.parametrize("source", ["", 3, ["dots"]])
def test_what_names_no_preset_is_refused(source):
    with pytest.raises(ValueError, match="must be True, the name of a preset"):
        SmallGAN(pretrained=source)


def test_a_missing_folder_is_refused(tmp_path):
    for source in (tmp_path / "none", str(tmp_path / "none"), "./none"):
        with pytest.raises(OSError, match="which is no folder"):
            SmallGAN(pretrained=source)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    # Keras reads KERAS_HOME once, when it is imported.
    (tmp_path / "cache").mkdir()
    get_file = functools.partial(
        keras.utils.get_file, cache_dir=tmp_path / "cache"
    )
    monkeypatch.setattr(keras.utils, "get_file", get_file)


def test_weights_that_do_not_ship_are_downloaded(packaged, tmp_path, cache):
    preset = packaged / "smallgan" / "dots"
    away = tmp_path / "away.h5"
    (preset / "model.weights.h5").rename(away)
    metadata = json.loads((preset / "metadata.json").read_text())
    metadata["url"] = away.as_uri()
    (preset / "metadata.json").write_text(json.dumps(metadata))
    assert SmallGAN(pretrained="dots").ema_half_life == 8.0
    assert len(list((tmp_path / "cache" / "kerasgan").iterdir())) == 1
    away.unlink()
    assert SmallGAN(pretrained="dots").ema_half_life == 8.0  # from the cache


def test_a_download_with_another_hash_is_refused(
    packaged, tmp_path, cache, monkeypatch
):
    preset = packaged / "smallgan" / "dots"
    (preset / "model.weights.h5").unlink()
    (tmp_path / "away.h5").write_bytes(b"something else")
    metadata = json.loads((preset / "metadata.json").read_text())
    metadata["url"] = (tmp_path / "away.h5").as_uri()
    (preset / "metadata.json").write_text(json.dumps(metadata))
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match="hash does not match"):
        SmallGAN(pretrained="dots")


def test_the_hub_is_asked_for_the_three_files(folder, monkeypatch):
    asked = []

    def snapshot_download(repository, revision, allow_patterns):
        asked.append((repository, revision, sorted(allow_patterns)))
        return str(folder)

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    files = ["config.json", "metadata.json", "model.weights.h5"]
    SmallGAN(pretrained="hf://user/gan")
    SmallGAN(pretrained="hf://user/gan@v2")
    assert asked == [("user/gan", None, files), ("user/gan", "v2", files)]
    with pytest.raises(ValueError, match="must have the form 'hf://user"):
        SmallGAN(pretrained="hf://gan")


def test_a_failing_hub_is_an_error_of_its_own(monkeypatch):
    def snapshot_download(*args, **kwargs):
        raise RuntimeError("404")

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(OSError, match="could not be downloaded.*404"):
        SmallGAN(pretrained="hf://user/gan")


def test_without_the_hub_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ImportError, match=r"pip install 'kerasgan\[hub\]'"):
        SmallGAN(pretrained="hf://user/gan")

import json
import sys
import types

import pytest

from kerasgan import applications
from kerasgan.applications import preset_files
from kerasgan.applications.preset_loader import load_preset
from kerasgan.applications.preset_writer import save_to_preset
from kerasgan.applications.registry import list_pretrained
from kerasgan.models import GAN
from tests.saving.servers import serving
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
        ("{", "must be JSON"),
        ("[]", "must hold a JSON object"),
        ('{"format": 99}', "`format` in .* to 1. Received: 99. A newer"),
        ('{"format": true}', "`format` in .* Received: true"),
        ('{"format": 1, "model": "A"}', "`files` in .* required"),
        (
            '{"format": 1, "model": "A", "files": {"config.json": 3}}',
            "`files.config.json` in .* Received: 3",
        ),
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
        assert SmallGAN(pretrained=name).ema.half_life == 8.0
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
    assert SmallGAN(pretrained=True).get_config()["seed"] == 11
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
def away(packaged, tmp_path, monkeypatch):
    """A server that has the weights, which are not in the preset's folder."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    preset = packaged / "smallgan" / "dots"
    content = (preset / "model.weights.h5").read_bytes()
    (preset / "model.weights.h5").unlink()
    with serving(content) as server:
        metadata = json.loads((preset / "metadata.json").read_text())
        metadata["url"] = f"{server.url}/without_length"
        (preset / "metadata.json").write_text(json.dumps(metadata))
        yield server


def test_weights_that_do_not_ship_are_downloaded_once(away, tmp_path):
    for _ in range(2):
        assert SmallGAN(pretrained="dots").ema.half_life == 8.0
    assert away.asked == ["/without_length"]
    assert len(list((tmp_path / "cache" / "kerasgan").iterdir())) == 1


def test_a_download_with_another_hash_is_refused(away, monkeypatch):
    away.content = away.content[:-1] + b"?"
    refuse_to_build(monkeypatch)
    with pytest.raises(OSError, match="must come from .* sha256"):
        SmallGAN(pretrained="dots")


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://x/y", "", 3])
def test_weights_come_from_the_web_only(packaged, url):
    preset = packaged / "smallgan" / "dots"
    (preset / "model.weights.h5").unlink()
    metadata = json.loads((preset / "metadata.json").read_text())
    metadata["url"] = url
    (preset / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(OSError, match="`url` in '.*metadata.json' must be"):
        SmallGAN(pretrained="dots")


def test_the_hub_is_asked_for_the_three_files(folder, monkeypatch):
    asked = []

    def snapshot_download(repository, revision, allow_patterns, etag_timeout):
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

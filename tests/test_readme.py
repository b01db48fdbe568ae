"""What a newcomer reads is short, its links lead somewhere, and it runs."""

import configparser
import pathlib
import re
import shlex

import numpy as np
import pytest

import kerasgan
from tests.small_runs import command
from tests.small_runs import small

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    part.strip()
    for block in re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    for part in line.split("&&")
]


def test_it_is_short():
    assert len(TEXT.encode()) <= 6 * 1024


def test_its_links_and_pictures_are_there():
    found = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", TEXT)
    assert len(found) > 15
    assert not [link for link in found if not (ROOT / link).exists()]


def test_its_table_names_every_model_of_the_zoo():
    zoo = (ROOT / "docs" / "zoo.md").read_text(encoding="utf-8")
    for name in kerasgan.applications.list_models():
        assert f"`{name}`" in TEXT, name
        assert f"| `{name}` |" in zoo, name


def test_what_it_installs_can_be_installed():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    extras = re.findall(r'"\.\[([^\]]+)\]"', TEXT)
    assert {"tensorflow", "jax", "torch", "test"} == set(extras)
    assert set(extras) <= set(settings["options.extras_require"])


def test_its_commands_run(tmp_path, monkeypatch, without_graphs):
    def load(*args, **kwargs):
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (12, 28, 28, 1), dtype=np.uint8)
        return images, rng.integers(0, 10, 12)

    monkeypatch.setattr(kerasgan.datasets, "load", load)
    monkeypatch.chdir(tmp_path)
    own = [line for line in COMMANDS if line.startswith("kerasgan ")]
    assert len(own) == 2
    rest = [line for line in COMMANDS if line not in own]
    assert all(line.startswith("python -m ") for line in rest)
    with small("DCGAN", filters=2):
        for line in own:
            words = shlex.split(line.replace("--epochs 3", "--epochs 1"))[1:]
            if words[0] == "train":
                words += ["--batch-size", "6"]
            result = command(*words)
            assert result.exit_code == 0, result.output
    assert (tmp_path / "grid.png").exists()

"""The records of translators: trained, chosen, scored and described."""

import importlib
import io
import json
import pathlib
import sys
import types

import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.applications import preset_files

pytestmark = pytest.mark.once

RECORDS = (
    pathlib.Path(__file__).resolve().parents[2] / "applications" / "translation"
)
NAMES = (
    *("pictures", "measures", "drawing", "glasses"),
    *("train", "score", "card"),
)
SIDE = 16
TINY = {
    "pix2pix_emoji_shading": {"filters": 2, "input_shape": [SIDE, SIDE, 3]},
    "cyclegan_glasses": {
        "filters": 2,
        "image_shape": [SIDE, SIDE, 3],
        "receptive_field": 16,
        "generator_options": {"depth": 2, "full_size": True},
    },
}
STYLES = ("fluent_emoji_flat", "fluent_emoji", "noto")


@pytest.fixture
def scripts(monkeypatch, tmp_path, where_compiling_is_cheap, without_graphs):
    """Yields the modules; their records and presets are in `tmp_path`."""
    monkeypatch.syspath_prepend(str(RECORDS))
    modules = {name: importlib.import_module(name) for name in NAMES}
    for module in (*modules.values(), preset_files):
        for name, folder in (("HERE", "."), ("PACKAGED", "packaged")):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    yield types.SimpleNamespace(**modules)
    for name in NAMES:
        sys.modules.pop(name)


def pack(images):
    """Returns the bytes of images as the files of the data hold them."""
    contents = []
    for image in images:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "webp", lossless=True)
        contents.append(np.frombuffer(buffer.getvalue(), "uint8"))
    offsets = np.cumsum([0, *map(len, contents)])
    return {"data": np.concatenate(contents), "offsets": offsets}


def write(path, kinds, **arrays):
    """Writes images of kinds, a dict from keys to arrays, and other arrays."""
    packed = {
        f"{key}{name}": value
        for key, images in kinds.items()
        for name, value in pack(images).items()
    }
    np.savez(path, **packed, **arrays)
    return path


def small(name, folder, **changes):
    """Writes a recipe like a real one, for pictures of a few pixels."""
    recipe = json.loads((RECORDS / name / "recipe.json").read_text())
    arguments = {**recipe["arguments"], **TINY[name]}
    arguments["discriminator_options"] = {"filters": 2}
    recipe |= {
        "arguments": arguments,
        "variants": {
            key: {**variant, "epochs": 1}
            for key, variant in recipe["variants"].items()
        },
        **{"epochs": 2, "steps_per_epoch": 2, "batch_size": 4},
        **{"snapshot_every": 1, **changes},
    }
    (folder / name).mkdir()
    (folder / name / "recipe.json").write_text(json.dumps(recipe))


def from_recipe_to_card(scripts, name, file, variants):
    words = [name, "--folder", str(file)]
    for variant in variants:
        scripts.train.main([*words, "--variant", variant])
    scripts.train.main(words)
    scripts.score.main(words)
    scripts.card.main([name])
    text = pathlib.Path(name, "results.jsonl").read_text()
    rows = [json.loads(line) for line in text.splitlines()]
    for picture in ("examples.png", "training.gif", "curves.png"):
        with Image.open(pathlib.Path(name, picture)) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 0
    return rows, pathlib.Path(name, "README.md").read_text()


def test_pairs_from_recipe_to_card(scripts, tmp_path):
    rng = np.random.default_rng(0)
    shape = (40, SIDE, SIDE, 3)
    file = write(
        tmp_path / "emoji.npz",
        {f"{s}_": rng.integers(0, 256, shape, np.uint8) for s in STYLES},
        names=[f"thing-{i}" for i in range(40)],
    )
    name = "pix2pix_emoji_shading"
    small(name, tmp_path, held_out=0.2, test=0.3)
    rows, card = from_recipe_to_card(scripts, name, file, ["l1"])
    assert [row["name"] for row in rows] == [
        *("pix2pix/emoji_shading", "l1", "doing nothing")
    ]
    assert rows[0]["parts"] == {"test": 12, "held_out": 8, "train": 20}
    recipe = scripts.train.read_recipe(name)
    flat, shaded = scripts.pictures.load(recipe, file)["test"]
    made = kerasgan.applications.Pix2Pix(
        pretrained="pix2pix/emoji_shading"
    ).translate(flat, seed=0)
    for row, images in ((rows[0], made), (rows[2], flat / 127.5 - 1)):
        expected = np.abs(images - (shaded / 127.5 - 1)).mean()
        assert row["scores"]["l1"] == pytest.approx(expected, abs=2e-3)
        assert f"{row['scores']['l1']:.4f}" in card
        assert row["scores"]["features"] > 0


def test_glasses_from_recipe_to_card(scripts, tmp_path):
    rng = np.random.default_rng(0)
    faces = rng.integers(100, 200, (40, SIDE, SIDE, 3)).astype("uint8")
    worn = np.arange(40) % 2
    faces[worn == 1, 6:9, 3:12] = 0
    file = write(
        tmp_path / "faces.npz",
        {"": faces},
        attribute_accessories=np.array(["none", "glasses"])[worn],
    )
    with_glasses = faces[worn == 0][:12].copy()
    with_glasses[:, 6:9, 3:12] = 0
    pairs = {"without_": faces[worn == 0][:12], "with_": with_glasses}
    write(tmp_path / "avatars_glasses_pairs_64.npz", pairs)
    name = "cyclegan_glasses"
    small(name, tmp_path, held_out=5)
    rows, card = from_recipe_to_card(
        scripts, name, file, ["first", "second", "paper"]
    )
    assert [row["name"] for row in rows] == [
        *("the pictures themselves", "cyclegan/glasses", "paper"),
        "doing nothing",
    ]
    nothing = rows[-1]["scores"]
    assert nothing["outside_off"] == nothing["outside_on"] == 0.0
    inside = scripts.glasses.changed(*pairs.values())
    assert inside[0].sum() == 7 * 13  # grown by two
    assert nothing["inside_off"] == pytest.approx(
        scripts.glasses.error(*pairs.values(), inside)
    )
    assert "changed elsewhere" in card


def test_emoji_that_show_the_same_are_in_one_part(scripts, tmp_path):
    group_of = scripts.pictures.group_of
    assert group_of("man-artist") == group_of("woman-artist") == "artist"
    assert group_of("woman-white-hair") == group_of("man-bald") or (
        group_of("woman-white-hair") == "woman-white-hair"
    )
    assert group_of("one-oclock") != group_of("artist")
    assert group_of("person") == "person"


def test_a_pair_is_mirrored_together_and_two_kinds_are_not(scripts):
    a = np.zeros((8, 4, 4, 3), "uint8")
    a[:, :, 0] = 1
    numbers = np.arange(8)
    pairs = scripts.pictures.Pairs(a, a, True, True, 0)
    inputs, targets = pairs.read(numbers, 0)
    np.testing.assert_array_equal(inputs, targets)
    assert 0 < inputs[:, 0, 0, 0].sum() < 8
    kinds = scripts.pictures.Pairs(a, a[:3], False, True, 0)
    inputs, others = kinds.read(numbers, 0)
    assert (inputs != others).any() and len(others) == 8

"""Gallery and tables of `docs/results.md` are what the records say."""

import json
import pathlib

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]


def rows(preset, fid, network="fashion_mnist", sha256="ab" * 32, samples=9):
    """Yields what `score.py` writes: three contestants, two seeds."""
    for name, value in (
        (preset, fid),
        ("after its first epoch", 10 * fid),
        ("Gaussian of the pixels", 77.0),
    ):
        for seed in (0, 1):
            scores = {"fid": {"value": value + seed, "floor": 1.5 + seed}}
            scores["kid"] = {"value": value / 1e4, "floor": 0.0}
            if name == preset == "cgan/a":
                scores["agreement"] = {"value": 0.9, "floor": 0.8}
            yield {
                "backend": "torch",
                "name": name,
                "seed": seed,
                "scores": scores,
                "protocol": {
                    "network": network,
                    "sha256": "cd" * 32,
                    "images": [28, 28, 1],
                    "generated": {"samples": samples},
                    "real": {"samples": samples, "sha256": sha256},
                },
            }


def add(folder, preset, found, padding=0):
    """Writes a record and a preset that ships."""
    name = preset.replace("/", "_")
    recipe = {"preset": preset, "data": "pictures", "padding": padding}
    recipe["model"] = "DCGAN"
    (folder / name).mkdir()
    (folder / name / "recipe.json").write_text(json.dumps(recipe))
    text = "".join(json.dumps(row) + "\n" for row in found)
    (folder / name / "results.jsonl").write_text(text)
    metadata = {"files": {"a": {"bytes": 2_000_000}, "b": {"bytes": 500_000}}}
    (folder / "packaged" / preset).mkdir(parents=True)
    path = folder / "packaged" / preset / "metadata.json"
    path.write_text(json.dumps(metadata))
    return path


def test_the_page_says_what_the_records_say(scripts, monkeypatch):
    gallery = scripts.gallery
    real = ROOT / "applications"
    for module in (gallery, scripts.card, scripts.recipes):
        monkeypatch.setattr(module, "HERE", real)
    packaged = ROOT / "kerasgan" / "applications" / "pretrained"
    monkeypatch.setattr(gallery, "PACKAGED", packaged)
    text = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    section = gallery.section(gallery.records())
    assert text == gallery.replace(text, section), (
        "run `python applications/gallery.py`"
    )


def test_a_table_is_in_the_order_of_its_fids(scripts, tmp_path):
    add(tmp_path, "dcgan/a", rows("dcgan/a", 9.0))
    add(tmp_path, "lsgan/a", rows("lsgan/a", 4.0), padding=2)
    add(tmp_path, "cgan/a", rows("cgan/a", 6.0))
    text = scripts.gallery.section(scripts.gallery.records())
    lines = [line for line in text.splitlines() if line.startswith("|")]
    names = [line.split("|")[1].strip() for line in lines[-7:]]
    assert [name.split("]")[0] for name in names] == [
        "",
        "---",
        "[lsgan/a",
        "[cgan/a",
        "[dcgan/a",
        "*Gaussian of the pixels*",
        "*real images (floor)*",
    ]
    assert "| 4.500 ± 0.707 | 0.400 ± 0.000 | - | 40.50 ± 0.707 |" in text
    assert "90.00 ± 0.000" in text and "2.000 ± 0.707" in text
    text = " ".join(text.split())
    assert "7.5 MB in all" in text
    assert "Cut to that size: lsgan_a." in text
    assert "applications/cgan_a/samples.png" in text


def test_other_networks_and_other_images_have_tables_of_their_own(
    scripts, tmp_path
):
    add(tmp_path, "dcgan/a", rows("dcgan/a", 9.0, samples=10_000))
    add(tmp_path, "dcgan/b", rows("dcgan/b", 9.0, sha256="ee" * 32))
    add(tmp_path, "dcgan/c", rows("dcgan/c", 9.0, network="other"))
    text = scripts.gallery.section(scripts.gallery.records())
    assert text.count("*real images (floor)*") == 3
    assert text.count("biased upwards") == 2


def test_what_does_not_ship_is_not_shown(scripts, tmp_path):
    assert scripts.gallery.section(scripts.gallery.records()) == ""
    add(tmp_path, "dcgan/a", rows("dcgan/a", 9.0)).unlink()
    assert scripts.gallery.records() == []


def test_only_the_section_is_replaced(scripts, tmp_path, monkeypatch):
    gallery = scripts.gallery
    for folder in ("applications", "docs"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(gallery, "HERE", tmp_path / "applications")
    empty = f"before\n{gallery.BEGIN}\n{gallery.END}\nafter\n"
    page = tmp_path / "docs" / "results.md"
    page.write_text(gallery.replace(empty, "old\n"))
    assert "old" in page.read_text()
    gallery.main([])
    assert page.read_text() == empty
    full = gallery.replace(empty, "new\n")
    assert gallery.replace(full, "new\n") == full
    for broken in ("nothing\n", empty + empty, f"{gallery.END}\n{empty}"):
        with pytest.raises(ValueError, match="once each"):
            gallery.replace(broken, "")

"""Writes gallery and score tables of `docs/results.md` from the records.

    python applications/gallery.py

Shown are the presets that ship and have a `results.jsonl`, which `score.py`
writes; all numbers come from there. The section stands between two comments
in that page; whatever is between them is replaced. Scores stand in one table
where they were measured by the same network on the same images: others do not
compare. A table is in the order of its FIDs.
"""

import argparse
import json
import statistics
import textwrap

from card import COLUMNS
from card import ENOUGH
from card import SCALES
from card import cell
from card import floor_of
from card import neighbours
from card import read_rows
from recipes import HERE
from recipes import read_recipe

from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import PACKAGED
from kerasgan.utils.atomic_files import replacing

BEGIN = "<!-- gallery: `python applications/gallery.py` writes what follows -->"
END = "<!-- end of the gallery -->"
# Grids side by side.
COLUMNS_OF_GRIDS = 3

HEAD = """\
## Trained models

`kerasgan.applications.{model}(pretrained="{name}")` loads one of these, which
ship with kerasgan, {size:.1f} MB in all. The pictures show the latents
of seed 0, not picked; each has a model card.
[fine_tuning.py](../examples/fine_tuning.py) goes on from one with other images.
The discriminator comes along; with `include_discriminator=False` it starts
anew.
"""

PROTOCOL = """\
Mean ± standard deviation over the seeds {seeds} of the latents; {generated}
generated images a seed against the {real} test images of {data}. Features:
the network `{network}` (weights {sha256}), images of {size}. The floor is as
many training images in the place of the generated ones, the Gaussian has the
mean and covariance of their pixels; the last column is the same model after
its first epoch.{notes} Scored on {backends} by `python applications/score.py`.
"""


def records():
    """Returns a list of dicts of `name`, `recipe`, `rows` and `megabytes`.

    One for each folder whose preset ships and was scored, in order of names.
    """
    found = []
    for path in sorted(HERE.glob("*/results.jsonl")):
        name = path.parent.name
        recipe = read_recipe(name)
        metadata = PACKAGED / recipe["preset"] / METADATA
        if not metadata.exists():
            continue
        files = json.loads(metadata.read_text("utf-8"))["files"].values()
        found.append(
            {
                "name": name,
                "recipe": recipe,
                "rows": read_rows(name),
                "megabytes": sum(file["bytes"] for file in files) / 1e6,
            }
        )
    return found


def section(found):
    """Returns the text of the section, empty where there are no records."""
    if not found:
        return ""
    size = sum(record["megabytes"] for record in found)
    recipe = found[0]["recipe"]
    name = recipe["preset"].partition("/")[2]
    head = HEAD.format(model=recipe["model"], name=name, size=size)
    parts = [_wrapped(head), grids(found)]
    tables = {}
    for record in found:
        protocol = record["rows"][0]["protocol"]
        same = (protocol["network"], protocol["real"]["sha256"])
        tables.setdefault(same, []).append(record)
    for group in sorted(tables.values(), key=lambda group: -len(group)):
        parts += [table(group), protocol_of(group)]
    return "\n".join(parts)


def grids(found):
    """Returns a Markdown table with the grid of each preset."""
    cells = []
    for record in found:
        name, preset = record["name"], record["recipe"]["preset"]
        link = f"../applications/{name}"
        cells.append(
            f"![Images of {preset}]({link}/samples.png) "
            f"[{preset}]({link}/README.md)"
        )
    lines = []
    for at in range(0, len(cells), COLUMNS_OF_GRIDS):
        row = cells[at : at + COLUMNS_OF_GRIDS]
        row += [" "] * (COLUMNS_OF_GRIDS - len(row))
        lines.append("| " + " | ".join(row) + " |")
    rule = "|---" * COLUMNS_OF_GRIDS + "|"
    return "\n".join(["|   " * COLUMNS_OF_GRIDS + "|", rule, *lines, ""])


def table(group):
    """Returns a Markdown table of presets that were scored alike."""
    every = [row for record in group for row in record["rows"]]
    keys = [key for key in COLUMNS if any(key in r["scores"] for r in every)]
    lines = []
    for record in group:
        mine, first, _ = contestants(record["rows"])
        preset = record["recipe"]["preset"]
        link = f"[{preset}](../applications/{record['name']}/README.md)"
        cells = [link, *_cells(mine, keys), *_cells(first, ["fid"])]
        lines.append((statistics.mean(_values(mine, "fid")), cells))
    # Drawn alike for all of them, but for padding: the first one's will do.
    *_, gaussian = contestants(group[0]["rows"])
    floors = [_cell(floor_of(every, key), key) for key in keys]
    rows = [
        ["", *(COLUMNS[key] for key in keys), "FID, first epoch"],
        ["---"] * (len(keys) + 2),
        *(cells for _, cells in sorted(lines)),
        ["*Gaussian of the pixels*", *_cells(gaussian, keys), "-"],
        ["*real images (floor)*", *floors, "-"],
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def contestants(rows):
    """Returns the scores of preset, first epoch and Gaussian, three lists."""
    names = list(dict.fromkeys(row["name"] for row in rows))
    return [[r["scores"] for r in rows if r["name"] == n] for n in names]


def _values(scores, key):
    return [score[key]["value"] for score in scores if key in score]


def _cell(values, key):
    return cell(values, SCALES.get(key, 1)) if values else "-"


def _cells(scores, keys):
    return [_cell(_values(scores, key), key) for key in keys]


def protocol_of(group):
    """Returns the paragraph under a table."""
    rows = [row for record in group for row in record["rows"]]
    protocol, recipe = rows[0]["protocol"], group[0]["recipe"]
    height, width, channels = protocol["images"]
    samples = protocol["generated"]["samples"]
    notes = ""
    if samples < ENOUGH:
        notes = (
            " FID of so few images is biased upwards, as the floor shows; "
            "KID is not."
        )
    first = group[0]["rows"]
    if first[0].get("neighbours"):
        mine = [row for row in first if row["name"] == first[0]["name"]]
        notes += f" {neighbours(mine)}"
    cropped = [r["name"] for r in group if r["recipe"]["padding"]]
    if cropped:
        notes += f" Cut to that size: {', '.join(cropped)}."
    text = PROTOCOL.format(
        seeds=", ".join(str(s) for s in sorted({r["seed"] for r in rows})),
        generated=f"{samples:,}",
        real=f"{protocol['real']['samples']:,}",
        data=recipe["data"],
        network=protocol["network"],
        sha256=protocol["sha256"][:16],
        size=f"{height} x {width} x {channels}",
        notes=notes,
        backends=", ".join(sorted({row["backend"] for row in rows})),
    )
    return _wrapped(text)


def _wrapped(text):
    """Returns paragraphs in lines of at most 79 characters."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(
        textwrap.fill(p, 79, break_long_words=False, break_on_hyphens=False)
        for p in paragraphs
    ) + "\n"  # fmt: skip


def replace(text, new):
    """Returns a page with another section between the two comments.

    Raises:
        ValueError: If the comments are not there once each, in this order.
    """
    before, found, rest = text.partition(BEGIN + "\n")
    _, ended, after = rest.partition(END + "\n")
    if not (found and ended) or BEGIN in after or END in before + after:
        raise ValueError(
            f"The page must have '{BEGIN}' and then '{END}', once each, on "
            "lines of their own. Received: other ones."
        )
    middle = f"\n{new}\n" if new else ""
    return f"{before}{BEGIN}\n{middle}{END}\n{after}"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args(argv)
    path = HERE.parent / "docs" / "results.md"
    text = replace(path.read_text(encoding="utf-8"), section(records()))
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()

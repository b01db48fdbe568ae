"""Writes the model card of a preset from what `score.py` left behind.

    python applications/card.py dcgan_fashion_mnist

Every number in it comes from `results.jsonl`, `recipe.json` or the preset's
`metadata.json`.
"""

import argparse
import json
import statistics

from attributes import SHOWN
from avatars import UNSEEN
from recipes import HERE
from recipes import measure
from recipes import needs_folder
from recipes import parts_of
from recipes import read_recipe

from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import PACKAGED

COLUMNS = {
    "fid": "FID",
    "kid": "KID x 1000",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "agreement": "agreement %",
}
# Of these the network may be another one.
NEIGHBOURS = ("precision", "recall", "density", "coverage")
SCALES = {"kid": 1000, "agreement": 100}
# Images a side from which on the bias of FID is small here.
ENOUGH = 10_000

CARD = """\
# {preset}

`kerasgan.applications.{model}(pretrained="{preset}")`: {about}

![100 generated images](samples.png)

*The latents of seed 0, not picked.*
{codes}{asked}
## Scores

{table}

Mean and standard deviation over the seeds {seeds} of the latents;
{generated} generated images a seed against the {real} test images of
{dataset}. The floor is as many training images in the place of the generated
ones. {scoring}Scored on {backend}; the command is
`python applications/score.py {name}{option}`, every line of it is in
`results.jsonl`.

## Training

![Losses and FID over the epochs](curves.png)

![The same latents after each epoch](training.gif)

`python applications/train.py {name}{option}` trains it as `recipe.json` says:
{trained} training images{mirrored} in {minibatches}, seed
{seed}{policy}, with {held_out} others left out.{changes}
Of the snapshots, one every
{snapshot_every}{choose_from}, the one of least {measure} on those left out
({chosen}) is the preset{averaged}. It had seen {images_seen}
images.{trained_on}

## Is it a copy?

![Generated images beside their nearest training images](neighbours.png)

*Left: the first ten of the images above. Right: the seven training images
nearest in pixels.*

## Licence and limits

Data: {dataset}, {license}. {source}{limits}
"""

CODES = """
![Four rows a code, which varies from left to right](codes.png)

*A block a code: through its classes, or from -1 to 1. The other numbers are 0;
below the first block each row has another class.*
"""

RECONSTRUCTIONS = """
![Test images above what became of them](reconstructions.png)

*The first twenty test images, each row above what the generator makes of the
encoder's latents.*
"""

MORE = {"InfoGAN": CODES, "BiGAN": RECONSTRUCTIONS}


ASKED = """
## Is what was asked for drawn?

![Eight portraits a caption](captions.png)

*A row a caption; no training picture has what the last four say:*

{captions}

{table}

Percent of the images in which a classifier finds what the caption says
(`python applications/attributes.py PICTURES {preset}`). The first line are real
pictures, on which it errs too; the second are images of their captions; the
third of {unseen} combinations of glasses, skin and clothes, each with and
without facial hair, that were left out of the training.
"""


def asked(name, preset):
    """Returns the section on attributes, empty where none were counted."""
    path = HERE / name / "attributes.json"
    if not path.exists():
        return ""
    counts = json.loads(path.read_text(encoding="utf-8"))
    keys = list(next(iter(counts.values())))
    rows = [["", *keys], ["---"] * (1 + len(keys))]
    rows += [
        [of, *(f"{100 * shares[key]:.1f}" for key in keys)]
        for of, shares in counts.items()
    ]
    return ASKED.format(
        captions="\n".join(f"* {caption}" for caption in SHOWN),
        table="\n".join("| " + " | ".join(row) + " |" for row in rows),
        preset=preset,
        unseen=len(UNSEEN),
    )


def number(value):
    if abs(value) >= 10_000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 10 else f"{value:.3f}"


def cell(values, scale):
    values = [scale * value for value in values]
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{number(statistics.mean(values))} ± {number(spread)}"


def floor_of(rows, key):
    """Returns what real images score, a float a seed."""
    found = {}
    for row in rows:
        floor = row["scores"].get(key, {}).get("floor")
        if floor is not None:
            found[row["seed"]] = floor  # the same for all contestants
    return list(found.values())


def table(rows):
    """Returns a Markdown table, one line a contestant, the best FID first."""
    keys = [key for key in COLUMNS if key in rows[0]["scores"]]
    head = "| | " + " | ".join(COLUMNS[key] for key in keys) + " |"
    lines = []
    for name in dict.fromkeys(row["name"] for row in rows):
        mine = [row["scores"] for row in rows if row["name"] == name]
        cells = [
            cell([scores[key]["value"] for scores in mine], SCALES.get(key, 1))
            if all(key in scores for scores in mine)
            else "-"
            for key in keys
        ]
        fid = statistics.mean(scores["fid"]["value"] for scores in mine)
        lines.append((fid, f"| {name} | " + " | ".join(cells) + " |"))
    floors = [
        cell(found, SCALES.get(key, 1)) if found else "-"
        for key, found in ((key, floor_of(rows, key)) for key in keys)
    ]
    floor = "| *real images (floor)* | " + " | ".join(floors) + " |"
    rule = "|---" * (len(keys) + 1) + "|"
    return "\n".join([head, rule, floor, *(line for _, line in sorted(lines))])


def read_rows(name):
    """Returns the lines of a folder's `results.jsonl`, as dicts.

    Where the recipe has `neighbours`, precision and so on are those of that
    network; of the recipe's `features`, they have that name at the end.
    """
    text = (HERE / name / "results.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    network = read_recipe(name).get("neighbours")
    return [_with_neighbours(row, network) for row in rows] if network else rows


def _with_neighbours(row, network):
    scores, features = dict(row["scores"]), row["protocol"]["network"]
    is_scored = f"recall_{network}" in scores
    for key in NEIGHBOURS:
        scores[f"{key}_{features}"] = scores.pop(key)
        if is_scored:
            scores[key] = scores.pop(f"{key}_{network}")
    return {
        **row,
        "scores": scores,
        "neighbours": network if is_scored else None,
    }


def card(name):
    """Returns the text of a model card."""
    recipe = read_recipe(name)
    rows = read_rows(name)
    preset = PACKAGED / recipe["preset"]
    metadata = json.loads((preset / METADATA).read_text(encoding="utf-8"))
    mine = [row for row in rows if row["name"] == rows[0]["name"]]
    protocol = mine[0]["protocol"]
    images = mine[0]["images"]
    chosen, key = metadata["chosen"], measure(recipe)
    every = parts_of(recipe)[-1][1]["snapshot_every"]
    return CARD.format(
        name=name,
        preset=recipe["preset"],
        model=recipe["model"],
        about=recipe["about"],
        limits=recipe["limits"],
        codes=MORE.get(recipe["model"], ""),
        asked=asked(name, recipe["preset"]),
        table=table(rows),
        seeds=", ".join(str(s) for s in sorted({r["seed"] for r in rows})),
        generated=f"{protocol['generated']['samples']:,}",
        real=f"{protocol['real']['samples']:,}",
        dataset=recipe["data"],
        license=recipe["license"],
        source=f"{recipe['source']} " if "source" in recipe else "",
        scoring="".join(f"{line} " for line in scoring(mine)),
        backend=mine[0]["backend"],
        option=" --folder PICTURES" if needs_folder(recipe) else "",
        trained=f"{images['train']:,}",
        mirrored=" and their mirror images" if recipe.get("mirrored") else "",
        held_out=f"{images['held_out']:,}",
        minibatches=minibatches(recipe),
        seed=recipe["seed"],
        policy=f", in `{recipe['dtype_policy']}`"
        if "dtype_policy" in recipe
        else "",
        changes="".join(map(change, recipe.get("changes", ()))),
        snapshot_every="epoch" if every == 1 else f"{every} epochs",
        choose_from=f" from epoch {recipe['choose_from']} on"
        if "choose_from" in recipe
        else "",
        averaged=f"; what generates is the mean of {chosen['averaged']} "
        "snapshots' weights, of which that is the last; how many was chosen "
        "by those images too"
        if chosen.get("averaged", 1) > 1
        else "",
        measure=key.upper(),
        chosen=f"{chosen['snapshot']}, {number(chosen[key])}",
        images_seen=f"{metadata['images_seen']:,}",
        trained_on=f" {recipe['trained_on']}" if "trained_on" in recipe else "",
    )


def minibatches(recipe):
    """Returns a sentence's part on how many images make a step."""
    sides = {}
    for side, size in (recipe["arguments"].get("batch_sizes") or {}).items():
        sides.setdefault(size, []).append(side)
    if not sides:
        return f"minibatches of {recipe['batch_size']}"
    return "minibatches of " + " and ".join(
        f"{size} (at {', '.join(of_size)} pixels)"
        for size, of_size in sides.items()
    )


def change(entry):
    """Returns a sentence on an entry of the recipe's `changes`."""
    what = [*entry.get("arguments", ())]
    what += [key for key in entry if key not in ("after", "arguments")]
    *most, last = (f"`{key}`" for key in what)
    keys = f"{', '.join(most)} and {last}" if most else last
    return f" After epoch {entry['after']} it goes on with changed {keys}."


def scoring(rows):
    """Yields sentences on how the rows of a preset came about."""
    protocol = rows[0]["protocol"]
    features, sha256 = protocol["network"], protocol["sha256"][:16]
    yield (
        f"Features: the network `{features}` that ships with kerasgan (weights "
        f"{sha256}), so that these numbers compare only with others of the "
        "same network."
    )
    if rows[0].get("neighbours"):
        yield neighbours(rows)
    if protocol["generated"].get("ema"):
        yield "The averaged generator (EMA) drew the generated images."
    if "cropping" in protocol:
        yield f"Scored without the padding: {protocol['cropping']}, cut off."
    samples = protocol["generated"]["samples"]
    if samples < ENOUGH:
        yield (
            f"FID of {samples:,} images is biased upwards, as its floor shows: "
            "KID, which is not, is the one to compare by."
        )
    if "agreement" in rows[0]["scores"]:
        scores = [row["scores"]["agreement_per_class"]["value"] for row in rows]
        shown = (
            f"{100 * statistics.mean(values):.1f}" for values in zip(*scores)
        )
        asked = "the class asked for"
        if "matching" in rows[0]["scores"]:
            asked = "the class that fits their code best, each code another"
        yield (
            "Agreement is the share of images that the classifier puts into "
            f"{asked}; by class, in percent: {', '.join(shown)}."
        )


def neighbours(rows):
    """Returns a sentence on precision and so on of two networks."""
    network, features = rows[0]["neighbours"], rows[0]["protocol"]["network"]
    means = {"value": [], "floor": []}
    for key in NEIGHBOURS:
        found = [row["scores"][f"{key}_{features}"] for row in rows]
        for part, shown in means.items():
            shown.append(number(statistics.mean(s[part] for s in found)))
    values, floors = (", ".join(shown) for shown in means.values())
    return (
        f"Precision, recall, density and coverage are of `{network}`, the "
        f"whole of it, because the features of `{features}` depend on textures "
        "more than on things (docs/metrics.md says more). In those they are "
        f"{values}, and of real images {floors}."
    )


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    args = parser.parse_args(argv)
    path = HERE / args.name / "README.md"
    path.write_text(card(args.name), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()

"""Writes the model card of a preset from what `score.py` left behind.

    python applications/card.py dcgan_fashion_mnist

Every number in it comes from `results.jsonl`, `recipe.json` or the preset's
`metadata.json`.
"""

import argparse
import json
import statistics

from train import HERE
from train import read_recipe

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
SCALES = {"kid": 1000, "agreement": 100}

CARD = """\
# {preset}

`kerasgan.applications.{model}(pretrained="{preset}")`: {about}

![100 generated images](samples.png)

*The latents of seed 0, not picked.*

## Scores

{table}

Mean and standard deviation over the seeds {seeds} of the latents;
{generated} generated images a seed against the {real} test images of
{dataset}. The floor is as many training images in the place of the generated
ones. Features: the classifier `{features}` that ships with kerasgan
(weights {sha256}), so that these numbers compare only with others of the same
network. {agreement}Scored on {backend}; the command is
`python applications/score.py {name}`, every line of it is in
`results.jsonl`.

## Training

![Losses and FID over the epochs](curves.png)

![The same latents after each epoch](training.gif)

`python applications/train.py {name}` trains it as `recipe.json` says:
{trained} training images in minibatches of {batch_size}, seed {seed}, with
the last {held_out} training images left out. Of the {snapshots} snapshots,
the one of least FID on those left out ({chosen}) is the preset. It had seen
{images_seen} images.

## Is it a copy?

![Generated images beside their nearest training images](neighbours.png)

*Left: the first ten of the images above. Right: the seven training images
nearest in pixels.*

## Licence and limits

Data: {dataset}, {license}. {limits}
"""


def number(value):
    return f"{value:.2f}" if abs(value) >= 10 else f"{value:.3f}"


def cell(values, scale):
    values = [scale * value for value in values]
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{number(statistics.mean(values))} ± {number(spread)}"


def table(rows):
    """Returns a Markdown table, one line a contestant, the best FID first."""
    keys = [key for key in COLUMNS if key in rows[0]["scores"]]
    head = "| | " + " | ".join(COLUMNS[key] for key in keys) + " |"
    lines = {}
    for name in dict.fromkeys(row["name"] for row in rows):
        mine = [row["scores"] for row in rows if row["name"] == name]
        cells = [
            cell([scores[key]["value"] for scores in mine], SCALES.get(key, 1))
            if all(key in scores for scores in mine)
            else "-"
            for key in keys
        ]
        fid = statistics.mean(scores["fid"]["value"] for scores in mine)
        lines[fid] = f"| {name} | " + " | ".join(cells) + " |"
    floors = [
        cell([row["scores"][key]["floor"] for row in rows], SCALES.get(key, 1))
        if all(row["scores"].get(key, {}).get("floor") is not None
               for row in rows)
        else "-"
        for key in keys
    ]  # fmt: skip
    floor = "| *real images (floor)* | " + " | ".join(floors) + " |"
    rule = "|---" * (len(keys) + 1) + "|"
    return "\n".join([head, rule, floor, *(lines[f] for f in sorted(lines))])


def card(name):
    """Returns the text of a model card."""
    recipe = read_recipe(name)
    text = (HERE / name / "results.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    preset = PACKAGED / recipe["preset"]
    metadata = json.loads((preset / METADATA).read_text(encoding="utf-8"))
    mine = rows[0]
    agreement = ""
    if "agreement" in mine["scores"]:
        classes = [
            statistics.mean(values)
            for values in zip(
                *(
                    row["scores"]["agreement_per_class"]["value"]
                    for row in rows
                    if row["name"] == mine["name"]
                )
            )
        ]
        shown = ", ".join(f"{100 * share:.1f}" for share in classes)
        agreement = (
            "Agreement is the share of images that the classifier puts into "
            f"the class asked for; by class, in percent: {shown}. "
        )
    protocol = mine["protocol"]
    return CARD.format(
        name=name,
        preset=recipe["preset"],
        model=recipe["model"],
        about=recipe["about"],
        limits=recipe["limits"],
        table=table(rows),
        seeds=", ".join(str(s) for s in sorted({r["seed"] for r in rows})),
        generated=f"{protocol['generated']['samples']:,}",
        real=f"{protocol['real']['samples']:,}",
        dataset=recipe["data"],
        license=recipe["license"],
        features=recipe["features"],
        sha256=protocol["sha256"][:16],
        agreement=agreement,
        backend=mine["backend"],
        trained=f"{recipe['train_images']:,}",
        held_out=f"{recipe['held_out']:,}",
        batch_size=recipe["batch_size"],
        seed=recipe["seed"],
        snapshots=recipe["epochs"] // recipe["snapshot_every"],
        chosen=f"{metadata['chosen']['snapshot']}, "
        f"{metadata['chosen']['fid']:.3f}",
        images_seen=f"{metadata['images_seen']:,}",
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

"""Writes the model card of a translator from what `score.py` left behind.

    python applications/translation/card.py pix2pix_emoji_shading

Every number in it comes from `results.jsonl`, `recipe.json` or the preset's
`metadata.json`.
"""

import argparse
import json

from train import HERE
from train import read_recipe

from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import PACKAGED

# Names, and what the values are multiplied with.
COLUMNS = {
    "off": ("taken off, %", 100),
    "on": ("put on, %", 100),
    "outside_off": ("changed elsewhere, off", 1),
    "outside_on": ("changed elsewhere, on", 1),
    "inside_off": ("error where they were", 1),
    "l1": ("L1", 1),
    "psnr": ("PSNR", 1),
    "ssim": ("SSIM", 1),
    "features": ("features", 1),
    "fid": ("FID", 1),
    "kid": ("KID x 1000", 1000),
    "fid_off": ("FID, off", 1),
    "fid_on": ("FID, on", 1),
    "kid_off": ("KID x 1000, off", 1000),
    "kid_on": ("KID x 1000, on", 1000),
}

NAMES = {
    "missed": "share of glasses left on or not put on",
}

CARD = """# {preset}

`kerasgan.applications.{model}`: {about}

![Examples that it was not trained on](examples.png)

*{shown} Test pictures, not picked.*

```python
import kerasgan

game = kerasgan.applications.{model}(pretrained="{preset}")
made = game.translate(images{to})  # uint8, or float in [-1, 1]
```

or `kerasgan translate {preset} FOLDER --out OUT`.

## Scores

{table}

On {test:,} test pictures. L1 is the mean absolute difference to the truth in
[-1, 1]. FID and KID are of the network `efficientnet_lite0` that ships with
kerasgan, so that they compare only with others of the same network and number
of pictures; the floor is of as many training pictures in the place of those
that are made.{about_scores} Scored with {backend}:

```bash
export KERAS_BACKEND={backend}
{commands}
```

## How it was trained

![Its samples over the epochs](training.gif)

![Losses, and scores of the snapshots](curves.png)

*Held-out pictures after each epoch; losses, and the score by which the
snapshot was chosen.*

On {train:,} pictures{mirrored}, in minibatches of {batch_size}, seed {seed},
{epochs} epochs of {steps} steps; `{recipe}` has all settings. Of its snapshots
{every}, the one with the least {by} on {held_out:,} held-out pictures ships:
{snapshot}, {chosen}. The averaged generator (EMA) translates. What it is
compared with was chosen in the same way.{trained_on}

## Licence and limits

Data: {data}, {license}. {source} {limits}
"""


def number(value):
    size = abs(value)
    return f"{value:.1f}" if size >= 10 else f"{value:.4f}"


def table(recipe, rows):
    """Returns a Markdown table, a line a contestant."""
    keys = [key for key in COLUMNS if any(key in row["scores"] for row in rows)]
    heads = [COLUMNS[key][0] for key in keys]
    lines = [["", *heads], ["---"] * (1 + len(heads))]
    names = {
        name: variant["about"] for name, variant in recipe["variants"].items()
    }
    for row in rows:
        cells = [
            number(COLUMNS[key][1] * row["scores"][key])
            if key in row["scores"]
            else "-"
            for key in keys
        ]
        lines.append([names.get(row["name"], row["name"]), *cells])
    floors = [row["scores"] for row in rows if "kid" in str(row["scores"])][0]
    cells = []
    for key in keys:
        stem, _, way = key.partition("_")
        floor = f"{stem}_floor" + (f"_{way}" if way else "")
        cells.append(
            number(COLUMNS[key][1] * floors[floor]) if floor in floors else "-"
        )
    lines.append(["*real pictures (floor)*", *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def card(name):
    """Returns the text of a model card."""
    recipe = read_recipe(name)
    text = (HERE / name / "results.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    path = PACKAGED / recipe["preset"] / METADATA
    metadata = json.loads(path.read_text(encoding="utf-8"))
    chosen, by = metadata["chosen"], recipe["chosen_by"]
    command = f"python applications/translation/{{}}.py {name} --folder FILE"
    return CARD.format(
        **{
            key: recipe[key]
            for key in (
                *("preset", "model", "about", "shown", "about_scores"),
                *("batch_size", "seed", "epochs", "data", "license"),
                *("source", "limits"),
            )
        },
        to=', to="a"' if recipe["model"] == "CycleGAN" else "",
        table=table(recipe, rows),
        backend=rows[0]["backend"],
        commands="\n".join(
            [
                # First those that others begin with.
                *(
                    command.format("train") + f" --variant {variant}"
                    for variant in recipe["variants"]
                ),
                command.format("train"),
                command.format("score"),
            ]
        ),
        test=rows[0]["images"],
        **{part: rows[0]["parts"][part] for part in ("train", "held_out")},
        mirrored=" and their mirror images" if recipe["mirrored"] else "",
        steps=recipe["steps_per_epoch"],
        recipe=metadata["recipe"],
        every=f"after every {recipe['snapshot_every']} epochs",
        by=NAMES.get(by, by.upper()),
        snapshot=chosen["snapshot"],
        chosen=number(chosen[by]),
        trained_on=f" {recipe['trained_on']}" if "trained_on" in recipe else "",
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

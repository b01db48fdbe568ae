"""Chooses the best snapshot of a translator, ships it and scores it.

    python applications/translation/score.py pix2pix_emoji_shading \
        --folder emoji_styles_64.npz

After `train.py` with the same name, and with each `--variant` of the recipe.
Every snapshot translates the held-out pictures, and the recipe's `chosen_by`
says which is best (`selection.jsonl` in the run's folder). It becomes the
packaged preset, which is scored on the test pictures beside what the recipe
compares it with: the variants, each by its own best snapshot, and doing
nothing. That goes to `results.jsonl` beside the recipe, with the pictures for
the model card; `card.py` writes the card.

`--again` scores what ships once more, and leaves the variants' lines as they
are.
"""

import argparse
import json
import pathlib

import keras
import numpy as np
from drawing import curves
from drawing import draw
from drawing import film
from glasses import compare_glasses
from glasses import share_missed
from measures import compare
from pictures import load
from train import HERE
from train import digest_of
from train import read_recipe
from train import run_of

import kerasgan
from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import PACKAGED
from kerasgan.applications.preset_files import WEIGHTS
from kerasgan.utils.bicubic import shrink
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

NOTHING = "doing nothing"


def inputs_of(recipe, pair):
    """Returns what is translated of a pair of arrays, and its truth."""
    a, b = pair
    if b is not None:
        return a, b
    small = shrink(from_bytes(a), recipe["arguments"]["scale"])
    return to_bytes(keras.ops.convert_to_numpy(small)), a


def unchanged(recipe, inputs, truth):
    """Returns the inputs as they are, in the shape of the truth."""
    if inputs.shape[1] != truth.shape[1]:
        return np.asarray(
            keras.ops.convert_to_numpy(
                keras.ops.image.resize(
                    from_bytes(inputs),
                    truth.shape[1:3],
                    interpolation="bicubic",
                )
            )
        )
    return np.broadcast_to(inputs, truth.shape)


def select(recipe, run, parts):
    """Returns the best snapshot of a run, and how it did: a dict."""
    record, rows = run / "selection.jsonl", []
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    known = {row["snapshot"] for row in rows}
    for snapshot in sorted((run / "snapshots").iterdir()):
        if snapshot.name in known:
            continue
        game = kerasgan.applications.load_preset(None, snapshot)
        row = {"snapshot": snapshot.name, **of_held_out(recipe, game, parts)}
        rows.append(row)
        with open(record, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(row, flush=True)
    return min(rows, key=lambda row: row[recipe["chosen_by"]])


def of_held_out(recipe, game, parts):
    """Returns the scores of what a model makes of held-out pictures."""
    if recipe["model"] == "CycleGAN":
        return {"missed": share_missed(game, parts)}
    inputs, truth = inputs_of(recipe, parts["held_out"])
    return compare(game.translate(inputs, seed=0), truth)


def ship(recipe, run, best):
    """Writes the preset that ships and returns its model."""
    snapshot = run / "snapshots" / best["snapshot"]
    game = kerasgan.applications.load_preset(None, snapshot)
    metadata = json.loads((snapshot / METADATA).read_text("utf-8"))
    kept = ("dataset", "license", "recipe", "seed")
    by = recipe["chosen_by"]
    game.save_to_preset(
        PACKAGED / recipe["preset"],
        {
            **{key: metadata[key] for key in kept},
            "default": recipe.get("default", False),
            "chosen": {
                "by": f"least {by} on held-out images",
                by: best[by],
                "snapshot": best["snapshot"],
                "of": recipe["epochs"],
            },
        },
        half_precision=True,
    )
    return kerasgan.applications.load_preset(None, recipe["preset"])


def some_of(game):
    """Returns what a model makes of the pictures that come with it."""
    if not isinstance(game, kerasgan.models.CycleGAN):
        return game.generate(4, seed=0)
    return np.concatenate([game.generate(2, seed=0, to=to) for to in "ba"])


def score(recipe, contestants, parts):
    """Yields a dict of scores a contestant.

    Args:
        recipe: Dict of `recipe.json`.
        contestants: Dict from names to models, or `None` for doing nothing.
        parts: Dict from the names of the parts to pairs of arrays.
    """
    if recipe["model"] == "CycleGAN":
        yield from compare_glasses(contestants, parts)
        return
    inputs, truth = inputs_of(recipe, parts["test"])
    train = parts["train"][-1 if parts["train"][1] is not None else 0]
    for name, game in contestants.items():
        if game is None:
            made = unchanged(recipe, inputs, truth)
        else:
            made = game.translate(inputs, seed=0)
        scores = compare(made, truth, train)
        yield {"name": name, "images": len(truth), "scores": scores}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("--again", action="store_true")
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name)
    parts = load(recipe, args.folder)
    folder, run = HERE / args.name, run_of(args.name)
    known, contestants = [], {}
    if args.again:
        game = kerasgan.applications.load_preset(None, recipe["preset"])
        text = (folder / "results.jsonl").read_text(encoding="utf-8")
        known = [
            line
            for line in text.splitlines()
            if json.loads(line)["name"] in recipe["variants"]
        ]
    else:
        best = select(recipe, run, parts)
        game = ship(recipe, run, best)
        for variant in recipe.get("compared_with", recipe["variants"]):
            other = read_recipe(args.name, variant)
            of_variant = run_of(args.name, variant)
            best = select(other, of_variant, parts)
            contestants[variant] = kerasgan.applications.load_preset(
                None, of_variant / "snapshots" / best["snapshot"]
            )
    contestants = {recipe["preset"]: game, **contestants, NOTHING: None}
    metadata = json.loads(
        (PACKAGED / recipe["preset"] / METADATA).read_text("utf-8")
    )
    common = {
        "backend": keras.backend.backend(),
        "weights": metadata["files"][WEIGHTS]["sha256"],
        "parts": {part: len(pair[0]) for part, pair in parts.items()},
    }
    lines = []
    for row in score(recipe, contestants, parts):
        print(row, flush=True)
        lines.append(json.dumps({**common, **row}))
    (folder / "results.jsonl").write_text(
        "\n".join([*lines, *known]) + "\n", encoding="utf-8"
    )
    digest = digest_of(some_of(game), common["weights"])
    (folder / "digest.json").write_text(
        json.dumps(digest) + "\n", encoding="utf-8"
    )
    draw(recipe, contestants, parts["test"], folder, inputs_of, unchanged)
    if not args.again:
        film(run, folder / "training.gif")
        curves(recipe, run, folder / "curves.png")


if __name__ == "__main__":
    main()

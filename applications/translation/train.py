"""Trains a translator as its `recipe.json` says; resumes by itself.

    KERAS_BACKEND=torch python applications/translation/train.py \
        pix2pix_emoji_shading --folder emoji_styles_64.npz

The run's folder, `runs/pix2pix_emoji_shading`, gets `model.keras`, from which
the same command goes on when it was interrupted, `log.csv`, `samples/` (the
same held-out pictures after each epoch) and `snapshots/`: presets among which
`score.py` chooses. `--variant NAME` trains one of those that the recipe
compares it with, in `runs/pix2pix_emoji_shading.NAME`. Where the recipe
`begins_with` one of these, train that first.
"""

import argparse
import json
import pathlib
import sys

import keras
from pictures import Pairs
from pictures import load

import kerasgan
from kerasgan.datasets.image_stream import ImageStream
from kerasgan.datasets.pair_stream import PairStream
from kerasgan.runs.fit_run import fit_run
from kerasgan.runs.phase import Phase
from kerasgan.runs.run_folder import RunFolder

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))
from recipes import compiled  # noqa: E402
from recipes import digest_of  # noqa: E402, F401 - for score.py
from recipes import snapshots  # noqa: E402

# What a run goes on with; the rest of a recipe is for scores and the card.
SETTINGS = (
    *("model", "arguments", "optimizers", "pictures", "test", "held_out"),
    *("mirrored", "batch_size", "steps_per_epoch", "epochs", "seed"),
    *("snapshot_every", "begins_with"),
)


def read_recipe(name, variant=None):
    """Returns the recipe of a folder beside this file, as a dict.

    Args:
        name: String, the folder.
        variant: Name of one of the recipe's `variants`, or `None`.
    """
    text = (HERE / name / "recipe.json").read_text(encoding="utf-8")
    recipe = json.loads(text)
    if variant is None:
        return recipe
    changes = recipe["variants"][variant]
    arguments = {**recipe["arguments"], **changes.get("arguments", {})}
    return {**recipe, **changes, "arguments": arguments}


def run_of(name, variant=None):
    """Returns the usual folder of a run."""
    return pathlib.Path("runs") / (f"{name}.{variant}" if variant else name)


def build(recipe):
    """Returns the compiled model of a recipe."""
    keras.utils.set_random_seed(recipe["seed"])
    cls = kerasgan.applications.get(recipe["model"])
    game = cls(seed=recipe["seed"], **recipe["arguments"])
    return compiled(game, recipe)


def stream_of(recipe, pictures):
    """Returns the stream of the pictures to train on, a pair of arrays."""
    a, b = pictures
    pairs = Pairs(
        a,
        a if b is None else b,
        recipe["model"] != "CycleGAN",
        recipe["mirrored"],
        recipe["seed"],
    )
    settings = {
        "batch_size": recipe["batch_size"],
        "batches": recipe["steps_per_epoch"],
    }
    if b is not None:
        return PairStream(pairs, **settings)
    return ImageStream(
        lambda numbers: a[numbers],
        len(a),
        a.shape[1:],
        seed=recipe["seed"],
        **settings,
    )


def train(name, recipe, parts, out):
    """Trains a recipe's model in the folder `out`, or goes on there."""
    run = RunFolder(out)
    settings = {key: recipe.get(key) for key in SETTINGS}
    with run.opened(run.model_file.exists(), "RunSource") as stored:
        if stored:
            run.check_same(stored, settings)
        shown = [x[:16] for x in parts["held_out"] if x is not None]

        def begin():
            game = build(recipe)
            if recipe.get("begins_with"):
                _begin_with(game, run_of(name, recipe["begins_with"]))
            game.hold_examples(*shown)
            return game

        game = run.load_or(begin)
        callbacks = (
            keras.callbacks.TerminateOnNaN(),
            snapshots(
                run, recipe, f"applications/translation/{name}/recipe.json"
            ),
        )
        phases = [Phase(recipe["epochs"], callbacks=callbacks)]
        stream = stream_of(recipe, parts["train"])
        return fit_run(game, stream, run, settings, phases)


def _begin_with(game, run):
    """Gives a game the generators of another run, by their averages.

    Discriminators and optimizers begin anew.
    """
    other = kerasgan.load_model(run / "model.keras")
    for name in other._averages:
        weights = getattr(other, name).get_weights()
        for network in (name, name.removeprefix("ema_")):
            getattr(game, network).set_weights(weights)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("--variant", help="one of the recipe's `variants`")
    parser.add_argument("--out", help="defaults to runs/<name>")
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name, args.variant)
    out = args.out or run_of(args.name, args.variant)
    train(args.name, recipe, load(recipe, args.folder), out)


if __name__ == "__main__":
    main()

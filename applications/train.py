"""Trains a model of the zoo as its `recipe.json` says; resumes by itself.

    KERAS_BACKEND=tensorflow python applications/train.py dcgan_fashion_mnist

Where `recipe.json` has an `image_size` or `alphabets`, `--folder` names the
pictures.

The run's folder, `runs/dcgan_fashion_mnist`, gets `model.keras`, from which
the same command goes on when it was interrupted, `log.csv`, `samples/` (the
same latents after each epoch) and `snapshots/epoch_0001` and so on: presets
among which `score.py` chooses. A recipe's `held_out` last training images are
not trained on: the choice is made with them.
"""

import argparse
import functools

import keras
from recipes import compiled
from recipes import digest
from recipes import load
from recipes import needs_folder
from recipes import parts_of
from recipes import read_recipe
from recipes import snapshots
from recipes import with_mirror_images

import kerasgan
from kerasgan.datasets.image_stream import ImageStream
from kerasgan.datasets.pair_stream import PairStream
from kerasgan.runs.fit_run import fit_run
from kerasgan.runs.phase import Phase
from kerasgan.runs.run_folder import RunFolder
from kerasgan.training.class_paired_fit import ClassPairedFit

# What a run goes on with; the rest of a recipe is for scores and the card.
SETTINGS = (
    "model",
    "arguments",
    "dtype_policy",
    "optimizers",
    "data",
    "image_size",
    "test_images",
    "captions",
    "alphabets",
    "mirrored",
    "padding",
    "held_out",
    "batch_size",
    "steps_per_epoch",
    "epochs",
    "changes",
    "seed",
    "snapshot_every",
)


def build(recipe, image_shape):
    """Returns the compiled model of a recipe."""
    keras.utils.set_random_seed(recipe["seed"])
    cls = kerasgan.applications.get(recipe["model"])
    gan = cls(
        image_shape=image_shape,
        seed=recipe["seed"],
        dtype=recipe.get("dtype_policy"),
        **recipe["arguments"],
    )
    return compiled(gan, recipe)


def go_on_as(gan, recipe, image_shape):
    """Returns the model of a recipe, with the state of another."""
    other = build(recipe, image_shape)
    for to, variable in zip(other.variables, gan.variables, strict=True):
        to.assign(variable)
    return other


def stream_of(gan, recipe, images, labels):
    """Returns the minibatches of a training."""
    steps = recipe["steps_per_epoch"]
    batches = steps and steps * gan._minibatches_per_step
    if isinstance(gan, ClassPairedFit):
        pairs = kerasgan.datasets.ClassPairs(
            images, labels, seed=recipe["seed"]
        )
        return PairStream(pairs, recipe["batch_size"], batches=batches)
    has_labels = getattr(gan, "condition", None) is not None
    return ImageStream(
        lambda i: (images[i], labels[i]) if has_labels else images[i],
        len(images),
        images.shape[1:],
        has_labels=has_labels,
        batch_size=recipe["batch_size"],
        seed=recipe["seed"],
        batches=batches,
    )


def train(name, recipe, images, labels, out):
    """Trains a recipe's model in the folder `out`, or goes on there."""
    run = RunFolder(out)
    settings = {key: recipe.get(key) for key in SETTINGS}
    if needs_folder(recipe):
        # Whoever goes on must name the same pictures.
        settings["images"] = digest(images)
    images, labels = with_mirror_images(recipe, images, labels)
    shape = images.shape[1:]
    with run.opened(run.model_file.exists(), "RunSource") as stored:
        if stored:
            run.check_same(stored, settings)
        gan = run.load_or(lambda: build(recipe, shape))
        stream = stream_of(gan, recipe, images, labels)
        phases = [
            Phase(
                part["epochs"],
                change=functools.partial(
                    go_on_as, recipe=part, image_shape=shape
                ),
                callbacks=(
                    keras.callbacks.TerminateOnNaN(),
                    snapshots(run, part, f"applications/{name}/recipe.json"),
                ),
            )
            for _, part in parts_of(recipe)
        ]
        fit_run(gan, stream, run, settings, phases)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", help="where the data are")
    parser.add_argument("--out", help="defaults to runs/<name>")
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name)
    images, labels = load(recipe, "train", args.folder)
    train(args.name, recipe, images, labels, args.out or f"runs/{args.name}")


if __name__ == "__main__":
    main()

"""Trains a model of the zoo as its `recipe.json` says; resumes by itself.

    KERAS_BACKEND=tensorflow python applications/train.py dcgan_fashion_mnist

Where `recipe.json` has an `image_size`, `--folder` names the pictures.

The run's folder, `runs/dcgan_fashion_mnist`, gets `model.keras`, from which
the same command goes on when it was interrupted, `log.csv`, `samples/` (the
same latents after each epoch) and `snapshots/epoch_0001` and so on: presets
among which `score.py` chooses. A recipe's `held_out` last training images are
not trained on: the choice is made with them.
"""

import argparse
import copy

import keras
from recipes import digest
from recipes import load
from recipes import parts_of
from recipes import read_recipe
from recipes import snapshot_name
from recipes import with_mirror_images

import kerasgan
from kerasgan.cli.image_stream import ImageStream
from kerasgan.cli.run_folder import RunFolder
from kerasgan.utils.writing import replacing

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
    gan.compile(
        **{
            # `get` changes what it is given.
            f"{player}_optimizer": keras.optimizers.get(copy.deepcopy(config))
            for player, config in recipe["optimizers"].items()
        }
    )
    return gan


def go_on_as(gan, recipe, image_shape):
    """Returns the model of a recipe, with the state of another."""
    other = build(recipe, image_shape)
    for to, variable in zip(other.variables, gan.variables, strict=True):
        to.assign(variable)
    return other


def train(name, recipe, images, labels, out):
    run = RunFolder(out)
    settings = {key: recipe.get(key) for key in SETTINGS}
    if recipe.get("image_size"):
        # Whoever goes on must name the same pictures.
        settings["images"] = digest(images)
    images, labels = with_mirror_images(recipe, images, labels)
    if run.model_file.exists():
        run.check_same(run.read_settings("RunSource"), settings)
        gan = keras.saving.load_model(run.model_file)
    else:
        run.check_free()
        gan = build(recipe, images.shape[1:])
    steps = recipe["steps_per_epoch"]
    has_labels = getattr(gan, "condition", None) is not None
    stream = ImageStream(
        lambda at: (images[at], labels[at]) if has_labels else images[at],
        len(images),
        images.shape[1:],
        has_labels=has_labels,
        batch_size=recipe["batch_size"],
        seed=recipe["seed"],
        batches=steps and steps * gan.minibatches_per_step,
    )
    steps = stream.num_batches // gan.minibatches_per_step
    done = int(keras.ops.convert_to_numpy(gan.steps_seen)) // steps
    run.write_settings(settings)
    run.cut_log(done)
    for before, part in parts_of(recipe):
        if done >= part["epochs"]:
            continue
        if done == before > 0:
            gan = go_on_as(gan, part, images.shape[1:])
        _fit(gan, stream, run, name, part, done)
        done = part["epochs"]


def _fit(gan, stream, run, name, recipe, done):
    gan.fit(
        stream,
        shuffle=False,
        initial_epoch=done,
        epochs=recipe["epochs"],
        verbose=2,
        callbacks=[
            stream.follow(),
            kerasgan.callbacks.SampleGrid(run.samples, seed=0),
            keras.callbacks.CSVLogger(run.log_file, append=done > 0),
            keras.callbacks.TerminateOnNaN(),
            _save(run, name, recipe),
        ],
    )


def _save(run, name, recipe):
    metadata = {
        "dataset": recipe["data"],
        "license": recipe["license"],
        "recipe": f"applications/{name}/recipe.json",
        "seed": recipe["seed"],
    }

    class Save(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            number = epoch + 1
            if number % recipe["snapshot_every"] == 0 or number == 1:
                self.model.save_to_preset(
                    run.path / "snapshots" / snapshot_name(number),
                    metadata,
                    half_precision=True,
                )
            # Last: an epoch is complete when it is saved.
            with replacing(run.model_file) as temporary:
                self.model.save(temporary)

    return Save()


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

"""Errors of a classifier that has few labels: a game, and the labels alone.

Trains `SemiSupervisedGAN` on all images of a data set and the labels of a
few, as many of each class, and the same discriminator on the labelled images
alone, with the same noise and optimizer. Some training images are kept out of
the game, and asked after each epoch: settings are chosen by them. When a game
is over, both networks are asked for the classes of the data set's test images,
and a line of JSON is appended to `--out`.

    python benchmarks/semi_supervised.py --labels 100 --seeds 0 1 2 \\
        --out benchmarks/semi_supervised.jsonl

The game is saved in `--runs` after each epoch. The same command goes on with
it, also with more `--epochs`.
"""

import argparse
import datetime
import json
import pathlib

import keras
import numpy as np
from speed.machine import machine
from trainings import Training

import kerasgan
from kerasgan.utils.pixels import from_bytes

SETTINGS = (
    "data",
    "labels",
    "network",
    "filters",
    "noise",
    "dropout",
    "learning_rate",
    "ema",
    "batch_size",
    "images",
    "held_out",
)

# Steps of which the images are drawn at a time.
_AT_ONCE = 50


def known_labels(labels, count, seed):
    """Returns the labels of `count` images, as many a class, else -1."""
    classes = int(labels.max()) + 1
    if count % classes:
        raise ValueError(
            f"`count` must be a multiple of {classes}. Received: {count}"
        )
    order = np.random.default_rng(seed).permutation(len(labels))
    known = np.full(len(labels), -1)
    for label in range(classes):
        chosen = order[labels[order] == label][: count // classes]
        known[chosen] = label
    return known


def errors_of_labels_alone(gan, train, known, test, args):
    """Returns the share of errors of the discriminator without the game."""
    network = keras.models.clone_model(gan.discriminator)
    optimizer = gan.optimizer.players["discriminator"]
    network.compile(
        type(optimizer).from_config(optimizer.get_config()),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    rows = np.flatnonzero(known >= 0)
    steps = min(args.most_steps, int(gan.steps_seen))
    known_images, labels = from_bytes(train[rows]), known[rows]
    rng = np.random.default_rng(0)
    for _ in range(-(-steps // _AT_ONCE)):
        drawn = rng.integers(0, len(rows), _AT_ONCE * args.batch_size)
        network.fit(
            *(known_images[drawn], labels[drawn]),
            batch_size=args.batch_size,
            verbose=0,
        )
    images, labels = test
    said = network.predict(from_bytes(images), verbose=0).argmax(1)
    return float(np.mean(said != labels))


def data(args, seed):
    """Returns images and known labels of the game, and what is held out."""
    images, labels = kerasgan.datasets.load(args.data, folder=args.folder)
    order = np.random.default_rng(0).permutation(len(images))
    held, rest = np.split(order, [args.held_out])
    rest = rest[: args.images]
    known = known_labels(labels[rest], args.labels, seed)
    return images[rest], known, (images[held], labels[held])


def built(args, shape, classes, seed):
    """Returns the model before its first step."""
    gan = kerasgan.applications.SemiSupervisedGAN(
        shape,
        num_classes=classes,
        filters=args.filters,
        network=args.network,
        noise=args.noise,
        dropout=args.dropout,
        ema=args.ema,
        seed=seed,
    )
    if args.learning_rate is not None:
        for optimizer in gan.optimizer.players.values():
            optimizer.learning_rate = args.learning_rate
    return gan


def error(gan, images, labels):
    """Returns the share of images that are named wrong."""
    found = gan.classify(images, batch_size=500)
    return round(float(np.mean(found != labels)), 4)


def measure(args, seed):
    """Returns the record of one seed, which chooses the labels too."""
    images, known, held = data(args, seed)
    training = Training(
        pathlib.Path(args.runs, f"{args.network}_{seed}"),
        {key: getattr(args, key) for key in SETTINGS},
    )
    gan = training.open(
        lambda: built(args, images.shape[1:], int(known.max()) + 1, seed)
    )
    errors = training.notes.setdefault("errors", [])
    while training.done < args.epochs:
        # Another order in each epoch, the same one whoever goes on.
        keras.utils.set_random_seed(1000 * seed + training.done)
        gan.fit(images, known, batch_size=args.batch_size, verbose=0)
        errors.append(error(gan, *held))
        training.save(gan)
        print(
            f"seed {seed}, epoch {training.done}: {errors[-1]:.2%} of held "
            f"out, {training.seconds / 60:.1f} minutes of the processor",
            flush=True,
        )
    test = kerasgan.datasets.load(args.data, split="test", folder=args.folder)
    test = tuple(part[: args.test_images] for part in test)
    return {
        "date": datetime.date.today().isoformat(),
        "backend": keras.backend.backend(),
        "machine": machine(),
        "seed": seed,
        **training.settings,
        "epochs": args.epochs,
        "processor_seconds": round(training.seconds),
        "held_out_errors": errors,
        "error": error(gan, *test),
        "error_of_labels_alone": errors_of_labels_alone(
            gan, images, known, test, args
        ),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--folder", default=None)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--network", default="mlp")
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument("--noise", type=float, default=0.6)
    parser.add_argument("--dropout", type=float, default=0.5)
    parser.add_argument("--learning-rate", type=float, default=None)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--images", type=int, default=55_000)
    parser.add_argument("--held-out", type=int, default=5_000)
    parser.add_argument("--test-images", type=int, default=10_000)
    parser.add_argument("--most-steps", type=int, default=3_000)
    parser.add_argument("--ema", type=float, default=50_000.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--runs", default="runs/semi_supervised")
    parser.add_argument("--out", type=pathlib.Path, default=None)
    args = parser.parse_args(argv)
    for seed in args.seeds:
        record = measure(args, seed)
        print(json.dumps(record))
        if args.out is not None:
            with args.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()

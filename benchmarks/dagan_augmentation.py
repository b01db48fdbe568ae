"""What DAGAN's images add to a classifier of few images of unseen classes.

Trains DAGAN on the characters of some Omniglot alphabets. Of the others a few
images a class are given to a small convolutional classifier, and the rest is
asked for: as they are, with shifts and turns, with DAGAN's variations in place
of half of them (`kerasgan.layers.VaryImages`), and with both. A line of JSON a
seed is appended to `--out`: the share of right answers of each, and how far
variations of one image are from each other, as a share of how far images of a
class are.

    python benchmarks/dagan_augmentation.py --omniglot small1.zip small2.zip \\
        --out benchmarks/dagan_augmentation.jsonl

The training and each measurement are saved in `--runs`: the same command goes
on with them.
"""

import argparse
import datetime
import functools
import json
import pathlib

import keras
import numpy as np
from keras import layers
from speed.machine import machine
from trainings import Training

import kerasgan
from kerasgan.utils.pixels import from_bytes

SETTINGS = (
    "filters",
    "dropout",
    "discriminator_steps",
    "learning_rate",
    "batch_size",
    "steps",
)
KINDS = ("none", "shifts", "dagan", "both")


def split_alphabets(alphabets, share, seed):
    """Returns which images are of alphabets that are held back."""
    names = np.unique(alphabets)
    count = max(1, round(share * len(names)))
    held = np.random.default_rng(seed).permutation(names)[:count]
    return np.isin(alphabets, held)


def few_of_each(labels, count, seed):
    """Returns which images are the few of each class."""
    order = np.random.default_rng(seed).permutation(len(labels))
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        chosen[order[labels[order] == label][:count]] = True
    return chosen


def classifier(gan, kind, classes, image_shape, seed):
    """Returns a small network, with the augmentation of a kind."""
    parts = [keras.Input(image_shape)]
    if kind in ("dagan", "both"):
        parts.append(gan.augmentation_layer(0.5, seed=seed))
    if kind in ("shifts", "both"):
        parts += [
            layers.RandomTranslation(
                0.1, 0.1, fill_mode="constant", fill_value=-1.0, seed=seed
            ),
            layers.RandomRotation(
                0.03, fill_mode="constant", fill_value=-1.0, seed=seed
            ),
        ]
    for filters in (32, 64, 64):
        parts += [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(2),
        ]
    parts += [layers.Flatten(), layers.Dropout(0.3, seed=seed)]
    network = keras.Sequential([*parts, layers.Dense(classes)])
    network.compile(
        keras.optimizers.Adam(1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return network


def accuracy(gan, kind, images, labels, few, args, seed):
    """Returns the share of right answers on all but the few images."""
    keras.utils.set_random_seed(seed)
    _, labels = np.unique(labels, return_inverse=True)
    images = from_bytes(images)
    network = classifier(
        gan, kind, int(labels.max()) + 1, images.shape[1:], seed
    )
    epochs = -(-args.steps * args.batch_size // few.sum())
    network.fit(
        *(images[few], labels[few]),
        batch_size=args.batch_size,
        epochs=epochs,
        verbose=0,
    )
    found = network.evaluate(
        *(images[~few], labels[~few]), verbose=0, return_dict=True
    )
    return round(float(found["accuracy"]), 4)


def diversity(gan, images, labels):
    """Returns the spread of variations over that of images of a class."""
    made = gan.variations(images, n=2, seed=0)
    pairs = kerasgan.datasets.ClassPairs(
        from_bytes(images), labels, batch_size=len(images)
    )
    spreads = [
        np.sqrt(np.square(a - b).mean((1, 2, 3))).mean()
        for a, b in ((made[:, 0], made[:, 1]), pairs[0])
    ]
    return round(float(spreads[0] / spreads[1]), 3)


def built(args, shape, seed):
    """Returns the model before its first step."""
    gan = kerasgan.applications.DAGAN(
        shape,
        filters=args.filters,
        units=16 * args.filters,
        discriminator_steps=args.discriminator_steps,
        dropout=args.dropout,
        ema=20_000.0,
        seed=seed,
    )
    for optimizer in gan.optimizer.players.values():
        optimizer.learning_rate = args.learning_rate
    return gan


def measure(data, args, seed):
    """Returns the record of one seed."""
    images, labels, alphabets = data
    held = split_alphabets(alphabets, 0.25, seed)
    training = Training(
        pathlib.Path(args.runs, str(seed)),
        {key: getattr(args, key) for key in SETTINGS},
    )
    gan = training.open(lambda: built(args, images.shape[1:], seed))
    while training.done < args.epochs:
        keras.utils.set_random_seed(1000 * seed + training.done)
        gan.fit(
            *(images[~held], labels[~held]),
            batch_size=args.batch_size,
            verbose=2,
        )
        training.save(gan)
        print(
            f"seed {seed}, epoch {training.done}, {training.seconds / 60:.1f} "
            "minutes of the processor",
            flush=True,
        )
    seconds = training.noted("training_seconds", lambda: training.seconds)
    images, labels = images[held], labels[held]
    spread = training.noted(
        "diversity", lambda: diversity(gan, images[:500], labels[:500])
    )
    print(f"seed {seed}, diversity: {spread}", flush=True)
    found = {}
    for count in args.counts:
        few = few_of_each(labels, count, seed)
        found[count] = {
            kind: training.noted(
                f"{kind} with {count}",
                functools.partial(
                    *(accuracy, gan, kind, images, labels, few, args, seed)
                ),
            )
            for kind in KINDS
        }
        print(f"seed {seed}, {count} a class:", found[count], flush=True)
    return {
        "date": datetime.date.today().isoformat(),
        "backend": keras.backend.backend(),
        "machine": machine(),
        "seed": seed,
        **training.settings,
        "epochs": args.epochs,
        "training_seconds": round(seconds),
        "classes": len(np.unique(labels)),
        "accuracy": found,
        "diversity": spread,
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--omniglot", nargs="+", required=True)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--filters", type=int, default=24)
    parser.add_argument("--dropout", type=float, default=0.5)
    parser.add_argument("--discriminator-steps", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--counts", type=int, nargs="+", default=[5, 10])
    parser.add_argument("--steps", type=int, default=1_200)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--runs", default="runs/dagan_augmentation")
    parser.add_argument("--out", type=pathlib.Path, default=None)
    args = parser.parse_args(argv)
    data = kerasgan.datasets.omniglot(args.omniglot)
    for seed in args.seeds:
        record = measure(data, args, seed)
        print(json.dumps(record))
        if args.out is not None:
            with args.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()

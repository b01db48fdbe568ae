"""Errors of a classifier that has few labels: a game, and the labels alone.

Trains `SemiSupervisedGAN` on all images of a data set and the labels of a
few, as many of each class, and the same discriminator on the labelled images
alone, with the same noise, optimizer and number of steps. Both are asked for
the classes of the data set's test images. A line of JSON a seed is appended to
`--out`, with the errors after each epoch of the game.

    python benchmarks/semi_supervised.py --labels 100 --seeds 0 1 2 \\
        --out benchmarks/semi_supervised.jsonl
"""

import argparse
import datetime
import json
import pathlib

import keras
import numpy as np
from speed.machine import machine

import kerasgan
from kerasgan.utils.pixels import from_bytes

SETTINGS = ("data", "labels", "network", "epochs", "batch_size", "images")


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
    drawn = np.random.default_rng(0).choice(rows, steps * args.batch_size)
    network.fit(
        from_bytes(train[rows])[np.searchsorted(rows, drawn)],
        known[drawn],
        batch_size=args.batch_size,
        verbose=0,
    )
    images, labels = test
    said = network.predict(from_bytes(images), verbose=0).argmax(1)
    return float(np.mean(said != labels))


def measure(args, seed):
    """Returns the record of one seed, which chooses the labels too."""
    load = kerasgan.datasets.load
    images, labels = load(args.data, folder=args.folder)
    test = load(args.data, split="test", folder=args.folder)
    test = tuple(part[: args.test_images] for part in test)
    chosen = np.random.default_rng(0).permutation(len(images))[: args.images]
    images, labels = images[chosen], labels[chosen]
    known = known_labels(labels, args.labels, seed)
    gan = kerasgan.applications.SemiSupervisedGAN(
        images.shape[1:],
        num_classes=int(labels.max()) + 1,
        network=args.network,
        ema=args.ema,
        seed=seed,
    )
    errors = []

    def note(epoch, logs):
        found = gan.classify(test[0], batch_size=500)
        errors.append(round(float(np.mean(found != test[1])), 4))
        print(f"seed {seed}, epoch {epoch + 1}: {errors[-1]:.2%}", flush=True)

    gan.fit(
        images,
        known,
        batch_size=args.batch_size,
        epochs=args.epochs,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=note)],
    )
    return {
        "date": datetime.date.today().isoformat(),
        "backend": keras.backend.backend(),
        "machine": machine(),
        "seed": seed,
        **{key: getattr(args, key) for key in SETTINGS},
        "errors": errors,
        "errors_of_labels_alone": errors_of_labels_alone(
            gan, images, known, test, args
        ),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--folder", default=None)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--network", default="mlp")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--test-images", type=int, default=10_000)
    parser.add_argument("--most-steps", type=int, default=5_000)
    parser.add_argument("--ema", type=float, default=50_000.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
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

"""SemiSupervisedGAN: digits from a hundred labels.

Learns from all images and the labels of a few of each class, and prints the
errors on images that it has not seen, beside those of the same network
trained on the labelled images alone.
"""

import keras
import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.utils.pixels import from_bytes


def known_labels(labels, count, seed=0):
    """Returns labels of `count` images, as many of each class, else -1."""
    classes = labels.max() + 1
    order = np.random.default_rng(seed).permutation(len(labels))
    known = np.full(len(labels), -1)
    for label in range(classes):
        chosen = order[labels[order] == label][: count // classes]
        known[chosen] = label
    return known


def supervised(network, images, labels, steps, batch_size):
    """Trains a copy of a network on labelled images alone; returns it."""
    network = keras.models.clone_model(network)
    network.compile(
        keras.optimizers.Adam(3e-4, beta_1=0.5),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    rows = np.random.default_rng(0).integers(
        0, len(images), (steps, batch_size)
    )
    images = from_bytes(images)
    for chosen in rows:
        network.train_on_batch(images[chosen], labels[chosen])
    return network


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="mnist",
        folder="",
        images=60_000,
        labels=100,
        epochs=20,
        batch_size=64,
        filters=32,
        out="runs/semi_supervised_gan",
    )
    images, labels = load(args)
    held = min(10_000, len(images) // 4)
    known = known_labels(labels[:-held], args.labels)
    gan = kerasgan.applications.SemiSupervisedGAN(
        image_shape=images.shape[1:],
        num_classes=int(labels.max()) + 1,
        filters=args.filters,
        seed=0,
    )
    gan.fit(
        images[:-held],
        known,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    has_label = known >= 0
    alone = supervised(
        gan.discriminator,
        images[:-held][has_label],
        known[has_label],
        min(3_000, int(gan.steps_seen)),
        args.batch_size,
    )
    said = alone.predict(from_bytes(images[-held:]), verbose=0).argmax(1)
    found = gan.classify(images[-held:])
    print(f"errors, labels alone: {np.mean(said != labels[-held:]):.2%}")
    print(f"errors, all images:   {np.mean(found != labels[-held:]):.2%}")


if __name__ == "__main__":
    main()

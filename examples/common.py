"""What the examples share: arguments, data, and two simple drawings."""

import argparse

import numpy as np
from matplotlib.figure import Figure

import kerasgan

HELP = {
    "data": "name of the data set, see kerasgan.datasets.load",
    "folder": "folder with its files; empty: look in the usual places",
    "images": "how many images or points to train on, at most",
    "epochs": "passes over them",
    "batch_size": "images in a minibatch",
    "filters": "channels of the layers next to the image",
    "discriminator_steps": "discriminator updates for each generator update",
    "pictures": "folder of pictures to take in place of --data",
    "inputs": "picture or folder of what is translated",
    "targets": "the same of what it becomes",
    "pairs": "folder of pictures with both halves",
    "size": "height and width of an image, in pixels",
    "pretraining_epochs": "how many of the epochs have no discriminator",
    "blocks": "residual blocks of the generator",
    "units": "width of the discriminator's hidden layer",
    "game": "the paper, by the name of its model",
    "out": "folder for what the example writes",
}


def parse(doc, argv, **defaults):
    """Returns the command line's values of the options with defaults."""
    parser = argparse.ArgumentParser(
        description=doc.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    for name, value in defaults.items():
        parser.add_argument(
            "--" + name.replace("_", "-"),
            type=type(value),
            default=value,
            help=HELP.get(name, " "),
        )
    return parser.parse_args(argv)


def load(args):
    """Returns images, `(n, height, width, channels)`, and labels, `(n,)`."""
    images, labels = kerasgan.datasets.load(
        args.data, folder=args.folder or None
    )
    # At random: some data sets are sorted by class.
    chosen = np.random.default_rng(0).permutation(len(images))[: args.images]
    return images[chosen], labels[chosen]


def draw_points(points, half_width=1.5, pixels=160):
    """Returns points of the plane as a picture, `(pixels, pixels, 1)`."""
    limits = (-half_width, half_width)
    counts, _, _ = np.histogram2d(
        -points[:, 1], points[:, 0], bins=pixels, range=(limits, limits)
    )
    return 1.0 - 2.0 * np.minimum(counts / 2.0, 1.0)[..., None]


def save_curve(path, name, values):
    """Draws one value an epoch as a line."""
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel=name)
    axes.plot(range(1, len(values) + 1), values)
    axes.axhline(0, color="lightgrey", linewidth=1)
    figure.savefig(path)

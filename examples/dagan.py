"""DAGAN: more images of classes that the model has never seen.

Trains on some classes and writes `unseen.png`: images of the others, and
variations of each. With `--omniglot` and a zip file of the authors' pictures,
characters of four in five alphabets are learned. Prints how far variations of
one image are from each other, as a share of how far images of a class are.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside
from kerasgan.utils.pixels import from_bytes


def diversity(gan, images, labels):
    """Returns the spread of variations over that of images of a class."""
    made = gan.variations(images, n=2, seed=0)
    found = np.sqrt(np.square(made[:, 0] - made[:, 1]).mean((1, 2, 3))).mean()
    pairs = kerasgan.datasets.ClassPairs(
        from_bytes(images), labels, batch_size=len(images)
    )
    firsts, seconds = pairs[0]
    true = np.sqrt(np.square(firsts - seconds).mean((1, 2, 3))).mean()
    return found / true


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="mnist",
        folder="",
        omniglot="",
        images=20_000,
        epochs=20,
        batch_size=32,
        filters=32,
        discriminator_steps=5,
        out="runs/dagan",
    )
    if args.omniglot:
        images, labels, groups = kerasgan.datasets.omniglot(args.omniglot)
    else:
        images, labels = load(args)
        groups = labels
    unseen = groups >= 0.8 * (groups.max() + 1)
    gan = kerasgan.applications.DAGAN(
        images.shape[1:],
        filters=args.filters,
        units=32 * args.filters,
        discriminator_steps=args.discriminator_steps,
        seed=0,
    )
    gan.fit(
        images[~unseen],
        labels[~unseen],
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    chosen = np.random.default_rng(0).permutation(np.flatnonzero(unseen))[:12]
    made = gan.variations(images[chosen], n=9, seed=0)
    shown, columns = beside(images[chosen], *np.moveaxis(made, 1, 0))
    kerasgan.utils.save_image(f"{args.out}/unseen.png", shown, columns=columns)
    share = diversity(gan, images[unseen][:500], labels[unseen][:500])
    print(f"spread of variations, of that of a class: {share:.2f}")


if __name__ == "__main__":
    main()

"""Shoes of others: means of latents, added and subtracted.

What an ankle boot has and a sneaker has not is its height. With the DCGAN of
Fashion-MNIST that ships, and its classifier to say what is what, this writes a
picture: a row of each kind with its mean at the end, and beneath them
boot - sneaker + sandal, followed by what is around it. It prints what the
classifier says of what is around, and how much of the upper half is not black.

    python benchmarks/after_training/arithmetic.py --picture arithmetic.png
"""

import argparse

import numpy as np

import kerasgan
from kerasgan.latent.mean_latent import latents_of

KINDS = {"boot": 9, "sandal": 5, "sneaker": 7}
SHOWN = 8


def is_of(kind, least, network):
    """Returns a function that says which images are clearly of a kind."""

    def say(images):
        return network.probabilities(images)[:, KINDS[kind]] >= least

    return say


def height(images):
    """Returns how much of the upper half of images is not black."""
    upper = images[:, : images.shape[1] // 2]
    return float((upper > -0.8).mean())


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dcgan/fashion_mnist")
    parser.add_argument("--features", default="fashion_mnist")
    parser.add_argument("--of-each", type=int, default=64)
    parser.add_argument("--least", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--picture", default="arithmetic.png")
    args = parser.parse_args(argv)
    gan = kerasgan.applications.load_preset(None, args.preset)
    network = kerasgan.metrics.features.get(args.features)
    boots, sandals, sneakers = groups = [
        latents_of(
            *(gan, is_of(kind, args.least, network), args.of_each, args.seed)
        )
        for kind in KINDS
    ]
    found = kerasgan.latent.arithmetic(
        gan, plus=[boots, sandals], minus=[sneakers], neighbours=SHOWN
    )
    rows = [
        np.concatenate([gan.render(group[:SHOWN]), mean[None]])
        for group, mean in zip(groups, found.means)
    ]
    rows.append(np.concatenate([found.image[None], found.around]))
    # As many in each row; those that are missing are white.
    columns = max(map(len, rows))
    cells = [
        np.pad(
            row,
            ((0, columns - len(row)), (0, 0), (0, 0), (0, 0)),
            constant_values=1.0,
        )
        for row in rows
    ]
    kerasgan.utils.save_image(args.picture, np.concatenate(cells), columns)
    said = network.probabilities(found.around).mean(axis=0)
    print("what is around the sum:")
    for kind, label in KINDS.items():
        print(f"called a {kind}: {said[label]:.2f}")
    for kind, image in zip((*KINDS, "sum"), (*found.means, found.image)):
        print(f"upper half of the {kind}: {height(image[None]):.2f}")


if __name__ == "__main__":
    main()

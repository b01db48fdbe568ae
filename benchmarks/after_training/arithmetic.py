"""A garment of others: means of latents, added and subtracted.

Long sleeves are what a pullover has and a T-shirt has not. With the DCGAN of
Fashion-MNIST that ships, and its classifier to say what is what, this writes a
picture: a row of each kind with its mean at the end, and beneath them
pullover - T-shirt + dress, followed by what is around it. It prints how often
the classifier calls what is around a dress, and how bright it is where sleeves
are, in the mean of the dresses and in the sum.

    python benchmarks/after_training/arithmetic.py --picture arithmetic.png
"""

import argparse

import numpy as np

import kerasgan

KINDS = {"T-shirt": 0, "pullover": 2, "dress": 3}


def is_of(kind, least, network):
    """Returns a function that says which images are clearly of a kind."""

    def say(images):
        return network.probabilities(images)[:, KINDS[kind]] >= least

    return say


def sleeves(images):
    """Returns how bright it is at the left and right, halfway down."""
    sides = np.concatenate(
        [images[:, 12:24, 2:8], images[:, 12:24, 20:26]], axis=2
    )
    return float((sides.mean() + 1) / 2)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dcgan/fashion_mnist")
    parser.add_argument("--features", default="fashion_mnist")
    parser.add_argument("--of-each", type=int, default=8)
    parser.add_argument("--least", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--picture", default="arithmetic.png")
    args = parser.parse_args(argv)
    gan = kerasgan.applications.load_preset(None, args.preset)
    network = kerasgan.metrics.features.get(args.features)
    groups = {kind: is_of(kind, args.least, network) for kind in KINDS}
    found = kerasgan.latent.arithmetic(
        gan,
        plus=[groups["pullover"], groups["dress"]],
        minus=[groups["T-shirt"]],
        n=args.of_each,
        seed=args.seed,
    )
    kerasgan.utils.save_image(args.picture, found.picture)
    _, dress, _ = found.means
    share = network.probabilities(found.around)[:, KINDS["dress"]].mean()
    print(f"called a dress: {share:.2f} of what is around the sum")
    print(
        f"sleeves: {sleeves(dress[None]):.2f} of the dresses' mean, "
        f"{sleeves(found.image[None]):.2f} of the sum"
    )


if __name__ == "__main__":
    main()

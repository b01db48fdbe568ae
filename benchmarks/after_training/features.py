"""What a discriminator's features are worth to a linear classifier.

`kerasgan.latent.features` of images of Fashion-MNIST, the pixels, and the same
features of a discriminator that was never trained, less their means and over
one deviation, for scikit-learn's LinearSVC. The penalty is chosen among five
by the errors on a fifth of the labelled images, and the errors are those on
the test images. The labelled images are drawn anew for each seed, as many of
each class.

    python benchmarks/after_training/features.py --preset dcgan/fashion_mnist
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

import kerasgan

PENALTIES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def untrained(gan):
    """Returns a model of the same networks with fresh weights."""
    return type(gan).from_config({**gan.get_config(), "name": "untrained"})


def drawn(labels, count, seed):
    """Returns the indices of as many images of each class."""
    rng = np.random.default_rng(seed)
    classes = np.unique(labels)
    each = count // len(classes)
    of_class = [np.flatnonzero(labels == c) for c in classes]
    return np.concatenate([rng.permutation(at)[:each] for at in of_class])


def accuracy(x, y, x_test, y_test, seed):
    """Returns the share of the test images that are named right."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    held, used = np.split(order, [len(x) // 5])
    best = max(
        PENALTIES,
        key=lambda c: _fit(x[used], y[used], c).score(x[held], y[held]),
    )
    return _fit(x, y, best).score(x_test, y_test)


def _fit(x, y, penalty):
    model = LinearSVC(C=penalty, max_iter=300, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dcgan/fashion_mnist")
    parser.add_argument("--data", default="fashion_mnist_subset")
    parser.add_argument("--labels", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--train", type=int, help="images at most")
    parser.add_argument("--test", type=int, help="images at most")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", help="file to append a line of JSON to")
    args = parser.parse_args(argv)
    gan = kerasgan.applications.load_preset(None, args.preset)
    x, y = kerasgan.datasets.load(args.data)
    x_test, y_test = kerasgan.datasets.load(args.data, "test")
    x, y, x_test, y_test = (
        x[: args.train],
        y[: args.train],
        x_test[: args.test],
        y_test[: args.test],
    )
    seen = {
        "pixels": lambda images: images.reshape(len(images), -1) / 127.5 - 1,
        "untrained": lambda images: kerasgan.latent.features(
            untrained(gan), images
        ),
        args.preset: lambda images: kerasgan.latent.features(gan, images),
    }
    print("| labels | features | dimensions | accuracy, % | least to most |")
    print("|---|---|---|---|---|")
    for name, see in seen.items():
        train, test = see(x), see(x_test)
        # One scale for all, since some pixels hardly ever vary.
        mean, deviation = train.mean(axis=0), train.std()
        train, test = (train - mean) / deviation, (test - mean) / deviation
        for count in args.labels:
            found = []
            for seed in range(args.seeds):
                at = drawn(y, count, seed)
                score = accuracy(train[at], y[at], test, y_test, seed)
                found.append(100 * score)
            print(
                f"| {count} | {name} | {train.shape[1]} | "
                f"{np.mean(found):.1f} | {min(found):.1f} to "
                f"{max(found):.1f} |",
                flush=True,
            )
            if args.out:
                row = {
                    "data": args.data,
                    "test_images": len(x_test),
                    "labels": count,
                    "features": name,
                    "accuracies": found,
                }
                with pathlib.Path(args.out).open("a") as file:
                    file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()

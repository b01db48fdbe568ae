"""How well a digit is found that a model has never seen.

For each digit of MNIST, a DCGAN is trained on the others, and the test images
of that digit are to score higher than the others: the AUROC of
`kerasgan.latent.anomaly_scores`, and that of what remains of an image after
the projection to the principal components of the training images that explain
90 % of their variance.

    python benchmarks/after_training/anomalies.py --digits 0 1
"""

import argparse
import json
import pathlib

import numpy as np

import kerasgan


def auroc(normal, odd):
    """Returns how often an odd one scores higher than a normal one."""
    normal, odd = np.sort(normal), np.asarray(odd)
    below = np.searchsorted(normal, odd, side="left")
    equal = np.searchsorted(normal, odd, side="right") - below
    return float((below + 0.5 * equal).mean() / len(normal))


def pca_scores(train, images, share=0.9):
    """Returns the distances to the plane of the principal components."""
    flat = train.reshape(len(train), -1)
    mean = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((flat - mean).T))
    kept = np.cumsum(values[::-1]) / values.sum() < share
    basis = vectors[:, ::-1][:, kept]
    x = images.reshape(len(images), -1) - mean
    return np.square(x - x @ basis @ basis.T).sum(axis=1)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--folder", help="folder of the data set's files")
    parser.add_argument("--digits", type=int, nargs="+", default=range(10))
    parser.add_argument("--train", type=int, help="training images at most")
    parser.add_argument("--test", type=int, default=100, help="of each kind")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", help="file to append a line of JSON to")
    args = parser.parse_args(argv)
    where = {} if args.folder is None else {"folder": args.folder}
    x, y = kerasgan.datasets.load(args.data, **where)
    x_test, y_test = kerasgan.datasets.load(args.data, "test", **where)
    print("| digit | AnoGAN | principal components |\n|---|---|---|")
    rows = []
    for digit in args.digits:
        train = x[y != digit][: args.train]
        gan = kerasgan.applications.DCGAN(
            x.shape[1:], filters=args.filters, ema=20_000.0, seed=args.seed
        )
        gan.fit(train, batch_size=64, epochs=args.epochs, verbose=0)
        rng = np.random.default_rng(args.seed)
        images = np.concatenate(
            [
                rng.permutation(x_test[at])[: args.test]
                for at in (y_test != digit, y_test == digit)
            ]
        )
        count = min(args.test, (y_test != digit).sum())
        found = kerasgan.latent.anomaly_scores(
            gan, images, steps=args.steps, restarts=args.restarts, verbose=0
        )
        floats = [
            part.astype("float32") / 127.5 - 1 for part in (train, images)
        ]
        scores = {"anogan": found.scores, "pca": pca_scores(*floats)}
        row = {
            key: auroc(score[:count], score[count:])
            for key, score in scores.items()
        }
        rows.append(list(row.values()))
        print(
            f"| {digit} | {row['anogan']:.3f} | {row['pca']:.3f} |", flush=True
        )
        if args.out:
            row = {**vars(args), "digit": digit, **row}
            row["digits"] = list(args.digits)
            with pathlib.Path(args.out).open("a") as file:
                file.write(json.dumps(row) + "\n")
    anogan, pca = np.mean(rows, axis=0)
    print(f"| mean | {anogan:.3f} | {pca:.3f} |")


if __name__ == "__main__":
    main()

"""How well a digit is found that a model has never seen.

For each digit of MNIST, a DCGAN is trained on the others, and then an encoder
for it (`kerasgan.models.FAnoGAN`). The test images of that digit are to score
higher than the others. The table has the AUROC of `f_anogan`, the encoder's
scores; `anogan`, those of `kerasgan.latent.anomaly_scores`, which searches for
latents, of `--test` images of each kind; and `pca`, what remains of an image
after the projection to the principal components of the training images that
explain 90 % of their variance.

    python benchmarks/after_training/anomalies.py --folder FOLDER \\
        --out benchmarks/after_training/anomalies.jsonl

Trainings are saved in `--runs` after each epoch: the same command goes on.
"""

import argparse
import functools
import json
import pathlib
import sys

import keras
import numpy as np

import kerasgan

# Where what the benchmarks share is.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from trainings import Training  # noqa: E402

SETTINGS = ("data", "train", "filters", "seed")


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


def trained(training, build, images, epochs, name):
    """Returns a model after its epochs, those before among them."""
    model = training.open(build)
    while training.done < epochs:
        keras.utils.set_random_seed(training.done)
        model.fit(images, batch_size=64, verbose=0)
        training.save(model)
        print(
            f"{name}, epoch {training.done}, {training.seconds / 60:.1f} "
            "minutes of the processor",
            file=sys.stderr,
            flush=True,
        )
    return model


def auroc_of(method, model, train, images, is_odd, args):
    """Returns the AUROC of the scores of one method."""
    if method == "pca":
        scores = pca_scores(*(x / 127.5 - 1.0 for x in (train, images)))
    elif method == "f_anogan":
        scores = model.scores(images, batch_size=250)
    else:
        chosen = np.concatenate(
            [np.flatnonzero(is_odd == kind)[: args.test] for kind in (0, 1)]
        )
        images, is_odd = images[chosen], is_odd[chosen]
        scores = kerasgan.latent.anomaly_scores(
            *(model, images),
            steps=args.steps,
            restarts=args.restarts,
            verbose=0,
        ).scores
    return auroc(scores[~is_odd], scores[is_odd])


def measure(digit, args):
    """Returns the AUROC of each method for one digit."""
    where = {} if args.folder is None else {"folder": args.folder}
    x, y = kerasgan.datasets.load(args.data, **where)
    images, labels = kerasgan.datasets.load(args.data, "test", **where)
    order = np.random.default_rng(args.seed).permutation(len(images))
    images, is_odd = images[order], labels[order] == digit
    train = x[y != digit][: args.train]
    folder = pathlib.Path(args.runs, str(digit))
    settings = {key: getattr(args, key) for key in SETTINGS}
    gan = trained(
        Training(folder / "gan", settings),
        lambda: kerasgan.applications.DCGAN(
            x.shape[1:], filters=args.filters, ema=20_000.0, seed=args.seed
        ),
        train,
        args.epochs,
        f"without {digit}",
    )
    training = Training(
        folder / "encoder", {**settings, "gan_epochs": args.epochs}
    )
    model = trained(
        training,
        lambda: kerasgan.models.FAnoGAN.from_gan(
            gan, filters=args.filters, ema=20_000.0, seed=args.seed
        ),
        train,
        args.encoder_epochs,
        f"encoder without {digit}",
    )
    return {
        method: training.noted(
            f"{method} after {args.encoder_epochs}",
            functools.partial(
                *(auroc_of, method, model, train, images, is_odd, args)
            ),
        )
        for method in args.methods
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--folder", help="folder of the data set's files")
    parser.add_argument("--digits", type=int, nargs="+", default=range(10))
    parser.add_argument("--methods", nargs="+", default=["f_anogan", "pca"])
    parser.add_argument("--train", type=int, help="training images at most")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--encoder-epochs", type=int, default=3)
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument("--test", type=int, default=100, help="for anogan")
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", default="runs/anomalies")
    parser.add_argument("--out", help="file to append a line of JSON to")
    args = parser.parse_args(argv)
    print("| digit |", " | ".join(args.methods), "|")
    print("|---" * (1 + len(args.methods)) + "|")
    rows = []
    for digit in args.digits:
        found = measure(digit, args)
        rows.append(list(found.values()))
        print(row_of(digit, rows[-1]), flush=True)
        if args.out:
            row = {**vars(args), "digits": list(args.digits)}
            row |= {"digit": digit, "auroc": found}
            with pathlib.Path(args.out).open("a") as file:
                file.write(json.dumps(row) + "\n")
    print(row_of("mean", np.mean(rows, axis=0)))


def row_of(name, values):
    return f"| {name} | " + " | ".join(f"{x:.3f}" for x in values) + " |"


if __name__ == "__main__":
    main()

"""Chooses the best snapshot of a run, ships it as a preset and scores it.

    python applications/score.py dcgan_fashion_mnist

After `train.py` with the same name. Every snapshot is scored by FID on the
held-out images (`selection.jsonl` in the run's folder); the best one becomes
the packaged preset, which is then scored on the test images with three seeds,
beside two baselines: a Gaussian fitted to the pixels, and the model after its
first epoch. That goes to `applications/<name>/results.jsonl`, with the
pictures for the model card. `card.py` writes the card from it.
"""

import argparse
import json
import pathlib

import keras
import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from train import HERE
from train import load
from train import read_recipe

import kerasgan
from kerasgan.applications.preset_files import PACKAGED

SAMPLES = 10_000
SEEDS = (0, 1, 2)
METRICS = ("fid", "kid", "precision_recall", "density_coverage")


def labelled(gan, samples, seed):
    """Returns generated images, and their classes where the model has some.

    The class of an image of InfoGAN is its first categorical code.
    """
    if gan.num_classes:
        labels = np.arange(samples, dtype="int32") % gan.num_classes
        images = gan.generate(samples, labels=labels, seed=seed, batch_size=500)
        return images, labels
    if isinstance(gan, kerasgan.models.InfoGAN):
        latents = gan.draw_latents(samples, seed)
        code = gan.codes[0]
        one_hot = latents[:, gan.noise_dim : gan.noise_dim + code.width]
        return gan.render(latents, 500), np.argmax(one_hot, axis=1)
    return gan.generate(samples, seed=seed, batch_size=500), None


def select(recipe, run, held_out):
    """Returns the folder of the snapshot of least FID on held-out images."""
    record = run / "selection.jsonl"
    known = {}
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        known = {row["snapshot"]: row for row in map(json.loads, lines)}
    for snapshot in sorted((run / "snapshots").iterdir()):
        if snapshot.name in known:
            continue
        gan = kerasgan.applications.load_preset(None, snapshot)
        score = kerasgan.evaluate(
            labelled(gan, SAMPLES, seed=1000),
            held_out,
            metrics=["fid"],
            features=recipe["features"],
            samples=SAMPLES,
            floor_real=False,
        )
        row = {"snapshot": snapshot.name, "fid": score["fid"]}
        with open(record, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(row, flush=True)
        known[snapshot.name] = row
    return known


def ship(recipe, snapshot, preset, selection):
    """Writes the preset that ships and returns its model."""
    gan = kerasgan.applications.load_preset(None, snapshot)
    metadata = json.loads((snapshot / "metadata.json").read_text("utf-8"))
    kept = ("dataset", "license", "recipe", "seed")
    gan.save_to_preset(
        PACKAGED / preset,
        {
            **{key: metadata[key] for key in kept},
            "default": recipe.get("default", False),
            "chosen": {
                "by": "least FID on held-out training images",
                "features": recipe["features"],
                "fid": selection["fid"],
                "snapshot": selection["snapshot"],
                "of": recipe["epochs"],
            },
        },
        half_precision=True,
    )
    return kerasgan.applications.load_preset(None, preset)


def gaussian(images, samples, seed):
    """Returns images drawn from a Gaussian fitted to the pixels, uint8."""
    rows = images.reshape(len(images), -1).astype("float32") / 127.5 - 1.0
    rng = np.random.default_rng(seed)
    mean, covariance = rows.mean(axis=0), np.cov(rows, rowvar=False)
    values, vectors = np.linalg.eigh(covariance)
    noise = rng.normal(size=(samples, len(values)))
    drawn = mean + (noise * np.sqrt(np.maximum(values, 0))) @ vectors.T
    pixels = np.rint((np.clip(drawn, -1, 1) + 1) * 127.5).astype("uint8")
    return pixels.reshape(samples, *images.shape[1:])


def score(recipe, contestants, test, train):
    """Yields one dict a contestant and seed, with scores and protocol.

    Args:
        recipe: Dict of `recipe.json`.
        contestants: Dict from names to functions of a seed that return images
            or a tuple of images and labels.
        test: Images and labels to compare with.
        train: Images and labels of the floor.
    """
    for name, generate in contestants.items():
        for seed in SEEDS:
            generated = generate(seed)
            metrics = list(METRICS)
            if isinstance(generated, tuple) and generated[1] is not None:
                metrics.append(
                    kerasgan.metrics.ClassifierAgreement(
                        recipe["features"],
                        matched=recipe["model"] == "InfoGAN",
                    )
                )
            result = kerasgan.evaluate(
                generated,
                test,
                metrics=metrics,
                features=recipe["features"],
                samples=SAMPLES,
                seed=seed,
                floor_real=train,
                split="test",
            )
            print(name, seed, repr(result), flush=True)
            yield {"name": name, "seed": seed, **result.to_dict()}


def draw(gan, run, train, folder):
    """Writes the pictures of the model card."""
    images, _ = labelled(gan, 100, seed=0)
    kerasgan.utils.save_image(folder / "samples.png", images, columns=10)
    check = kerasgan.metrics.NearestNeighbours(k=7)
    check.update_real(train[0])
    check.update_state(images[:10])
    kerasgan.utils.save_image(folder / "neighbours.png", check.picture())
    mode = "L" if gan.image_shape[2] == 1 else "RGB"
    frames = []
    for path in sorted((run / "samples").glob("*.png")):
        with Image.open(path) as image:
            frame = np.asarray(image.convert(mode))
        frames.append(frame.reshape(*frame.shape[:2], -1))
    kerasgan.utils.save_gif(folder / "training.gif", frames)
    curves(run, folder / "curves.png")


def curves(run, path):
    """Draws the losses, and the FID of the snapshots, over the epochs."""
    log = np.genfromtxt(
        run / "log.csv", delimiter=",", names=True, encoding="utf-8"
    )
    rows = (run / "selection.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted(map(json.loads, rows), key=lambda row: row["snapshot"])
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for key in ("d_loss", "g_loss"):
        left.plot(np.atleast_1d(log["epoch"]) + 1, log[key], label=key)
    left.set(xlabel="epoch")
    left.legend()
    epochs = [int(row["snapshot"].rpartition("_")[2]) for row in rows]
    right.plot(epochs, [row["fid"] for row in rows])
    right.set(xlabel="epoch", ylabel="FID, held-out images", yscale="log")
    figure.savefig(path)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", help="folder with the files of the data")
    parser.add_argument("--run", help="defaults to runs/<name>")
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name)
    run = pathlib.Path(args.run or f"runs/{args.name}")
    parts = {
        part: load(recipe, part, args.folder)
        for part in ("train", "held_out", "test")
    }
    known = select(recipe, run, parts["held_out"])
    best = min(known.values(), key=lambda row: row["fid"])
    gan = ship(
        recipe, run / "snapshots" / best["snapshot"], recipe["preset"], best
    )
    first = kerasgan.applications.load_preset(
        None, run / "snapshots" / min(known)
    )
    contestants = {
        recipe["preset"]: lambda seed: labelled(gan, SAMPLES, seed),
        "after its first epoch": lambda seed: labelled(first, SAMPLES, seed),
        "Gaussian of the pixels": lambda seed: gaussian(
            parts["train"][0], SAMPLES, seed
        ),
    }
    lines = [
        json.dumps({"backend": keras.backend.backend(), **row})
        for row in score(recipe, contestants, parts["test"], parts["train"])
    ]
    folder = HERE / args.name
    (folder / "results.jsonl").write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )
    draw(gan, run, parts["train"], folder)


if __name__ == "__main__":
    main()

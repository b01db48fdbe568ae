"""Chooses the best snapshot of a run, ships it as a preset and scores it.

    python applications/score.py dcgan_fashion_mnist

After `train.py` with the same name and `--folder`. Every snapshot is scored
on the held-out images, by FID or by what the recipe's `chosen_by` says
(`selection.jsonl` in the run's folder); where the recipe has `averaged`, with
the mean of so many snapshots' weights as its generator too (Izmailov et al.,
2018, arXiv 1803.05407). The best one becomes the packaged preset, which is
then scored on the test images with three seeds, beside two baselines: a
Gaussian fitted to the pixels, and the model after its first epoch. There are
`SAMPLES` generated images, or as many as test images where those are fewer.
Padding is cut off before anything is scored. That goes to
`applications/<name>/results.jsonl`, with the pictures for the model card and
`digest.json`, by which the tests know the preset's images. `card.py` writes
the card from it.

    python applications/score.py dcgan_fashion_mnist --again

scores what ships once more, which takes no run. Where there is none, what the
first epoch scored stays in `results.jsonl` as it is.
"""

import argparse
import itertools
import json
import pathlib
import warnings

import keras
import numpy as np
from drawing import beside_variations
from drawing import draw
from drawing import draw_codes
from drawing import draw_reconstructions
from drawing import draw_run
from recipes import HERE
from recipes import crop
from recipes import digest_of
from recipes import load
from recipes import measure
from recipes import read_recipe
from recipes import snapshot_name

import kerasgan
from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import PACKAGED
from kerasgan.applications.preset_files import WEIGHTS
from kerasgan.conditions.in_turn import in_turn
from kerasgan.metrics.describe_model import describe_model

SAMPLES = 10_000
SEEDS = (0, 1, 2)
FIRST = "after its first epoch"
METRICS = ("fid", "kid", "precision_recall", "density_coverage")
NEIGHBOURS = (
    kerasgan.metrics.PrecisionRecall,
    kerasgan.metrics.DensityCoverage,
)
# Fewer would choose a snapshot by chance.
LEAST_TO_CHOOSE_BY = 1000


def labelled(gan, samples, seed, real=None):
    """Returns generated images, and their classes where the model has some.

    The class of an image of InfoGAN is its first categorical code. DAGAN
    makes images of others, `real`: of each in turn.
    """
    options = {"seed": seed, "batch_size": 500}
    if real is not None and isinstance(gan, kerasgan.models.DAGAN):
        given = real[np.resize(np.arange(len(real)), samples)]
        return gan.variations(given, 1, seed, 500)[:, 0], None
    asked, labels = in_turn(gan, samples)
    if asked:
        return gan.generate(samples, **asked, **options), labels
    if isinstance(gan, kerasgan.models.InfoGAN):
        latents = gan.sample_inputs(samples, seed)["latents"]
        code = gan.codes[0]
        one_hot = latents[:, gan.noise_dim : gan.noise_dim + code.width]
        return gan.render(latents, 500), np.argmax(one_hot, axis=1)
    images = gan.generate(samples, **options)
    # Of a model that grows, and has not yet.
    factor = gan.image_shape[0] // images.shape[1]
    return images.repeat(factor, axis=1).repeat(factor, axis=2), None


def cropped(recipe, generated):
    """Returns images, or a tuple of images and labels, without padding."""
    if isinstance(generated, tuple):
        return crop(generated[0], recipe["padding"]), generated[1]
    return crop(generated, recipe["padding"])


def open_snapshot(snapshot, count=1):
    """Returns the model of a snapshot, or `None` where it has yet to grow.

    Or where there are too few snapshots before it to average.

    Args:
        snapshot: Path of the snapshot, beside the others of the run.
        count: Integer. What generates has the mean of the weights of so many
            snapshots, the last of which is this one; the rest of the model
            is this one's.
    """
    folders = sorted(snapshot.parent.iterdir())
    last = folders.index(snapshot) + 1
    if last < count:
        return None
    models = [
        kerasgan.applications.load_preset(None, folder)
        for folder in folders[last - count : last]
    ]
    if any(
        getattr(gan, "resolution", gan.image_shape[0]) < gan.image_shape[0]
        for gan in models
    ):
        return None
    generators = [gan.ema_generator or gan.generator for gan in models]
    weights = zip(*(generator.get_weights() for generator in generators))
    generators[-1].set_weights([np.mean(each, axis=0) for each in weights])
    return models[-1]


def select(recipe, run, held_out):
    """Returns what is known of the snapshots, by the held-out images.

    Args:
        recipe: Dict of `recipe.json`.
        run: Path of the run.
        held_out: Images and labels.

    Returns:
        List of dicts: `snapshot`, its name; `averaged`, how many snapshots'
        weights generate; and the score.
    """
    record = run / "selection.jsonl"
    rows = []
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    known = {(row["snapshot"], row["averaged"]) for row in rows}
    key = measure(recipe)
    least = snapshot_name(recipe.get("choose_from", 1))
    for snapshot, averaged in itertools.product(
        sorted((run / "snapshots").iterdir()), recipe.get("averaged", [1])
    ):
        if (snapshot.name, averaged) in known or snapshot.name < least:
            continue
        gan = open_snapshot(snapshot, averaged)
        if gan is None:
            continue
        count = max(len(held_out[0]), LEAST_TO_CHOOSE_BY)
        score = kerasgan.evaluate(
            cropped(
                recipe,
                labelled(gan, min(SAMPLES, count), 1000, held_out[0]),
            ),
            cropped(recipe, held_out),
            metrics=[key],
            features=recipe["features"],
            samples=SAMPLES,
            floor_real=False,
            cache=run / "features",
        )
        row = {"snapshot": snapshot.name, "averaged": averaged}
        rows.append({**row, key: score[key]})
        with open(record, "a", encoding="utf-8") as file:
            file.write(json.dumps(rows[-1]) + "\n")
        print(rows[-1], flush=True)
    return rows


def ship(recipe, snapshot, preset, selection):
    """Writes the preset that ships and returns its model."""
    gan = open_snapshot(snapshot, selection["averaged"])
    metadata = json.loads((snapshot / "metadata.json").read_text("utf-8"))
    kept = ("dataset", "license", "recipe", "seed")
    key = measure(recipe)
    gan.save_to_preset(
        PACKAGED / preset,
        {
            **{key: metadata[key] for key in kept},
            "default": recipe.get("default", False),
            "chosen": {
                "by": f"least {key.upper()} on held-out images",
                "features": recipe["features"],
                key: selection[key],
                "snapshot": selection["snapshot"],
                "of": recipe["epochs"],
                "averaged": selection["averaged"],
            },
        },
        half_precision=True,
    )
    return kerasgan.applications.load_preset(None, preset)


def choose(recipe, run, held_out):
    """Ships the best snapshot of a run and returns its model."""
    known = select(recipe, run, held_out)
    if not known:
        raise ValueError(
            f"`--run` must hold snapshots of the full size. Received: '{run}', "
            "which has none yet. Train for longer."
        )
    best = min(known, key=lambda row: row[measure(recipe)])
    snapshot = run / "snapshots" / best["snapshot"]
    return ship(recipe, snapshot, recipe["preset"], best)


def gaussian(images, samples, seed):
    """Returns images drawn from a Gaussian fitted to the pixels, uint8."""
    rows = images.reshape(len(images), -1).astype("float32") / 127.5 - 1.0
    rng = np.random.default_rng(seed)
    mean = rows.mean(axis=0)
    if len(rows) > rows.shape[1]:
        values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
        factor = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    else:
        # The covariance is that of few images: it is factor^T factor.
        factor = (rows - mean) / np.sqrt(len(rows) - 1)
    noise = rng.normal(size=(samples, len(factor)))
    drawn = mean + noise @ factor
    pixels = np.rint((np.clip(drawn, -1, 1) + 1) * 127.5).astype("uint8")
    return pixels.reshape(samples, *images.shape[1:])


def score(recipe, contestants, test, train, cache=None):
    """Yields one dict a contestant and seed, with scores and protocol.

    Args:
        recipe: Dict of `recipe.json`.
        contestants: Dict from names to models, or to functions of a number
            of images and a seed that return images or a tuple of images and
            labels.
        test: Images and labels to compare with.
        train: Images and labels of the floor.
        cache: Folder to keep features of real images in, or `None`.
    """
    samples = min(SAMPLES, len(test[0]))
    uncut = test[0]
    test, train = cropped(recipe, test), cropped(recipe, train)
    for name, contestant in contestants.items():
        is_model = hasattr(contestant, "generate")
        for seed in SEEDS:
            if is_model:
                generated = labelled(contestant, samples, seed, uncut)
            else:
                generated = contestant(samples, seed)
            generated = cropped(recipe, generated)
            metrics = list(METRICS)
            if "neighbours" in recipe:
                metrics += [cls(recipe["neighbours"]) for cls in NEIGHBOURS]
            if isinstance(generated, tuple) and generated[1] is not None:
                metrics.append(
                    kerasgan.metrics.ClassifierAgreement(
                        recipe["features"],
                        matched=recipe["model"] == "InfoGAN",
                    )
                )
            with warnings.catch_warnings():
                # The card says so of small sets of images.
                warnings.filterwarnings("ignore", ".*is mostly bias")
                result = kerasgan.evaluate(
                    generated,
                    test,
                    metrics=metrics,
                    features=recipe["features"],
                    samples=samples,
                    seed=seed,
                    floor_real=train,
                    split="test",
                    cache=cache,
                )
            if is_model:
                asked, _ = in_turn(contestant, 1)
                said = "each class in turn" if asked else None
                about = describe_model(contestant, seed, said)
                result.protocol["generated"] |= about
            if recipe["padding"]:
                result.protocol["cropping"] = (
                    f"{recipe['padding']} pixels at each edge, of generated "
                    "and real images"
                )
            print(name, seed, repr(result), flush=True)
            yield {"name": name, "seed": seed, **result.to_dict()}


def write_results(name, recipe, models, parts, run, known=()):
    """Scores models and the Gaussian, and writes `results.jsonl`.

    Args:
        name: Name of the folder beside this file.
        recipe: Dict of `recipe.json`.
        models: Dict from names to models, the preset's first.
        parts: Dict from the names of the parts of the data to images and
            labels.
        run: Path of the run, where features of real images are kept.
        known: Further lines, to stand after those of the models.
    """
    common = {
        "backend": keras.backend.backend(),
        "weights": weights_of(recipe["preset"]),
        "images": {part: len(images) for part, (images, _) in parts.items()},
    }

    def scored(contestants):
        for row in score(
            recipe, contestants, parts["test"], parts["train"], run / "features"
        ):
            yield json.dumps({**common, **row})

    def drawn(samples, seed):
        return gaussian(parts["train"][0], samples, seed)

    lines = [
        *scored(models),
        *known,
        *scored({"Gaussian of the pixels": drawn}),
    ]
    (HERE / name / "results.jsonl").write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )


def weights_of(preset):
    """Returns the sha256 of a packaged preset's weights."""
    metadata = json.loads((PACKAGED / preset / METADATA).read_text("utf-8"))
    return metadata["files"][WEIGHTS]["sha256"]


def write_digest(gan, weights, path):
    """Writes some pixels of the first images, to know them again by."""
    images, _ = labelled(gan, 4, seed=0)
    digest = digest_of(images, weights)
    digest["ema"] = gan.ema_generator is not None
    path.write_text(json.dumps(digest) + "\n", encoding="utf-8")


def _scored(recipe, part, folder):
    """Returns images once each, with labels where these are classes."""
    if not recipe.get("captions"):
        return load(recipe, part, folder)
    images, _ = load({**recipe, "captions": 1}, part, folder)
    return images, None


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", help="where the data are")
    parser.add_argument("--run", help="defaults to runs/<name>")
    parser.add_argument(
        "--again", action="store_true", help="score what ships once more"
    )
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name)
    run = pathlib.Path(args.run or f"runs/{args.name}")
    parts = {
        part: _scored(recipe, part, args.folder)
        for part in ("train", "held_out", "test")
    }
    folder = HERE / args.name
    snapshots = run / "snapshots"
    if args.again:
        gan = kerasgan.applications.load_preset(None, recipe["preset"])
    else:
        gan = choose(recipe, run, parts["held_out"])
    models, known = {recipe["preset"]: gan}, []
    if args.again and not snapshots.exists():
        text = (folder / "results.jsonl").read_text(encoding="utf-8")
        lines = text.splitlines()
        known = [line for line in lines if json.loads(line)["name"] == FIRST]
    else:
        models[FIRST] = kerasgan.applications.load_preset(
            None, min(snapshots.iterdir())
        )
    write_results(args.name, recipe, models, parts, run, known)
    write_digest(gan, weights_of(recipe["preset"]), folder / "digest.json")
    shown, _ = labelled(gan, 100, seed=0)
    if isinstance(gan, kerasgan.models.DAGAN):
        shown = beside_variations(gan, parts["test"][0])
    draw(recipe, shown, parts["train"], folder)
    if not args.again:
        draw_run(recipe, shown.shape[1:], run, folder)
    if isinstance(gan, kerasgan.models.InfoGAN):
        draw_codes(gan, folder / "codes.png")
    if hasattr(gan, "reconstruct"):
        draw_reconstructions(
            gan, parts["test"][0][:20], folder / "reconstructions.png"
        )


if __name__ == "__main__":
    main()

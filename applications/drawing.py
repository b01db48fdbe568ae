"""The pictures of a model card."""

import json

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from recipes import measure
from recipes import with_mirror_images

import kerasgan
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

# What the film shows at most.
FRAMES, FILM_PIXELS = 30, 272
# Rows in which one code varies.
CODE_ROWS = 4


def draw(recipe, images, train, folder):
    """Writes the pictures of a model card that show what a model makes.

    Args:
        recipe: Dict of `recipe.json`.
        images: Generated images, `(100, height, width, channels)`.
        train: Images and labels that were trained on.
        folder: Path of the folder that the pictures go to.
    """
    kerasgan.utils.save_image(folder / "samples.png", images, columns=10)
    check = kerasgan.metrics.NearestNeighbours(k=7)
    check.update_real(with_mirror_images(recipe, *train)[0])
    check.update_state(images[:10])
    kerasgan.utils.save_image(folder / "neighbours.png", check.picture())


def beside_variations(gan, images):
    """Returns ten rows of an image and nine that DAGAN makes of it."""
    given = images[np.linspace(0, len(images) - 1, 10).astype(int)]
    made = gan.variations(given, 9, seed=0)
    rows = np.concatenate([from_bytes(given)[:, None], made], axis=1)
    return rows.reshape(-1, *rows.shape[2:])


def draw_run(recipe, image_shape, run, folder):
    """Writes the pictures of a model card that show its training.

    Args:
        recipe: Dict of `recipe.json`.
        image_shape: `(height, width, channels)`.
        run: Path of the run.
        folder: Path of the folder that the pictures go to.
    """
    frames = film(run, image_shape)
    kerasgan.utils.save_gif(folder / "training.gif", frames)
    curves(recipe, run, folder / "curves.png")


def draw_codes(gan, path):
    """Writes a picture of what each code of an InfoGAN means.

    A block of rows a code, which varies from left to right; the numbers of
    the others are 0, and the rows below the first block show other classes.

    Args:
        gan: `kerasgan.models.InfoGAN` whose first code is `Categorical`.
        path: Path of the file.
    """
    classes = np.linspace(0, gan.codes[0].width - 1, CODE_ROWS).astype(int)
    blocks = []
    for code in range(len(gan.codes)):
        fixed = [classes, *[0.0] * (len(gan.codes) - 1)]
        fixed[code] = None
        blocks.append(
            kerasgan.latent.traverse(gan, code, rows=CODE_ROWS, codes=fixed)
        )
        blocks.append(np.full_like(blocks[-1][:4], 255))
    kerasgan.utils.save_image(path, np.concatenate(blocks[:-1]))


def draw_reconstructions(gan, images, path):
    """Writes rows of images, each row above what an encoder makes of it.

    Args:
        gan: A model with `reconstruct`.
        images: uint8 array, `(20, height, width, channels)`.
        path: Path of the file.
    """
    made = to_bytes(gan.reconstruct(images))
    rows = [part[i : i + 10] for i in (0, 10) for part in (images, made)]
    kerasgan.utils.save_image(path, np.concatenate(rows), columns=10)


def film(run, image_shape):
    """Returns the samples of a run, some of the epochs and of the images."""
    paths = sorted((run / "samples").glob("*.png"))
    chosen = np.linspace(0, len(paths) - 1, min(FRAMES, len(paths)))
    mode = "L" if image_shape[2] == 1 else "RGB"
    with Image.open(paths[-1]) as last:
        size = last.size
    cell = image_shape[0] + 2  # with the gap
    edge = max(FILM_PIXELS // cell, 1) * cell - 2
    frames = []
    for index in np.rint(chosen).astype(int):
        with Image.open(paths[index]) as image:
            # A model that grows begins with small ones.
            large = image.convert(mode).resize(size, Image.Resampling.NEAREST)
        frame = np.asarray(large)[:edge, :edge]
        frames.append(frame.reshape(*frame.shape[:2], -1))
    return frames


def curves(recipe, run, path):
    """Draws the losses, and the score of the snapshots, over the epochs."""
    key = measure(recipe)
    log = np.genfromtxt(
        run / "log.csv", delimiter=",", names=True, encoding="utf-8"
    )
    rows = (run / "selection.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted(map(json.loads, rows), key=lambda row: row["snapshot"])
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for loss in ("d_loss", "g_loss"):
        left.plot(np.atleast_1d(log["epoch"]) + 1, log[loss], label=loss)
    left.set(xlabel="epoch")
    left.legend()
    scores = [row[key] for row in rows]
    for averaged in sorted({row["averaged"] for row in rows}):
        mine = [row for row in rows if row["averaged"] == averaged]
        right.plot(
            [int(row["snapshot"].rpartition("_")[2]) for row in mine],
            [row[key] for row in mine],
            # There may be one snapshot only.
            marker=".",
            label="one snapshot" if averaged == 1 else f"mean of {averaged}",
        )
    if "averaged" in recipe:
        right.legend()
    label = f"{key.upper()}, held-out images"
    # Without bias, KID may be below 0.
    wide = key != "kid" and max(scores) > 2 * min(scores)
    scale = "log" if wide else "linear"
    right.set(xlabel="epoch", ylabel=label, yscale=scale)
    figure.savefig(path)

"""The pictures of the model cards of translators."""

import json

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import kerasgan
from kerasgan.utils.pixels import from_bytes

EXAMPLES, FRAMES, FILM_ROWS = 24, 24, 6


def draw(recipe, contestants, test, folder, inputs_of, unchanged):
    """Writes `examples.png`: the first test pictures, two examples a row.

    Of each the input, what every contestant makes of it, and the truth; of
    glasses these for taking off, and below for putting on.
    """
    if recipe["model"] == "CycleGAN":
        without, worn = (x[: EXAMPLES // 2] for x in test)
        parts = [(worn, without, {"to": "a"}), (without, worn, {"to": "b"})]
    else:
        inputs, truth = inputs_of(recipe, tuple(
            None if x is None else _spread(x) for x in test
        ))  # fmt: skip
        parts = [(inputs, truth, {})]
    rows = []
    for inputs, truth, asked in parts:
        columns = [
            unchanged(recipe, inputs, truth),
            *(
                game.translate(inputs, seed=0, **asked)
                for game in contestants.values()
                if game is not None
            ),
            truth,
        ]
        columns = [np.clip(from_bytes(x), -1, 1) for x in columns]
        rows.append(np.stack(columns, 1).reshape(-1, *truth.shape[1:]))
    shown = np.concatenate(rows)
    per_row = 2 * (len(shown) // EXAMPLES)
    kerasgan.utils.save_image(folder / "examples.png", shown, columns=per_row)


def _spread(images):
    """Returns as many images as are shown, from everywhere."""
    at = np.linspace(0, len(images) - 1, EXAMPLES).astype(int)
    return images[at]


def film(run, path):
    """Writes the samples of some of the epochs as a film."""
    paths = sorted((run / "samples").glob("*.png"))
    chosen = np.linspace(0, len(paths) - 1, min(FRAMES, len(paths)))
    frames = []
    for index in np.rint(chosen).astype(int):
        with Image.open(paths[index]) as image:
            frame = np.asarray(image.convert("RGB"))
        height = min(frame.shape[0], FILM_ROWS * 66)
        frames.append(frame[:height])
    kerasgan.utils.save_gif(path, frames)


def curves(recipe, run, path):
    """Draws the losses, and the score of the snapshots, over the epochs."""
    log = np.genfromtxt(
        run / "log.csv", delimiter=",", names=True, encoding="utf-8"
    )
    rows = (run / "selection.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted(map(json.loads, rows), key=lambda row: row["snapshot"])
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for loss in ("d_loss", "l1_loss", "cycle_loss", "content_loss"):
        if loss in log.dtype.names:
            left.plot(log["epoch"] + 1, log[loss], label=loss)
    left.set(xlabel="epoch", yscale="log")
    left.legend()
    by = recipe["chosen_by"]
    right.plot(
        [int(row["snapshot"].rpartition("_")[2]) for row in rows],
        [row[by] for row in rows],
        marker=".",
    )
    right.set(xlabel="epoch", ylabel=f"{by.upper()}, held-out images")
    figure.savefig(path)

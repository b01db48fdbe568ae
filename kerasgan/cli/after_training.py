"""What is done with a trained model: the work of five commands."""

import contextlib
import pathlib
import sys

import click
import numpy as np

import kerasgan
from kerasgan.cli.open_model import open_model
from kerasgan.cli.pictures import new_folder
from kerasgan.cli.pictures import read_data
from kerasgan.cli.pictures import read_pictures
from kerasgan.cli.pictures import write_array
from kerasgan.cli.pictures import write_table
from kerasgan.datasets.catalog import DATASETS
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.utils.pixels import from_bytes

# Rows of a picture that shows some of many.
_SHOWN = 24


def project(
    source, pictures, out, say, steps, restarts, loss, label, seed, signals=None
):
    """Finds the latents of pictures, and writes them.

    Args:
        source: Folder of a run, `.keras` file, or preset.
        pictures: A picture, or a folder of them.
        out: Folder to write to: `latents.npy`, `errors.csv`, and
            `pictures.png`, each picture beside its reconstruction.
        say: Called with each line for the user.
        steps, restarts, loss, seed: See `kerasgan.latent.project`.
        label: Class of all pictures, or `None`.
        signals: See `kerasgan.cli.generate.generate`.

    Example:

    ```python
    from kerasgan.cli.after_training import project

    try:
        project("no such preset", ".", "out", print, 1, 1, "l1", None, 0)
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    shape = FrozenModel(gan).image_shape
    images, names = read_pictures(pictures, shape)
    out = new_folder(out)
    with _watched(signals) as advance:
        found = kerasgan.latent.project(
            gan,
            images,
            steps=steps,
            restarts=restarts,
            loss=loss,
            seed=seed,
            condition=label,
            verbose=advance,
        )
    write_array(out / "latents.npy", found.latents)
    columns = {"picture": names, "error": found.errors.tolist()}
    conditions = FrozenModel(gan).conditions_in(found.inputs)
    if conditions is not None and conditions.ndim == 1:
        columns["label"] = conditions.tolist()
    write_table(out / "errors.csv", columns)
    _save_rows(out / "pictures.png", from_bytes(images), found.reconstructions)
    say(
        f"{len(images)} pictures, median error {np.median(found.errors):.4f} "
        f"(mean absolute difference in [-1, 1]): {out}"
    )


def inpaint(
    source,
    pictures,
    out,
    say,
    mask,
    several,
    steps,
    restarts,
    label,
    seed,
    signals=None,
):
    """Completes pictures, and writes them.

    Args:
        source, pictures, say, steps, restarts, label, seed, signals: See
            `project`.
        out: Folder to write to: `latents.npy`, `errors.csv`, `pictures.png`
            with truth, hole and completions, and a PNG file each.
        mask: Kind of `kerasgan.latent.make_masks`, or a picture that is
            white where pixels are missing.
        several: Integer, completions of each picture, or `None`.

    Example:

    ```python
    from kerasgan.cli.after_training import inpaint

    try:
        inpaint("none", ".", "out", print, "half", None, 1, 1, None, 0)
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    frozen = FrozenModel(gan)
    images, names = read_pictures(pictures, frozen.image_shape)
    if pathlib.Path(mask).expanduser().is_file():
        (picture,), _ = read_pictures(mask, (*frozen.image_shape[:2], 1))
        mask = picture[..., 0] > 127
    out = new_folder(out)
    with _watched(signals) as advance:
        found = kerasgan.latent.inpaint(
            gan,
            images,
            mask,
            steps=steps,
            restarts=restarts,
            pluralistic=several or 1,
            seed=seed,
            condition=label,
            discriminator_weight=0.0 if frozen.discriminator is None else 0.003,
            verbose=advance,
        )
    latents = found.latents if several else found.latents[:, 0]
    write_array(out / "latents.npy", latents)
    best = found.errors[:, 0]
    write_table(out / "errors.csv", {"picture": names, "error": best.tolist()})
    truth = from_bytes(images)
    hole = np.where(found.masks[..., None], 1.0, truth)
    made = found.completions
    _save_rows(
        out / "pictures.png",
        truth,
        hole,
        *(made[:, i] for i in range(made.shape[1])),
    )
    for number, several_of_one in enumerate(made):
        for i, completion in enumerate(several_of_one):
            end = f"_{i}" if several else ""
            kerasgan.utils.save_image(
                out / "completions" / f"{number:06d}{end}.png", completion
            )
    say(
        f"{len(images)} pictures, median error of known pixels "
        f"{np.median(best):.4f}: {out}"
    )


def walk(source, out, say, points, steps, label, latents, seed, frame_ms):
    """Writes a film through latent space.

    Args:
        source, say, seed: See `project`.
        out: GIF file to write, or a folder, which also gets `latents.npy`.
        points, steps: See `kerasgan.latent.walk`.
        label: Class, or `None`.
        latents: File of latents to visit, such as `kerasgan project` writes,
            or `None`.
        frame_ms: How long a frame is shown, in milliseconds.

    Example:

    ```python
    from kerasgan.cli.after_training import walk

    try:
        walk("none", "walk.gif", print, 2, 2, None, None, 0, 50)
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    given = None if latents is None else np.load(latents, allow_pickle=False)
    asked = {
        "points": points,
        "steps": steps,
        "seed": seed,
        "latents": given,
        "condition": label,
    }
    path = pathlib.Path(out).expanduser()
    if path.suffix.lower() != ".gif":
        inputs = kerasgan.latent.walk_inputs(gan, **asked)
        path = new_folder(path)
        write_array(path / "latents.npy", inputs["latents"])
        path = path / "walk.gif"
    frames = kerasgan.latent.walk_frames(gan, **asked)
    kerasgan.utils.save_gif(
        path, frames, frame_ms=frame_ms, last_frame_ms=frame_ms
    )
    say(f"Film: {path}")


def directions(source, out, say, method, n, rows, label, seed):
    """Finds directions of latents, and draws each.

    Args:
        source, say, seed: See `project`.
        out: Folder to write to: `directions.npy`, `values.csv` and a picture
            of each direction.
        method: `"sefa"` or `"pca"`.
        n: Integer, how many.
        rows: Integer, rows of each picture.
        label: Class, or `None`.

    Example:

    ```python
    from kerasgan.cli.after_training import directions

    try:
        directions("none", "out", print, "sefa", 2, 2, None, 0)
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    found = kerasgan.latent.directions(
        gan, method, n=n, condition=label, seed=seed
    )
    out = new_folder(out)
    write_array(out / "directions.npy", found.vectors)
    write_table(
        out / "values.csv",
        {"direction": range(n), "value": found.values.tolist()},
    )
    for number, vector in enumerate(found.vectors):
        grid = kerasgan.latent.traverse(
            gan, direction=vector, rows=rows, seed=seed, condition=label
        )
        kerasgan.utils.save_image(out / f"direction_{number}.png", grid)
    say(f"{n} directions by {method}: {out}")


def anomalies(
    source,
    pictures,
    out,
    say,
    normal,
    false_alarms,
    most,
    worst,
    steps,
    restarts,
    seed,
    signals=None,
):
    """Scores pictures, and writes a table and the oddest with their maps.

    Args:
        source, pictures, say, steps, restarts, seed, signals: See `project`.
        out: Folder to write to: `anomalies.csv`, from the oddest down, and
            `worst.png`, whose rows show the picture, the nearest that the
            model can draw, and where they differ.
        normal: Normal pictures that the model was not trained on: a data set
            by name, or a folder.
        false_alarms: Float, share of normal pictures that may be called odd.
        most: Integer, how many of the normal ones are looked at.
        worst: Integer, how many are drawn.

    Example:

    ```python
    from kerasgan.cli.after_training import anomalies

    asked = {"normal": "mnist", "false_alarms": 0.05, "most": 9, "worst": 9}
    try:
        anomalies(
            "none", ".", "out", print, **asked, steps=1, restarts=1, seed=0
        )
    except ValueError as error:
        print(error)
    ```
    """
    gan = open_model(source)
    shape = FrozenModel(gan).image_shape
    if normal not in DATASETS and not pathlib.Path(normal).is_dir():
        raise ValueError(
            "`--normal` must be the name of a data set or a folder of normal "
            f"pictures. Received: '{normal}'."
        )
    images, names = read_pictures(pictures, shape)
    usual = read_data(normal, shape, most, seed)
    out = new_folder(out)
    with _watched(signals) as advance:
        detector = kerasgan.latent.AnomalyDetector(
            gan, steps=steps, restarts=restarts, seed=seed, verbose=advance
        )
        detector.calibrate(usual)
        found = detector.detect(images, false_alarms)
    order = np.argsort(-found.scores, kind="stable")
    write_table(
        out / "anomalies.csv",
        {
            "picture": [names[i] for i in order],
            "score": found.scores[order].tolist(),
            "share_of_normal_at_least_as_high": found.shares[order].tolist(),
            "is_odd": found.is_odd[order].astype(int).tolist(),
        },
    )
    shown = order[:worst]
    maps = found.maps[shown]
    # On one scale, from black to white at the largest difference.
    maps = 2.0 * maps / max(float(maps.max()), 1e-6) - 1.0
    maps = np.repeat(maps[..., None], shape[2], axis=-1)
    _save_rows(
        out / "worst.png",
        from_bytes(images[shown]),
        found.reconstructions[shown],
        maps,
        most=worst,
    )
    say(
        f"{int(found.is_odd.sum())} of {len(images)} pictures are odd, with "
        f"{false_alarms:g} false alarms a normal picture, calibrated on "
        f"{len(usual)} of '{normal}': {out}"
    )


def _save_rows(path, *columns, most=_SHOWN):
    """Writes a picture with a row for each of the first images."""
    columns = [np.clip(column[:most], -1.0, 1.0) for column in columns]
    cells = np.stack(columns, axis=1)
    cells = cells.reshape(-1, *cells.shape[2:])
    kerasgan.utils.save_image(path, cells, len(columns))


@contextlib.contextmanager
def _watched(signals):
    """Gives a function for `verbose`, which draws a bar and hears signals."""
    deferred = signals.deferred if signals else contextlib.nullcontext
    with deferred(), contextlib.ExitStack() as stack:
        bars = {}

        def advance(done, total):
            if signals:
                signals.check()
            if not sys.stderr.isatty():
                return
            if done == 1:
                # Calibration and detection have one each.
                stack.close()
                bar = click.progressbar(
                    length=total, label="Steps", file=sys.stderr, show_pos=True
                )
                bars["now"] = stack.enter_context(bar)
            bars["now"].update(1)

        yield advance

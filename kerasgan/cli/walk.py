import contextlib
import pathlib

import numpy as np

import kerasgan
from kerasgan.cli.generate import conditions_asked
from kerasgan.cli.generate import progress
from kerasgan.cli.open_model import open_model
from kerasgan.latent import Uniform
from kerasgan.latent.interpolate import places_between
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.pixels import to_uint8

_FRAMES_PER_SECOND = 25
# Smaller pictures are enlarged, pixel by pixel.
_LEAST_PIXELS = 256
_BATCH = 64


def walk(
    source,
    points,
    seconds,
    out,
    say,
    signals=None,
    seed=0,
    labels=(),
    captions=(),
    columns=None,
):
    """Draws a film of a walk through the latents, which ends where it began.

    Args:
        source: Folder of a run, `.keras` file, or preset.
        points: Integer, how many images the walk goes by.
        seconds: Number, how long the film takes.
        out: File to write, which ends in `.gif` or `.mp4`.
        say: Called with each line for the user.
        signals: See `kerasgan.cli.generate.generate`.
        seed: Integer, of the latents. Defaults to 0.
        labels: Classes of the points; empty for the first one.
        captions: Captions of the points; empty for the model's own.
        columns: As in `generate`; a film has none.

    Raises:
        ValueError: If the model has no latents, or `out` ends in another way.
        ImportError: If an MP4 is asked for without imageio and ffmpeg.
        OSError: If a file cannot be read or written.

    Example:

    ```python
    from kerasgan.cli.walk import walk

    try:
        walk("no such preset", 8, 6, "walk.gif", say=print)
    except ValueError as error:
        print(error)
    ```
    """
    path = pathlib.Path(out).expanduser()
    suffix = path.suffix.lower()
    if suffix not in (".gif", ".mp4"):
        raise ValueError(
            "`--out` must end in .gif or .mp4 for a `--walk`. Received: "
            f"'{out}'."
        )
    imageio = _imageio() if suffix == ".mp4" else None
    gan = open_model(source)
    if not hasattr(gan, "sample_inputs") or hasattr(gan, "translate"):
        raise ValueError(
            "`--walk` is for models that draw from latents, and "
            f"{type(gan).__name__} does not. Received: '{source}'."
        )
    if getattr(getattr(gan, "condition", None), "count", None):
        labels = labels or (0,)
    asked = conditions_asked(gan, labels, captions, points)
    inputs = gan.sample_inputs(points, seed=seed, **asked)
    count = max(round(seconds * _FRAMES_PER_SECOND), points)
    deferred = signals.deferred if signals else contextlib.nullcontext
    with deferred(), progress(count) as advance:
        frames = _frames(gan, inputs, count, signals, advance)
        if imageio is None:
            time = 1000 // _FRAMES_PER_SECOND
            kerasgan.utils.save_gif(path, frames, time, time)
        else:
            _save_mp4(imageio, path, frames)
    say(f"Film: {out}")


def _frames(gan, inputs, count, signals, advance):
    """Gives the frames, uint8, some at a time."""
    prior = getattr(gan, "latent_prior", None)
    kind = "lerp" if isinstance(prior, Uniform) else "slerp"
    points = len(next(iter(inputs.values())))
    places = np.arange(count) * points / count
    for start in range(0, count, _BATCH):
        if signals:
            signals.check()
        part = places[start : start + _BATCH]
        images = gan.render(
            {
                key: _between(x, part, kind if key == "latents" else "lerp")
                for key, x in inputs.items()
            }
        )
        for image in to_uint8(images, rank=4, argument="images"):
            yield _enlarged(image)
        advance(len(part))


def _between(points, places, kind):
    """Returns what is between points, at places in units of them."""
    first = places.astype(int)
    second = (first + 1) % len(points)
    share = places - first
    if not np.issubdtype(points.dtype, np.floating):
        # There is nothing between two classes.
        return points[np.where(share < 0.5, first, second)]
    share = share.reshape(-1, *[1] * (points.ndim - 1))
    # Arcs are of rows of numbers.
    kind = kind if points.ndim == 2 else "lerp"
    return places_between(points[first], points[second], share, kind)


def _enlarged(image):
    times = max(_LEAST_PIXELS // max(image.shape[:2]), 1)
    image = image[..., :3] if image.shape[-1] > 3 else image
    return image.repeat(times, axis=0).repeat(times, axis=1)


def _imageio():
    try:
        import imageio.v2
        import imageio_ffmpeg  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "An .mp4 needs imageio and ffmpeg: `python -m pip install "
            "'imageio[ffmpeg]'`. A .gif needs nothing."
        ) from error
    return imageio.v2


def _save_mp4(imageio, path, frames):
    with (
        replacing(path, "--out") as temporary,
        imageio.get_writer(
            temporary,
            format="FFMPEG",
            mode="I",
            fps=_FRAMES_PER_SECOND,
            macro_block_size=1,
        ) as writer,
    ):
        for frame in frames:
            # Players want an even height and width.
            odd = [(0, n % 2) for n in frame.shape[:2]]
            frame = np.pad(frame, [*odd, (0, 0)], mode="edge")
            if frame.shape[-1] == 1:
                frame = frame.repeat(3, axis=-1)
            writer.append_data(frame)

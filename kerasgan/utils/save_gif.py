import os
import pathlib

from kerasgan.utils.as_array import as_array
from kerasgan.utils.as_array import is_array_like
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.check_count import check_count
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.pixels import to_uint8
from kerasgan.utils.save_image import to_pillow


def save_gif(
    path: str | os.PathLike,
    frames,
    frame_ms: int = 100,
    last_frame_ms: int = 2000,
    loop: bool = True,
) -> None:
    """Writes frames as an animated GIF.

    Folders that are missing are made. The file appears when it is complete.
    GIF has 256 colours a frame: grey frames are exact, coloured ones are
    approximated, and transparent pixels are shown on white.

    Args:
        path: File to write; it ends in `.gif`.
        frames: Frames in their order, each one image
            `(height, width, channels)` or several of them, which become a
            grid: float in [-1, 1] or uint8, with 1, 3 or 4 channels. May be a
            generator. All must have the same size.
        frame_ms: How long a frame is shown, in milliseconds, at least 20
            since browsers slow anything faster. Defaults to 100.
        last_frame_ms: How long the last frame is shown, in milliseconds, a
            multiple of `frame_ms` or rounded down to one. Defaults to 2000.
        loop: Whether the film starts again at its end. Defaults to `True`.

    Raises:
        ValueError: If there is no frame, a frame is not an image or has
            another size than the first, or a time is too short.
        OSError: If the file cannot be written.

    Example:

    ```python
    import tempfile
    import numpy as np
    import kerasgan

    frames = np.linspace(-1, 1, 5)[:, None, None, None] * np.ones((28, 28, 1))
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.utils.save_gif(f"{folder}/fade.gif", frames, frame_ms=50)
    ```
    """
    check_gif_arguments(path, frame_ms, last_frame_ms)
    repeats = max(last_frame_ms // frame_ms - 1, 0)
    pictures = _held(_pictures(frames), repeats)
    first = next(pictures, None)
    if first is None:
        raise ValueError(
            "`frames` must hold at least one frame. Received: none."
        )
    options = {"loop": 0} if loop else {}
    with replacing(path) as temporary, open(temporary, "wb") as file:
        first.save(
            file,
            format="GIF",
            save_all=True,
            append_images=pictures,
            duration=frame_ms,
            **options,
        )


def check_gif_arguments(path, frame_ms, last_frame_ms):
    """Raises a `ValueError` unless the arguments of `save_gif` are right."""
    if pathlib.Path(path).suffix.lower() != ".gif":
        raise ValueError(f"`path` must end in '.gif'. Received: '{path}'.")
    check_count("frame_ms", frame_ms, least=20)
    check_count("last_frame_ms", last_frame_ms, least=frame_ms)


def _pictures(frames):
    from PIL import Image

    if is_array_like(frames) or not hasattr(type(frames), "__iter__"):
        frames = as_array(frames, "frames", "images, one after the other")
    size = None
    for frame in frames:
        frame = as_array(frame, "frames", "images (height, width, channels)")
        if frame.ndim == 4:
            frame = image_grid(frame)
        picture = to_pillow(to_uint8(frame, rank=3, argument="frames"))
        size = size or picture.size
        if picture.size != size:
            raise ValueError(
                "`frames` must all have one size. Received: a frame of "
                f"{picture.height} x {picture.width} pixels after one of "
                f"{size[1]} x {size[0]}."
            )
        if picture.mode == "RGBA":
            white = Image.new("RGBA", size, "white")
            picture = Image.alpha_composite(white, picture).convert("RGB")
        yield picture


def _held(pictures, repeats):
    # Pillow joins equal neighbours into one frame that is shown longer.
    picture = None
    for picture in pictures:
        yield picture
    for _ in range(repeats if picture is not None else 0):
        yield picture

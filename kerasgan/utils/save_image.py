import os
import pathlib

from kerasgan.utils.as_array import as_array
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.pixels import to_uint8

_RULE = "one image (height, width, channels), or several"


def save_image(
    path: str | os.PathLike,
    images,
    columns: int | None = None,
    padding: int = 2,
) -> None:
    """Writes one image, or a grid of several, to a file.

    Folders that are missing are made. The file appears when it is complete.

    Args:
        path: File to write, such as `"grid.png"`. The suffix chooses the
            format, any that Pillow writes; PNG is exact.
        images: One image `(height, width, channels)` or several
            `(batch, height, width, channels)`: float in [-1, 1] or uint8,
            with 1, 3 or 4 channels.
        columns: See `kerasgan.utils.image_grid`. Only for several images.
        padding: See `kerasgan.utils.image_grid`. Only for several images.

    Raises:
        ValueError: If `images` are not images, or if the suffix is unknown or
            names a format that cannot hold such images.
        OSError: If the file cannot be written.

    Example:

    ```python
    import tempfile
    import numpy as np
    import kerasgan

    images = np.random.uniform(-1, 1, (16, 28, 28, 1))
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.utils.save_image(f"{folder}/grid.png", images)
    ```
    """
    # Here, since importing kerasgan should not import Pillow.
    from PIL import Image

    images = as_array(images, "images", _RULE)
    if images.ndim == 3:
        picture = to_uint8(images, rank=3, argument="images")
    else:
        picture = image_grid(images, columns, padding)
    suffix = pathlib.Path(path).suffix.lower()
    image_format = Image.registered_extensions().get(suffix)
    if image_format not in Image.SAVE:
        raise ValueError(
            "`path` must end in the suffix of a picture format, such as "
            f"'.png'. Received: '{path}'."
        )
    image = to_pillow(picture)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        try:
            image.save(file, format=image_format)
        except (OSError, ValueError) as error:
            if "cannot write mode" not in str(error):
                raise
            raise ValueError(
                f"`path` must name a format that holds images with "
                f"{picture.shape[-1]} channels, such as '.png'. "
                f"Received: '{path}'."
            ) from error


def to_pillow(picture):
    """Returns a uint8 array `(height, width, channels)` as a Pillow image."""
    from PIL import Image

    # Pillow knows grey images without an axis of channels.
    return Image.fromarray(
        picture[..., 0] if picture.shape[-1] == 1 else picture
    )

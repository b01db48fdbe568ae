import os

import numpy as np

from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.save_image import save_image


def write_picture(path, image, about=None):
    """Writes an image as a file of a type, as those that it was learned from.

    Args:
        path: Name of the file; see `suffix_of` for its end.
        image: Float array `(height, width, channels)` in [-1, 1].
        about: Dict, `ImageFiles.about` of such pictures. Defaults to `None`,
            8 bits.

    Raises:
        OSError: If the file cannot be written.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image
    from kerasgan.datasets.write_picture import write_picture

    about = {"raw": ["uint16", 1], "value_range": [0, 65535], "suffix": ".png"}
    with tempfile.TemporaryDirectory() as folder:
        write_picture(f"{folder}/a.png", np.ones((4, 4, 1)), about)
        with Image.open(f"{folder}/a.png") as picture:
            assert np.asarray(picture).max() == 65535
    ```
    """
    image = np.clip(image, -1.0, 1.0)
    raw = about and about["raw"]
    if raw is None and image.shape[-1] in (1, 3, 4):
        return save_image(path, image)
    dtype, (least, greatest) = np.dtype("uint8"), (0.0, 255.0)
    if raw is not None:
        dtype, (least, greatest) = np.dtype(raw[0]), about["value_range"]
    values = least + (image.astype("float64") + 1.0) * (greatest - least) / 2.0
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        values = np.clip(np.rint(values), limits.min, limits.max)
    values = values.astype(dtype)
    with replacing(path) as temporary:
        if os.fspath(path).endswith(".png"):
            from PIL import Image

            with open(temporary, "wb") as file:
                Image.fromarray(values[..., 0]).save(file, format="PNG")
        else:
            _write_tiff(temporary, values)


def suffix_of(about, channels):
    """Returns `".png"` or `".tif"`, which holds images of a type.

    Args:
        about: See `write_picture`.
        channels: Integer.

    Example:

    ```python
    from kerasgan.datasets.write_picture import suffix_of

    assert suffix_of(None, 3) == ".png" and suffix_of(None, 7) == ".tif"
    ```
    """
    if channels not in (1, 3, 4):
        return ".tif"
    return ".png" if about is None else about["suffix"]


def _write_tiff(path, values):
    try:
        import tifffile
    except ImportError as error:
        raise ImportError(
            "Pictures of this type are written as TIFF, which needs the "
            "package tifffile: `pip install 'kerasgan[tiff]'`."
        ) from error
    if values.shape[-1] == 1:
        tifffile.imwrite(path, values[..., 0], photometric="minisblack")
        return
    kind = "rgb" if values.shape[-1] == 3 else "minisblack"
    tifffile.imwrite(path, values, photometric=kind, planarconfig="contig")

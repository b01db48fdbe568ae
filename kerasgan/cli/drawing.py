"""Where drawn images go: a grid, a folder of pictures, or an array."""

import os
import pathlib
import shutil

import numpy as np

import kerasgan
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.pixels import to_uint8
from kerasgan.utils.save_image import to_pillow

_MOST_IMAGES = 10_000
# Above about 90 million Pillow takes a picture for an attack.
_MOST_PIXELS = 80_000_000
_PADDING = 2


class Drawing:
    """Writes images that come in batches to a grid, a folder or an array.

    Files are whole or not there. The memory does not depend on the number
    of images, except that of a grid, which has a largest size.

    Args:
        out: Path. One that ends in a separator, or a folder that is there,
            gets a PNG file an image; one that ends in `.npy` one uint8 array
            of all, `(count, height, width, channels)`, or a float32 array of
            what are no images; any other is a picture, a grid of all.
        count: Number of images.
        columns: Images in a row of the grid, or `None`.

    Raises:
        ValueError: If there are too many images for a grid, or `columns` for
            what is none.
        OSError: If the folder is not empty.

    Example:

    ```python
    import tempfile

    import numpy as np
    from kerasgan.cli.drawing import Drawing

    batches = [np.zeros((2, 4, 4, 1), "float32")] * 3
    with tempfile.TemporaryDirectory() as folder:
        Drawing(f"{folder}/images.npy", 6).write(batches)
        images = np.load(f"{folder}/images.npy")
    assert images.shape == (6, 4, 4, 1) and images.max() == 128
    ```
    """

    def __init__(self, out, count, columns=None):
        self.path = pathlib.Path(out).expanduser()
        self.count = count
        self.columns = columns
        self.is_grid = False
        ends_in_separator = str(out).endswith(("/", os.sep))
        if ends_in_separator or self.path.is_dir():
            self._check_empty()
            self.write = self._write_folder
        elif self.path.suffix.lower() == ".npy":
            self.write = self._write_array
        else:
            self._check_suffix(out)
            if count > _MOST_IMAGES:
                raise self._too_large(f"{count} images")
            self.write, self.is_grid = self._write_grid, True
            return
        if columns is not None:
            raise ValueError(
                "`--columns` is for a grid. Received: --columns "
                f"{columns} and --out '{out}'. Leave it out."
            )

    def _check_suffix(self, out):
        from PIL import Image

        suffix = self.path.suffix.lower()
        if Image.registered_extensions().get(suffix) not in Image.SAVE:
            raise ValueError(
                "`--out` must be a picture for a grid (grid.png), a folder "
                f"for a file each ({self.path.name}/, or `--each FOLDER`), or "
                f"an array for all (images.npy). Received: '{out}'."
            )

    def _check_empty(self):
        if self.path.is_dir():
            names = [n for n in os.listdir(self.path) if n[0] != "."]
            if names:
                raise FileExistsError(
                    "`--out` must be a new or empty folder. Received: "
                    f"'{self.path}', which holds '{min(names)}'. Choose "
                    "another name."
                )

    def _too_large(self, received):
        return ValueError(
            f"A grid is of at most {_MOST_IMAGES:,} images and "
            f"{_MOST_PIXELS // 10**6} million pixels. Received: {received}. "
            "For more, name a folder for a file each (`--out images/`) or an "
            "array for all (`--out images.npy`)."
        )

    def _write_grid(self, batches):
        images, start = None, 0
        for batch in batches:
            batch = to_uint8(batch, rank=4, argument="images")
            if images is None:
                images = np.empty((self.count, *batch.shape[1:]), "uint8")
                height, width = (n + _PADDING for n in batch.shape[1:3])
                if self.count * height * width > _MOST_PIXELS:
                    raise self._too_large(
                        f"{self.count} images of {batch.shape[1]}x"
                        f"{batch.shape[2]}"
                    )
            images[start : start + len(batch)] = batch
            start += len(batch)
        kerasgan.utils.save_image(self.path, images, self.columns, _PADDING)

    def _write_array(self, batches):
        with (
            replacing(self.path, "--out") as temporary,
            open(temporary, "wb") as file,
        ):
            is_first = True
            for batch in batches:
                batch = np.ascontiguousarray(_pixels(batch))
                if is_first:
                    shape = (self.count, *batch.shape[1:])
                    self._check_space(np.prod(shape) * batch.itemsize)
                    _write_header(file, batch.dtype, shape)
                    is_first = False
                file.write(batch.data)

    def _check_space(self, needed):
        free = shutil.disk_usage(self.path.parent).free
        if needed > free:
            raise OSError(
                f"`--out` needs {needed / 1e9:.1f} GB. Received: "
                f"'{self.path}', on a disk with {free / 1e9:.1f} GB left. "
                "Draw fewer images, or choose another disk."
            )

    def _write_folder(self, batches):
        digits = max(6, len(str(self.count - 1)))
        number = 0
        try:
            for batch in batches:
                for picture in to_uint8(batch, rank=4, argument="images"):
                    path = self.path / f"{number:0{digits}d}.png"
                    with replacing(path, "--out") as temporary:
                        to_pillow(picture).save(temporary, format="PNG")
                    number += 1
        except BaseException as error:
            if number:
                error.add_note(
                    f"The first {number} of {self.count} pictures are in "
                    f"'{self.path}'."
                )
            raise


def _pixels(images):
    """Returns images of any number of channels as bytes; others as they are."""
    if images.ndim != 4:
        return images
    count, height, width, channels = images.shape
    rows = images.reshape(count, height, width * channels, 1)
    return to_uint8(rows, rank=4, argument="images").reshape(images.shape)


def _write_header(file, dtype, shape):
    np.lib.format.write_array_header_1_0(
        file,
        {
            "descr": np.lib.format.dtype_to_descr(dtype),
            "fortran_order": False,
            "shape": shape,
        },
    )

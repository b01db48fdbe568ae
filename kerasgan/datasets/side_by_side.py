import os

from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.geometry import Geometry
from kerasgan.datasets.geometry import several
from kerasgan.datasets.image_files import ImageFiles
from kerasgan.datasets.image_pairs import ImagePairs
from kerasgan.datasets.paired import check_settings
from kerasgan.datasets.paired import pair_of_ranges
from kerasgan.datasets.paired import pairs_of
from kerasgan.utils import look_up

_OTHER = {"left": "right", "right": "left"}


def side_by_side(
    folder: str | os.PathLike,
    inputs: str = "left",
    image_size: int | tuple[int, int] | None = None,
    crop: int | tuple[int, int] | None = None,
    jitter: int = 0,
    flip: bool = True,
    augment: bool = True,
    labels=False,
    color_mode=None,
    value_range=None,
    crop_to_aspect_ratio: bool = True,
    batch_size: int = 1,
    shuffle: bool = True,
    seed: int | None = 0,
    validate: bool = True,
    workers: int = 1,
) -> ImagePairs:
    """Makes a data set of pictures that stand beside what they become.

    Each file has the picture in one half and its target in the other, as in
    pix2pix's data sets. Sizes are those of a half.

    Args:
        folder: The folder; folders in it are read too.
        inputs: `"left"` (the default) or `"right"`, which half is translated.
        image_size, crop, jitter, flip, augment, labels, color_mode: See
            `kerasgan.datasets.paired`.
        value_range, crop_to_aspect_ratio, batch_size, shuffle, seed,
            validate, workers: See `kerasgan.datasets.paired`.

    Returns:
        `kerasgan.datasets.ImagePairs`, a `keras.utils.PyDataset` on all
        backends. Batches are `(inputs, targets)`.

    Raises:
        ValueError: If an argument is not as described, widths are odd, or
            sizes differ; the message lists the first few.
        OSError: If the folder is missing or files are broken; the message
            names them.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as folder:
        pixels = np.zeros((32, 64, 3), "uint8")
        pixels[:, 32:] = 255
        Image.fromarray(pixels).save(f"{folder}/a.png")
        data = kerasgan.datasets.side_by_side(folder)
        inputs, targets = data[0]
        assert inputs.max() == 0 and targets.min() == 255
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004.
    """
    other = look_up(inputs, _OTHER, "inputs")
    modes = check_settings(color_mode, batch_size, seed, workers)
    ranges = pair_of_ranges(value_range)
    geometry = Geometry(
        image_size, crop, jitter, flip, augment, crop_to_aspect_ratio
    )
    names = find_images(folder)
    first = ImageFiles(
        *(folder, names, modes[0], labels),
        part=inputs,
        value_range=ranges[0],
    )
    odd = [
        f"'{name}' {width}"
        for name, width in zip(names, first.widths)
        if width % 2
    ]
    if odd:
        raise ValueError(
            "Pictures side by side must have even widths. Received: "
            f"{len(odd)} of other widths: {several(odd)}"
        )
    return pairs_of(
        first,
        ImageFiles(
            *(folder, names, modes[1]), part=other, value_range=ranges[1]
        ),
        geometry,
        validate,
        names=names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        workers=workers,
    )

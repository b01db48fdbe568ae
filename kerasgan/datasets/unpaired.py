import os

from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.geometry import Geometry
from kerasgan.datasets.image_files import ImageFiles
from kerasgan.datasets.image_pairs import ImagePairs
from kerasgan.datasets.paired import check_settings
from kerasgan.datasets.paired import pair_of_ranges
from kerasgan.datasets.paired import pairs_of


def unpaired(
    a_folder: str | os.PathLike,
    b_folder: str | os.PathLike,
    image_size: int | tuple[int, int] | None = None,
    crop: int | tuple[int, int] | None = None,
    jitter: int = 0,
    flip: bool = True,
    augment: bool = True,
    color_mode=None,
    value_range=None,
    crop_to_aspect_ratio: bool = True,
    batch_size: int = 1,
    shuffle: bool = True,
    seed: int | None = 0,
    validate: bool = True,
    workers: int = 1,
) -> ImagePairs:
    """Makes a data set of two kinds of pictures that do not belong together.

    The folders may have different numbers of pictures. In an epoch each
    picture of the larger one comes once; those of the smaller one come as
    often as needed, each time in another order, so that other pictures meet.
    Each picture is cut and mirrored for itself.

    Args:
        a_folder: The folder of the one kind.
        b_folder: The folder of the other.
        image_size, crop, jitter, flip, augment, color_mode, value_range: See
            `kerasgan.datasets.paired`.
        crop_to_aspect_ratio, batch_size, shuffle, seed, validate, workers:
            See `kerasgan.datasets.paired`.

    Returns:
        `kerasgan.datasets.ImagePairs`, a `keras.utils.PyDataset` on all
        backends. Batches are `(images of a, images of b)`.

    Raises:
        ValueError: If an argument is not as described, or sizes differ; the
            message lists the first few.
        OSError: If a folder is missing or files are broken; the message
            names them.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        for folder, count in ((a, 3), (b, 5)):
            for i in range(count):
                picture = Image.fromarray(np.zeros((32, 32, 3), "uint8"))
                picture.save(f"{folder}/{i}.png")
        data = kerasgan.datasets.unpaired(a, b)
        assert len(data) == 5
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593.
    """
    modes = check_settings(color_mode, batch_size, seed, workers)
    ranges = pair_of_ranges(value_range)
    geometry = Geometry(
        image_size, crop, jitter, flip, augment, crop_to_aspect_ratio
    )
    names = [find_images(folder) for folder in (a_folder, b_folder)]
    return pairs_of(
        ImageFiles(a_folder, names[0], modes[0], value_range=ranges[0]),
        ImageFiles(b_folder, names[1], modes[1], value_range=ranges[1]),
        geometry,
        validate,
        names=names,
        is_paired=False,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        workers=workers,
    )

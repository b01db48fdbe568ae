import os

import numpy as np

from kerasgan.datasets.class_pairs import ClassPairs
from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.from_directory import infer_labels
from kerasgan.datasets.from_directory import validate_images
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import check_batches
from kerasgan.datasets.pictures import read_picture
from kerasgan.datasets.pictures import standardize_size


def pairs_by_class(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    color_mode: str = "rgb",
    crop_to_aspect_ratio: bool = True,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = 0,
    validate: bool = True,
    workers: int = 1,
) -> ClassPairs:
    """Makes a data set of pairs of pictures from a folder of class folders.

    Each folder directly in `path` is a class, of any number of pictures, also
    in folders within it. Pictures are read as by
    `kerasgan.datasets.from_directory`; classes of one picture are left out,
    with a warning.

    Args:
        path: The folder.
        image_size: `(height, width)` in pixels, or one integer for both.
        color_mode: `"rgb"` (default), `"grayscale"` or `"rgba"`.
        crop_to_aspect_ratio: Whether to cut out the centre (default) or to
            stretch.
        batch_size: Pairs in a batch; the last may have fewer. Default 32.
        shuffle: Whether to mix the pairs anew in each epoch. Default `True`.
        seed: Integer for order and partners, or `None` for others in each
            run. Default 0.
        validate: Whether to read every file once now, so that a broken one
            is found before training begins. Default `True`.
        workers: Threads that read ahead during training. Default 1.

    Returns:
        A `kerasgan.datasets.ClassPairs`, for `kerasgan.models.DAGAN`; its
        attribute `class_names` has the names of the folders.

    Raises:
        ValueError: If an argument is not as described, or no folder has two
            pictures.
        OSError: If a folder is missing, or files in it are broken.

    Example:

    ```python
    import pathlib
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as folder:
        for i in range(5):
            place = pathlib.Path(folder, "ab"[i % 2])
            place.mkdir(exist_ok=True)
            picture = Image.fromarray(np.full((9, 9), 40 * i, "uint8"))
            picture.save(place / f"{i}.png")
        pairs = kerasgan.datasets.pairs_by_class(
            folder, 8, color_mode="grayscale"
        )
        firsts, seconds = pairs[0]
        assert firsts.shape == seconds.shape == (5, 8, 8, 1)
    ```
    """
    image_size = standardize_size(image_size)
    check_batches(batch_size, seed, color_mode)
    names = find_images(path)
    labels, class_names = infer_labels(path, names)

    def read(index):
        file = os.path.join(path, names[index])
        return read_picture(file, image_size, color_mode, crop_to_aspect_ratio)

    if validate:
        validate_images(read, len(names))
    pairs = ClassPairs(
        lambda indices: np.stack([read(index) for index in indices]),
        labels,
        (*image_size, CHANNELS[color_mode]),
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        workers=workers,
        class_names=class_names,
    )
    pairs.class_names = class_names
    return pairs

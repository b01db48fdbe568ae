import concurrent.futures
import os

import numpy as np

from kerasgan.conditions import Labels
from kerasgan.datasets.condition_table import read_conditions
from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import check_batches
from kerasgan.datasets.pictures import read_picture
from kerasgan.datasets.pictures import standardize_size
from kerasgan.utils import check_count

_SHOWN = 5  # files named in one message


def from_directory(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    color_mode: str = "rgb",
    crop_to_aspect_ratio: bool = True,
    labels: str | None = None,
    batch_size: int = 64,
    shuffle: bool = True,
    seed: int | None = 0,
    validate: bool = True,
    workers: int = 1,
    conditions=None,
    condition="vector",
):
    """Makes a data set of the pictures in a folder and all folders in it.

    What Pillow reads, such as PNG, JPEG, WebP, GIF, TIFF and BMP, and HEIC
    and AVIF where a plug-in is installed (`pillow-heif`), is found by the end
    of its name, whatever the case; names that begin with a dot are passed
    over. Symbolic links to folders are followed, each folder once. A picture
    may be
    grey, in colour, with a palette, with transparency (laid on white) or of
    16 bits; of a moving one the first frame is taken; it is turned upright
    if it says how it was taken. It is then
    brought to `image_size` with Lanczos' filter: by default the largest
    centred part with the proportions of `image_size` is cut out first, so
    that nothing is distorted; otherwise the whole picture is stretched.
    Files are read again in each epoch, so that only a few batches are in
    memory; images stay uint8.

    Args:
        path: The folder.
        image_size: `(height, width)` in pixels, or one integer for both.
        color_mode: `"rgb"` (default), `"grayscale"` or `"rgba"`, for 3, 1 or
            4 channels.
        crop_to_aspect_ratio: Whether to cut out the centre (default) or to
            stretch.
        labels: `None` (default) for images only, or `"inferred"` for labels
            by the folders directly in `path`, in alphabetical order.
        batch_size: Images in a batch; the last may have fewer. Default 64.
        shuffle: Whether to mix the images anew in each epoch. Default
            `True`; otherwise they come in alphabetical order.
        seed: Integer for the order, or `None` for another order in each run.
            Default 0.
        validate: Whether to read every file once now, which takes as long
            as reading them in one epoch, so that a broken one is found
            before training begins. Default `True`.
        workers: Threads that read ahead during training on JAX and torch.
            Default 1: no reading ahead. TensorFlow chooses by itself.
        conditions: What conditional models are told of the pictures: a CSV
            file with a header, whose first column has the names of the
            pictures, such as `cats/1.png`, and whose further columns say
            something of them; a relative path is looked for in `path` too.
            Or a mapping from such names to conditions. Defaults to `None`.
        condition: What `conditions` are: `"vector"` (default), the numbers
            of all columns, and one-hot rows of a column with words;
            `"text"`, the captions in the only column; `"labels"`, the whole
            numbers in it; or a `kerasgan.conditions.Condition`, which a
            second folder shares with the first.

    Returns:
        On TensorFlow a `tf.data.Dataset`, on JAX and torch a
        `keras.utils.PyDataset` that does not need TensorFlow. Batches are
        uint8 images, `(batch, height, width, channels)`, or with labels
        `(images, labels)`, int32, `(batch,)`, or `(images, conditions)`. The
        attribute `class_names` has the names of the folders, `None` without
        labels; `condition` has the `kerasgan.conditions.Condition` that a
        model of these data takes, or `None`.

    Raises:
        ValueError: If an argument is not as described, or the folder has no
            pictures.
        OSError: If a folder is missing or cannot be read, or files in it are
            broken, are of
            another format or have more pixels than
            `PIL.Image.MAX_IMAGE_PIXELS`; the message names them.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as folder:
        for i in range(3):
            picture = Image.fromarray(np.full((40, 60, 3), 80 * i, "uint8"))
            picture.save(f"{folder}/{i}.png")
        data = kerasgan.datasets.from_directory(folder, 32, batch_size=2)
        assert len(data) == 2
        for images in data:
            assert images.shape[1:] == (32, 32, 3)
    ```
    """
    image_size = standardize_size(image_size)
    check_batches(batch_size, seed, color_mode)
    check_count("workers", workers)
    if labels is not None and not (
        isinstance(labels, str) and labels == "inferred"
    ):
        raise ValueError(
            f"`labels` must be None or 'inferred'. Received: labels={labels!r}"
        )
    if labels is not None and conditions is not None:
        raise ValueError(
            "`labels` and `conditions` must not both be given. Received: "
            f"labels={labels!r} and conditions. Add the labels as a column"
        )
    names = find_images(path)
    given, class_names, kind = None, None, None
    if labels == "inferred":
        given, class_names = infer_labels(path, names)
        kind = Labels(len(class_names))
    if conditions is not None:
        given, kind = read_conditions(conditions, path, names, condition)

    def read(index):
        file = os.path.join(path, names[index])
        return read_picture(file, image_size, color_mode, crop_to_aspect_ratio)

    def fetch(indices):
        images = np.stack([read(index) for index in indices])
        return images if given is None else (images, given[indices])

    if validate:
        validate_images(read, len(names))
    batches = ImageBatches(
        fetch,
        len(names),
        (*image_size, CHANNELS[color_mode]),
        has_labels=given is not None,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        workers=workers,
        **({} if kind is None else _spec(kind)),
    )
    from kerasgan.backend.common.data import pipeline

    data = pipeline(batches)
    data.class_names = class_names
    data.condition = kind
    return data


def _spec(condition):
    return {"label_shape": condition.shape, "label_dtype": condition.dtype}


def infer_labels(path, names):
    """Returns the classes of pictures in folders, and the classes' names."""
    loose = [name for name in names if os.sep not in name]
    if loose:
        raise ValueError(
            "With `labels='inferred'` every picture must be in a folder that "
            f"names its class. Received: path='{os.fspath(path)}' with "
            f"{_several(loose)} in no such folder. Move them, or use "
            "`labels=None`."
        )
    folders = [name.split(os.sep)[0] for name in names]
    class_names, classes = np.unique(folders, return_inverse=True)
    return classes.astype(np.int32), class_names.tolist()


def broken_images(read, count, advance=None):
    """Returns a dict from the indices of broken files to what is wrong.

    Args:
        read: Function from an index that raises `OSError` if it cannot read.
        count: Integer, how many there are.
        advance: Called with 1 when a file was read. Defaults to `None`.
    """

    def error_of(index):
        try:
            read(index)
        except OSError as error:
            return str(error)
        return None

    # Pillow decodes outside Python's lock, so that threads help.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        errors = {}
        for index, error in enumerate(pool.map(error_of, range(count))):
            if error:
                errors[index] = error
            if advance is not None:
                advance(1)
        return errors


def validate_images(read, count):
    """Raises `OSError` if any of so many files is broken."""
    errors = [*broken_images(read, count).values()]
    if errors:
        raise OSError(
            f"{len(errors)} of {count} files are broken. Remove or replace "
            f"them: {_several(errors)}"
        )


def _several(names):
    rest = len(names) - _SHOWN
    shown = "; ".join(names[:_SHOWN])
    return f"{shown} and {rest} more" if rest > 0 else shown

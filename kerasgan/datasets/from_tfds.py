import difflib
import os

import numpy as np

from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.datasets.pictures import check_batches
from kerasgan.datasets.pictures import fit_picture
from kerasgan.datasets.pictures import standardize_size

_COLOR_MODES = {channels: mode for mode, channels in CHANNELS.items()}


def from_tfds(
    name: str,
    split: str = "train",
    image_size: int | tuple[int, int] | None = None,
    color_mode: str | None = None,
    crop_to_aspect_ratio: bool = True,
    labels: bool = False,
    batch_size: int = 64,
    shuffle: bool = True,
    seed: int | None = 0,
    image_key: str = "image",
    label_key: str = "label",
    data_dir: str | os.PathLike | None = None,
    download: bool = True,
    workers: int = 1,
):
    """Makes a data set of images from TensorFlow Datasets.

    Needs the package `tensorflow-datasets`, which
    `pip install kerasgan[datasets]` installs. Images are brought to
    `image_size` as `kerasgan.datasets.from_directory` does it. On TensorFlow
    the records are mixed within a buffer of at most 256 MiB; on JAX and
    torch, where records are read by their number from files in the
    ArrayRecord format, all of them are. Reading them needs no TensorFlow;
    preparing a dataset for the first time needs it for some datasets.

    Args:
        name: Name of the dataset, for example `"mnist"` or
            `"oxford_flowers102:2.1.1"`.
        split: Split, or a part of one, for example `"train[:10%]"`. Default
            `"train"`.
        image_size: `(height, width)` in pixels, or one integer for both;
            `None` (default) for datasets whose images are all of one size.
        color_mode: `"rgb"`, `"grayscale"` or `"rgba"`; `None` (default)
            keeps the channels of the dataset.
        crop_to_aspect_ratio: Whether to cut out the centre (default) or to
            stretch.
        labels: Whether to give the labels too. Default `False`.
        batch_size: Images in a batch; the last may have fewer. Default 64.
        shuffle: Whether to mix the images anew in each epoch. Default
            `True`.
        seed: Integer for the order, or `None` for another order in each run.
            Default 0.
        image_key: Name of the feature that is the image. Default `"image"`.
        label_key: Name of the feature that is the label. Default `"label"`.
        data_dir: Folder of prepared datasets; `None` (default) for the usual
            one of TensorFlow Datasets.
        download: Whether to download and prepare what is missing. Default
            `True`.
        workers: Threads that read ahead during training on JAX and torch.
            Default 1: no reading ahead. TensorFlow chooses by itself.

    Returns:
        On TensorFlow a `tf.data.Dataset`, on JAX and torch a
        `keras.utils.PyDataset` that does not need TensorFlow. Batches are
        uint8 images, `(batch, height, width, channels)`, or with labels
        `(images, labels)`, int32, `(batch,)`.

    Raises:
        ImportError: If `tensorflow-datasets` is not installed.
        ValueError: If the dataset is not known, has no such image or label,
            or has images of several sizes and `image_size` is `None`.

    Example:

    ```python
    import kerasgan

    try:
        kerasgan.datasets.from_tfds("no_such_dataset_anywhere")
    except (ImportError, ValueError) as error:
        assert "kerasgan[datasets]" in str(error) or "name" in str(error)
    ```
    """
    tfds = _import()
    if image_size is not None:
        image_size = standardize_size(image_size)
    check_batches(batch_size, seed, color_mode or "rgb")
    try:
        builder = tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError as error:
        raise _unknown(tfds, name) from error
    feature = _feature(tfds, builder, name, image_key, "Image")
    shape = feature.shape
    if labels:
        _feature(tfds, builder, name, label_key, "ClassLabel")
    if image_size is None and None in shape[:2]:
        raise ValueError(
            "`image_size` must be given for a dataset whose images are of "
            f"several sizes. Received: image_size=None with name='{name}'"
        )
    color_mode = color_mode or _COLOR_MODES.get(shape[-1], "rgb")
    image_size = image_size or tuple(shape[:2])
    image_shape = (*image_size, CHANNELS[color_mode])

    def fit(pixels):
        return _fit(pixels, image_shape, color_mode, crop_to_aspect_ratio)

    common = {"split": split, "data_dir": data_dir, "download": download}
    settings = {"batch_size": batch_size, "shuffle": shuffle, "seed": seed}
    from kerasgan.backend.common import data

    if data.uses_tf_data():
        is_fitting = (*shape, feature.np_dtype) == (*image_shape, np.uint8)
        return data.record_pipeline(
            tfds.load(name, **common),
            image_key,
            label_key if labels else None,
            None if is_fitting else fit,
            image_shape,
            **settings,
        )
    source = tfds.data_source(name, **common)

    def fetch(indices):
        records = [source[int(index)] for index in indices]
        images = np.stack([fit(record[image_key]) for record in records])
        if not labels:
            return images
        return images, np.array([r[label_key] for r in records], np.int32)

    return ImageBatches(
        fetch,
        len(source),
        image_shape,
        has_labels=labels,
        workers=workers,
        **settings,
    )


def _import():
    try:
        import tensorflow_datasets
    except ImportError as error:
        raise ImportError(
            "`from_tfds` needs the package tensorflow-datasets. Install it "
            "with `pip install kerasgan[datasets]`."
        ) from error
    return tensorflow_datasets


def _unknown(tfds, name):
    near = difflib.get_close_matches(str(name), tfds.list_builders())
    hint = " or ".join(f"'{n}'" for n in near)
    return ValueError(
        "`name` must be a dataset that TensorFlow Datasets knows. "
        + (f"Did you mean {hint}? " if near else "")
        + f"Received: name={name!r}"
    )


def _feature(tfds, builder, name, key, kind):
    features = builder.info.features
    wanted = getattr(tfds.features, kind)
    fitting = [k for k in features if isinstance(features[k], wanted)]
    if key not in fitting:
        argument = "image_key" if kind == "Image" else "label_key"
        raise ValueError(
            f"`{argument}` must name a {kind} feature of '{name}'. It has: "
            f"{', '.join(fitting) or 'none'}. Received: {argument}={key!r}"
        )
    return features[key]


def _fit(pixels, image_shape, color_mode, crop_to_aspect_ratio):
    from PIL import Image

    pixels = np.asarray(pixels)
    if pixels.dtype == np.uint16:
        pixels = (pixels // 256).astype(np.uint8)
    if pixels.shape == image_shape:
        return pixels
    if pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    return fit_picture(
        Image.fromarray(pixels),
        image_shape[:2],
        color_mode,
        crop_to_aspect_ratio,
    )

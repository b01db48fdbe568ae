import math
import numbers
import os

from kerasgan.datasets.find_images import find_images
from kerasgan.datasets.geometry import Geometry
from kerasgan.datasets.geometry import several
from kerasgan.datasets.image_files import ImageFiles
from kerasgan.datasets.image_pairs import ImagePairs
from kerasgan.datasets.pictures import CHANNELS
from kerasgan.utils import check_count
from kerasgan.utils import look_up


def paired(
    inputs_folder: str | os.PathLike,
    targets_folder: str | os.PathLike,
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
    """Makes a data set of pictures and what they are to be translated to.

    A picture and its target have the same name in the two folders, in the
    same folder in each; the ends, as `.jpg`, may differ. PNG, JPEG, WebP and
    TIFF files are read. Both are cut at the same place and mirrored alike, at
    random and otherwise in each epoch. Channels are read off the files: 1,
    3, or 4 where some are transparent, and any number in TIFF. Pictures of 8
    bits are uint8. Grey ones of 16 bits, and TIFF of other integers, become
    float32 in [-1, 1] by the range of their type, or by `value_range`, which
    floats need. TIFF of more than 8 bits and one channel, or of more than 4
    channels, needs the package tifffile, `pip install 'kerasgan[tiff]'`.

    Args:
        inputs_folder: The folder of the inputs.
        targets_folder: The folder of the targets.
        image_size: `(height, width)` in pixels to which pictures are resized,
            or one integer for both. Defaults to `None`: they keep their size,
            which must be one for all unless `crop` is given.
        crop: `(height, width)`, or one integer for both, of what is cut out of
            pictures of any size, which are not resized. Defaults to `None`.
        jitter: Integer, by how many pixels more than `image_size` pictures
            are resized before a part of `image_size` is cut out at random.
            Defaults to 0; the paper has 30 for 256.
        flip: Whether half of the pairs are mirrored. Defaults to `True`.
        augment: Whether places are random and `flip` counts. Defaults to
            `True`; `False`, for held-out pairs, cuts out the centre.
        labels: Whether inputs are masks or maps of classes that become
            one-hot channels, 0 or 255. Each number of a palette, each grey
            or each colour is a class; they are not blended when resized.
            Defaults to `False`. In place of `True`, a list says which value
            each channel stands for, as `classes` of another data set.
        color_mode: `None` (the default), `"grayscale"`, `"rgb"` or `"rgba"`
            for inputs and targets, or a pair of these.
        value_range: Pair of the values that become -1 and 1 in pictures of
            more than 8 bits, for inputs and targets; or a pair of these, of
            which one may be `None`. What lies outside is clipped. Defaults to
            `None`: the range of integer types.
        crop_to_aspect_ratio: Whether the centre is cut out before resizing,
            so that nothing is distorted (default), or pictures are stretched.
        batch_size: Pairs in a batch; the last may have fewer. Defaults to 1,
            the paper's.
        shuffle: Whether to mix the pairs anew in each epoch. Defaults to
            `True`; otherwise they come in alphabetical order.
        seed: Integer for all that is random, or `None` for another one in
            each run. Defaults to 0.
        validate: Whether to read every file once now, so that broken ones
            are found before training begins. Defaults to `True`.
        workers: Threads that read ahead. Defaults to 1: none.

    Returns:
        `kerasgan.datasets.ImagePairs`, a `keras.utils.PyDataset` on all
        backends. Batches are `(inputs, targets)`; `input_shape`,
        `target_shape`, `classes` and `names` say what is in it.

    Raises:
        ValueError: If an argument is not as described, names have no
            partner, or sizes differ; the message lists the first few.
        OSError: If a folder is missing or files are broken; the message
            names them.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        for i in range(3):
            grey = Image.fromarray(np.full((40, 60), 80 * i, "uint8"))
            grey.save(f"{a}/{i}.png")
            grey.convert("RGB").save(f"{b}/{i}.jpg")
        data = kerasgan.datasets.paired(a, b, crop=32, batch_size=2)
        assert data.input_shape == (32, 32, 1)
        assert data.target_shape == (32, 32, 3)
    ```
    """
    modes = check_settings(color_mode, batch_size, seed, workers)
    ranges = pair_of_ranges(value_range)
    geometry = Geometry(
        image_size, crop, jitter, flip, augment, crop_to_aspect_ratio
    )
    names, partners = match(inputs_folder, targets_folder)
    inputs = ImageFiles(
        inputs_folder, names, modes[0], labels, value_range=ranges[0]
    )
    targets = ImageFiles(
        targets_folder, partners, modes[1], value_range=ranges[1]
    )
    wrong = [
        f"'{name}' {one}, '{partner}' {two}"
        for name, partner, one, two in zip(
            names, partners, inputs.sizes, targets.sizes
        )
        if one != two
    ]
    if wrong:
        raise ValueError(
            "A picture and its target must have the same size. Received: "
            f"{len(wrong)} pairs of other sizes, (height, width): "
            f"{several(wrong)}"
        )
    return pairs_of(
        inputs,
        targets,
        geometry,
        validate,
        names=names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        workers=workers,
    )


def match(inputs_folder, targets_folder):
    """Returns the names of pictures and of their partners, or raises."""
    found = []
    for folder in (inputs_folder, targets_folder):
        stems = {}
        for name in find_images(folder):
            stems.setdefault(os.path.splitext(name)[0], []).append(name)
        double = [" and ".join(n) for n in stems.values() if len(n) > 1]
        if double:
            raise ValueError(
                "A name must be there once in a folder, whatever its end. "
                f"Received: '{os.fspath(folder)}' with {several(double)}"
            )
        found.append({stem: name for stem, (name,) in stems.items()})
    inputs, targets = found
    lonely = [
        f"{len(names)} of the {len(ours)} files in '{os.fspath(folder)}' have "
        f"no partner: {several(names)}"
        for folder, ours, others in (
            (inputs_folder, inputs, targets),
            (targets_folder, targets, inputs),
        )
        if (names := [ours[stem] for stem in ours if stem not in others])
    ]
    if lonely:
        raise ValueError(
            "A picture and its target must have the same name in "
            "`inputs_folder` and `targets_folder`. Received: "
            f"{'; '.join(lonely)}"
        )
    return [*inputs.values()], [targets[stem] for stem in inputs]


def check_settings(color_mode, batch_size, seed, workers):
    """Returns the colours of both kinds of pictures; raises `ValueError`."""
    check_count("batch_size", batch_size)
    check_count("workers", workers)
    if seed is not None:
        check_count("seed", seed, least=0)
    modes = color_mode
    if not isinstance(modes, (tuple, list)):
        modes = (modes, modes)
    if len(modes) != 2:
        raise ValueError(
            "`color_mode` must be one for both kinds of pictures or a pair. "
            f"Received: color_mode={color_mode!r}"
        )
    for mode in modes:
        if mode is not None:
            look_up(mode, CHANNELS, "color_mode")
    return modes


def pair_of_ranges(value_range):
    """Returns the ranges of inputs and of targets, each may be `None`."""
    ranges = value_range
    is_pair = isinstance(ranges, (tuple, list)) and len(ranges) == 2
    if not is_pair or all(isinstance(n, numbers.Real) for n in ranges):
        ranges = (ranges, ranges)
    for one in ranges:
        is_right = one is None or (
            isinstance(one, (tuple, list))
            and len(one) == 2
            and all(isinstance(n, numbers.Real) for n in one)
            and math.isfinite(one[0])
            and one[0] < one[1] < math.inf
        )
        if not is_right:
            raise ValueError(
                "`value_range` must be (least, greatest), or a pair of these "
                "for inputs and targets. Received: value_range="
                f"{value_range!r}"
            )
    return [one and tuple(one) for one in ranges]


def pairs_of(inputs, targets, geometry, validate, names, **settings):
    """Returns the data set when all files have been looked at."""
    for files in (inputs, targets):
        geometry.check(files)
        if validate:
            files.validate()
    data = ImagePairs(inputs, targets, geometry, **settings)
    data.names = names
    return data

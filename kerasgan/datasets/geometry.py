import copy

import numpy as np

from kerasgan.datasets.pictures import standardize_size
from kerasgan.utils import check_count

_SHOWN = 5  # files in one message


class Geometry:
    """How pictures of any size become images of one size, pairs alike.

    Args:
        image_size: `(height, width)` to resize to, or one integer for both,
            or `None`.
        crop: The same, to cut out of pictures that keep their size.
        jitter: Integer, by how many pixels more pictures are resized, to be
            cut at a random place then.
        flip: Bool, whether half of the images are mirrored.
        augment: Bool; `False` cuts the centre and mirrors none.
        crop_to_aspect_ratio: Bool, whether to cut out the centre of the
            right proportions before resizing, or to stretch.

    Raises:
        ValueError: If they do not fit together.
    """

    def __init__(
        self, image_size, crop, jitter, flip, augment, crop_to_aspect_ratio
    ):
        check_count("jitter", jitter, least=0)
        if image_size is not None and crop is not None:
            raise ValueError(
                "`image_size` resizes pictures and `crop` cuts them as they "
                "are: give one of them. Received: image_size="
                f"{image_size}, crop={crop}"
            )
        if jitter and image_size is None:
            raise ValueError(
                "`jitter` needs `image_size`, of which it says how many "
                f"pixels more there are first. Received: jitter={jitter}, "
                "image_size=None"
            )
        self.resized = self.size = None
        if image_size is not None:
            self.size = standardize_size(image_size)
            self.resized = tuple(n + jitter for n in self.size)
        if crop is not None:
            self.size = standardize_size(crop)
        self.flip, self.augment = bool(flip), bool(augment)
        self.crop_to_aspect_ratio = bool(crop_to_aspect_ratio)

    def still(self):
        """Returns the same without what is random: the centre, as it is."""
        other = copy.copy(self)
        other.augment = False
        return other

    def check(self, files):
        """Takes the size of pictures where none was given, or raises.

        Args:
            files: `ImageFiles`.
        """
        if self.resized is not None:
            return
        if self.size is None:
            self.size = files.sizes[0]
            what, rule = "must all have one size", self.size.__ne__
        else:
            what = f"must be at least as large as `crop`, {self.size}"

            def rule(size):
                return any(n < least for n, least in zip(size, self.size))

        wrong = [i for i, size in enumerate(files.sizes) if rule(size)]
        if wrong:
            shown = [f"'{files.paths[i]}' {files.sizes[i]}" for i in wrong]
            raise ValueError(
                f"Pictures {what} (height, width), or `image_size` must say "
                f"to which they are resized. Received: {several(shown)}, "
                f"and '{files.paths[0]}' {files.sizes[0]}"
            )

    def draw(self, rng, size):
        """Draws where to cut and whether to mirror.

        Args:
            rng: `numpy.random.Generator`.
            size: `(height, width)` of the picture as it is.

        Returns:
            Tuple `(top, left, is_mirrored)`.
        """
        spare = [n - k for n, k in zip(self.resized or size, self.size)]
        if not self.augment:
            return spare[0] // 2, spare[1] // 2, False
        top, left = (int(rng.integers(n + 1)) for n in spare)
        return top, left, self.flip and bool(rng.random() < 0.5)

    def apply(self, files, index, drawn):
        """Returns the image `(height, width, channels)` of a file."""
        from PIL import Image
        from PIL import ImageOps

        side = None if self.resized is None else 2 * max(self.resized)
        picture = files.load(index, side)
        if self.resized is not None:
            height, width = self.resized
            method = Image.Resampling.LANCZOS
            if files.classes is not None:
                method = Image.Resampling.NEAREST
            size = width, height

            def resized(picture):
                if self.crop_to_aspect_ratio:
                    return ImageOps.fit(picture, size, method)
                return picture.resize(size, method)

            if isinstance(picture, np.ndarray):
                channels = np.moveaxis(picture, -1, 0)
                parts = [resized(Image.fromarray(x)) for x in channels]
                picture = np.stack([np.asarray(x) for x in parts], axis=-1)
            else:
                picture = resized(picture)
        top, left, is_mirrored = drawn
        height, width = self.size
        array = np.asarray(picture)[top : top + height, left : left + width]
        if is_mirrored:
            array = array[:, ::-1]
        return files.finish(array)


def several(names):
    """Returns the first few names, and how many more there are."""
    rest = len(names) - _SHOWN
    shown = "; ".join(names[:_SHOWN])
    return f"{shown} and {rest} more" if rest > 0 else shown

import keras
from keras import ops

from kerasgan.augmentations.augmentation import Augmentation
from kerasgan.utils import look_up

# Which rows of an image stand for `rows`, some of which are outside of it.
_SOURCES = {
    "constant": lambda rows, size: rows,
    "nearest": lambda rows, size: ops.clip(rows, 0, size - 1),
    "reflect": lambda rows, size: ops.where(
        rows < 0, -1 - rows, ops.minimum(rows, 2 * size - 1 - rows)
    ),
    "wrap": ops.mod,
}


@keras.saving.register_keras_serializable(package="kerasgan")
class DiffAugment(Augmentation):
    """Other colours, another place and a hole, for training on few images.

    To each image `x` of values in [-1, 1], in this order, with numbers
    `u` drawn for it:

    ```
    x + u                                   brightness
    mean_c(x) + (1 + u) * (x - mean_c(x))   saturation; over the channels
    mean(x) + (1 + u) * (x - mean(x))       contrast; over the image
    x moved by whole pixels                 translation
    0 in a square                           cutout
    ```

    An argument of 0 leaves a part out.

    Args:
        brightness: Float, in units of the image range; `u` is in
            [-brightness, brightness]. Defaults to 0.5.
        saturation: Float; `u` is in [-saturation, saturation]. Defaults
            to 1.
        contrast: Float; `u` is in [-contrast, contrast]. Defaults to 0.5.
        translation: Float, greatest shift as a share of each side. Defaults
            to 0.125.
        cutout: Float, side of the square as a share of each side of the
            image; its centre is anywhere in the image. Defaults to 0.5.
        fill_mode: What a moved image leaves, as in
            `keras.layers.RandomTranslation`: `"constant"` (0, grey),
            `"nearest"`, `"reflect"` or `"wrap"`. Defaults to `"constant"`,
            as the authors have it; for pictures on white or black,
            `"nearest"` adds no edge that none of them has.

    Raises:
        ValueError: If a number is negative, a share is above 1, or
            `fill_mode` is unknown.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.DCGAN(
        image_shape=(8, 8, 3),
        filters=2,
        augmentation=kerasgan.augmentations.DiffAugment(cutout=0.25),
    )
    ```

    Reference:
        Zhao et al., 2020, arXiv 2006.10738, with the defaults of the
        authors' code for the policy `color,translation,cutout`.
    """

    def __init__(
        self,
        brightness=0.5,
        saturation=1.0,
        contrast=0.5,
        translation=0.125,
        cutout=0.5,
        fill_mode="constant",
    ):
        self.brightness = brightness
        self.saturation = saturation
        self.contrast = contrast
        self.translation = translation
        self.cutout = cutout
        self.fill_mode = fill_mode
        numbers = self.get_config()
        look_up(numbers.pop("fill_mode"), _SOURCES, "fill_mode")
        for name, value in numbers.items():
            limit = 1 if name in ("translation", "cutout") else float("inf")
            if not 0 <= value <= limit:
                raise ValueError(
                    f"`{name}` must not be negative"
                    + (", and at most 1" if limit == 1 else "")
                    + f". Received: {name}={value}"
                )

    def __call__(self, images, seed):
        if self.brightness:
            images = images + _draw(images, self.brightness, seed)
        for spread, axes in ((self.saturation, 3), (self.contrast, (1, 2, 3))):
            if spread:
                mean = ops.mean(images, axis=axes, keepdims=True)
                gain = 1.0 + _draw(images, spread, seed)
                images = mean + gain * (images - mean)
        if self.translation:
            images = _move(images, self.translation, self.fill_mode, seed)
        if self.cutout:
            images = images * _holes(images, self.cutout, seed)
        return images

    def get_config(self):
        return {
            "brightness": self.brightness,
            "saturation": self.saturation,
            "contrast": self.contrast,
            "translation": self.translation,
            "cutout": self.cutout,
            "fill_mode": self.fill_mode,
        }


def _draw(images, spread, seed):
    """Returns a number in [-spread, spread] an image, `(batch, 1, 1, 1)`."""
    shape = (ops.shape(images)[0], 1, 1, 1)
    return keras.random.uniform(
        shape, -spread, spread, dtype=images.dtype, seed=seed
    )


def _integers(images, low, high, seed):
    """Returns an integer in [low, high] an image, `(batch, 1)`."""
    shape = (ops.shape(images)[0], 1)
    return keras.random.randint(shape, low, high + 1, seed=seed)


def _move(images, share, fill_mode, seed):
    """Moves each image along both sides."""
    shifts = []
    for size in images.shape[1:3]:
        most = int(size * share + 0.5)
        by = _integers(images, -most, most, seed)
        pixels = ops.arange(size, dtype="int32")
        rows = _SOURCES[fill_mode](pixels[None, :] - by, size)
        # Row i of the new image is row j of the old one. As a product it
        # has a gradient, and that has one, on every backend.
        is_from = ops.equal(rows[:, :, None], pixels[None, None, :])
        shifts.append(ops.cast(is_from, images.dtype))
    return ops.einsum("bij,bjkc,blk->bilc", shifts[0], images, shifts[1])


def _holes(images, share, seed):
    """Returns 0 in a square of each image and 1 around, one channel."""
    inside = []
    for size in images.shape[1:3]:
        length = int(size * share + 0.5)
        # An even square may have its centre at either edge.
        centre = _integers(images, 0, size - length % 2, seed)
        first = centre - length // 2
        pixels = ops.arange(size, dtype="int32")[None, :]
        inside.append((pixels >= first) & (pixels < first + length))
    hole = inside[0][:, :, None, None] & inside[1][:, None, :, None]
    return 1.0 - ops.cast(hole, images.dtype)

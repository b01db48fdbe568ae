import math

import keras
from keras import ops

from kerasgan.augmentations.affine import inverse_map
from kerasgan.augmentations.affine import warp
from kerasgan.augmentations.augmentation import Augmentation
from kerasgan.augmentations.colour import recolour
from kerasgan.training.part import Part
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils import look_up

_BLIT = ("flip", "turn", "shift")
_GEOMETRY = ("scale", "rotation", "stretch", "move")
_COLOUR = ("brightness", "contrast", "luma_flip", "hue", "saturation")
_PIPELINES = {
    "blit": _BLIT,
    "geom": _GEOMETRY,
    "color": _COLOUR,
    "bg": _BLIT + _GEOMETRY,
    "bgc": _BLIT + _GEOMETRY + _COLOUR,
}

# Each row is done or not done as a whole, with the strengths drawn for it:
# "uniform" in [-spread, spread], "normal" of that standard deviation, or a
# "choice" of 0, 1, ..., spread. A strength of 0 does nothing.
_STEPS = (
    ("flip", "choice", 1, ("flip",)),
    ("turn", "choice", 3, ("turns",)),
    ("shift", "uniform", 0.125, ("shift_x", "shift_y")),
    ("scale", "normal", 0.2, ("log2_scale",)),
    ("rotation", "uniform", math.pi, ("angle_before",)),
    ("stretch", "normal", 0.2, ("log2_stretch",)),
    ("rotation", "uniform", math.pi, ("angle_after",)),
    ("move", "normal", 0.125, ("move_x", "move_y")),
    ("brightness", "normal", 0.2, ("brightness",)),
    ("contrast", "normal", 0.5, ("log2_contrast",)),
    ("luma_flip", "choice", 1, ("luma_flip",)),
    ("hue", "uniform", math.pi, ("hue",)),
    ("saturation", "normal", 1.0, ("log2_saturation",)),
)


@keras.saving.register_keras_serializable(package="kerasgan")
class ADA(Augmentation, Part):
    """Augments as often as the discriminator overfits, for few images.

    Each transform is done to an image with probability `p`, independently
    of the other transforms and images. All gradients pass through. `p` rises
    while the discriminator is sure of the real images that it has seen, and
    falls while it is not. Every `interval` steps,

    ```
    p = clip(p + sign(r - target) * images / adjustment_images, 0, 1)
    ```

    with `r` the mean of `sign(D(real))` and `images` the number of real
    images since the last time. The logs have `p` as
    `augmentation_probability`, and the `r` of the last step as `real_signs`.

    The transforms, in this order, for images of values in [-1, 1]:

    | name | pipeline | strength |
    |---|---|---|
    | `flip` | `blit` | left and right are swapped or not |
    | `turn` | `blit` | 0 to 3 quarter turns |
    | `shift` | `blit` | whole pixels, up to 1/8 of each side |
    | `scale` | `geom` | both sides times `2^N(0, 0.2^2)` |
    | `rotation` | `geom` | any angle, before or after `stretch` or both |
    | `stretch` | `geom` | `2^N(0, 0.2^2)` times wider and less high |
    | `move` | `geom` | `N(0, (1/8)^2)` of each side |
    | `brightness` | `color` | `N(0, 0.2^2)` is added |
    | `contrast` | `color` | all values times `2^N(0, 0.5^2)` |
    | `luma_flip` | `color` | the mean of the channels times -1 or 1 |
    | `hue` | `color` | any angle about the axis of greys, of 3 channels |
    | `saturation` | `color` | the distance from grey times `2^N(0, 1)` |

    What is not in the image is mirrored at its edges.

    Args:
        target: Float in (-1, 1), the `r` that is aimed at. Defaults to 0.6.
            `None` leaves `p` at `initial_probability`.
        interval: Integer, in training steps. Defaults to 4.
        adjustment_images: Integer, the number of real images in which `p`
            can go from 0 to 1. Defaults to 500,000; the authors take
            100,000 where they go on from a trained model.
        initial_probability: Float in [0, 1]. Defaults to 0.
        transforms: One of the pipelines `"blit"`, `"geom"`, `"color"`,
            `"bg"` (the first two) and `"bgc"` (all three), or a list of
            names. Defaults to `"bgc"`, the best of the paper.
        name: String, name of the layer.

    Raises:
        ValueError: If a number is out of its range, or a name unknown.

    Example:

    ```python
    import keras
    import kerasgan

    ada = kerasgan.augmentations.ADA(
        target=None, initial_probability=0.5, transforms=["flip", "rotation"]
    )
    images = keras.random.uniform((4, 8, 8, 3), -1, 1)
    changed = ada(images, keras.random.SeedGenerator(0))
    assert changed.shape == images.shape
    ```

    Reference:
        Karras et al., 2020, arXiv 2006.06676, with the defaults of the
        authors' code. Deviation: pixels are interpolated linearly, which
        blurs a little, where the authors double the image by a wavelet's
        filter first; and `p` stops at 1, beyond which only its way back
        would be longer.
    """

    # A model that logs the mean sign of real logits computes it.
    log_names = ("augmentation_probability", "real_signs")

    def __init__(
        self,
        target=0.6,
        interval=4,
        adjustment_images=500_000,
        initial_probability=0.0,
        transforms="bgc",
        name=None,
    ):
        if target is not None:
            check_number("target", target, above=-1, below=1)
        check_count("interval", interval)
        check_count("adjustment_images", adjustment_images)
        check_number("initial_probability", initial_probability, least=0)
        if initial_probability > 1:
            raise ValueError(
                "`initial_probability` must be at most 1. Received: "
                f"initial_probability={initial_probability}"
            )
        if isinstance(transforms, (list, tuple)):
            known = dict.fromkeys(_PIPELINES["bgc"])
            for transform in transforms:
                look_up(transform, known, "transforms")
            names = transforms = list(transforms)
        else:
            names = look_up(transforms, _PIPELINES, "transforms")
        super().__init__(name=name)
        self.target = target
        self.interval = interval
        self.adjustment_images = adjustment_images
        self.initial_probability = initial_probability
        self.transforms = transforms
        self._names = tuple(names)

    def build_for(self, model):
        """Makes the probability and what is known since its last change.

        Args:
            model: The model that trains with this augmentation.
        """
        start = {"probability": self.initial_probability}
        for name in ("probability", "signs", "images", "steps"):
            variable = self.add_weight(
                name=name,
                initializer=keras.initializers.Constant(start.get(name, 0.0)),
                dtype="float32",
                trainable=False,
            )
            setattr(self, name, variable)
        self.built = True

    def after_step(self, model, logs):
        """Counts the signs of a step in, and changes `p` where it is time.

        Args:
            model: The model, whose `_images_in_step` is the number of real
                images of the step.
            logs: Dict of scalars with the key `real_signs`, the mean sign of
                the discriminator's logits of real images.

        Returns:
            Dict with `augmentation_probability`.
        """
        if self.target is not None:
            self._adjust(logs["real_signs"], model._images_in_step)
        return {"augmentation_probability": self.probability.value}

    def _adjust(self, mean_sign, count):
        count = ops.cast(count, "float32")
        images = self.images.value + count
        signs = self.signs.value + ops.cast(mean_sign, "float32") * count
        steps = self.steps.value + 1.0
        excess = ops.divide_no_nan(signs, images) - self.target
        moved = self.probability.value + (
            ops.sign(excess) * images / self.adjustment_images
        )
        is_due = steps >= self.interval
        self.probability.assign(
            ops.where(is_due, ops.clip(moved, 0.0, 1.0), self.probability.value)
        )
        for variable, value in (
            (self.images, images),
            (self.signs, signs),
            (self.steps, steps),
        ):
            variable.assign(ops.where(is_due, 0.0, value))

    # Past Keras' own `__call__`, which would cast the images.
    def __call__(self, images, seed):
        parameters = self._draw(ops.shape(images)[0], seed)
        if not set(self._names).isdisjoint(_PIPELINES["bg"]):
            height, width = images.shape[1:3]
            images = warp(images, inverse_map(parameters, height, width))
        if not set(self._names).isdisjoint(_COLOUR):
            images = recolour(images, parameters)
        return images

    def _draw(self, batch, seed):
        """Returns the strengths for each image, a dict of `(batch,)`.

        Args:
            batch: Integer or scalar tensor.
            seed: `keras.random.SeedGenerator`.
        """
        probability = ops.convert_to_tensor(
            self.probability.value if self.built else self.initial_probability,
            "float32",
        )
        # Of two rotations at least one is done with probability p.
        of_rotation = 1.0 - ops.sqrt(1.0 - probability)
        count = sum(len(parameters) for *_, parameters in _STEPS)
        uniform = keras.random.uniform(
            (batch, len(_STEPS) + count), dtype="float32", seed=seed
        )
        normal = keras.random.normal((batch, count), dtype="float32", seed=seed)
        drawn = {}
        for step, (transform, kind, spread, parameters) in enumerate(_STEPS):
            limit = of_rotation if transform == "rotation" else probability
            limit = limit * float(transform in self._names)
            is_done = ops.cast(uniform[:, step] < limit, "float32")
            for parameter in parameters:
                u = uniform[:, len(_STEPS) + len(drawn)]
                if kind == "choice":
                    strength = ops.floor((spread + 1) * u)
                elif kind == "uniform":
                    strength = spread * (2.0 * u - 1.0)
                else:
                    strength = spread * normal[:, len(drawn)]
                drawn[parameter] = is_done * strength
        return drawn

    def get_config(self):
        return {
            "target": self.target,
            "interval": self.interval,
            "adjustment_images": self.adjustment_images,
            "initial_probability": self.initial_probability,
            "transforms": (
                self.transforms
                if isinstance(self.transforms, str)
                else list(self.transforms)
            ),
            "name": self.name,
        }

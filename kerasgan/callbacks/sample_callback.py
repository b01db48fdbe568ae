import warnings

from kerasgan.callbacks.periodic_callback import PeriodicCallback
from kerasgan.conditions.in_turn import in_turn
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_labels import check_labels
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.pixels import to_bytes
from kerasgan.utils.seeds import check_seed


class SampleCallback(PeriodicCallback):
    """Base of the callbacks that look at the same samples again and again.

    It draws with `generate` the images of one seed, and hands the grid to
    `on_samples`. Of images with 2 channels the first is drawn, of more than 4
    the first 3. Nothing that training depends on is changed. In a run of
    several processes only the first one draws.

    Args:
        every: Number of epochs or steps between two drawings. Defaults to 1.
        unit: `"epoch"` or `"step"` (one step is one update of the generator).
            Defaults to `"epoch"`.
        n: Number of images. Defaults to `None`, which is 64, or as many of
            them as make whole rows of all classes of a conditional model.
        seed: Seed of the latents. Defaults to 0.
        labels: Another name of `condition`, for models of classes.
        columns: Images in a row. Defaults to `None`: the number of classes
            where it is at most 16 and no condition is given, otherwise as
            square as possible.
        condition: What the images are of, as `generate` takes it: one
            condition for all, or one for each. Defaults to `None`: the
            classes in their order, again and again, and random ones of
            conditions that are no classes.

    Raises:
        ValueError: If an argument is out of its range, or, when training
            begins, if the model is none that generates images or has no
            such conditions.
    """

    def __init__(
        self,
        every=1,
        unit="epoch",
        n=None,
        seed=0,
        labels=None,
        columns=None,
        condition=None,
    ):
        super().__init__(every, unit)
        seed = check_seed(seed, optional=False)
        for argument, value in (("n", n), ("columns", columns)):
            if value is not None:
                check_count(argument, value)
        self.n = n
        self.seed = seed
        self.labels = labels
        if labels is not None:
            labels = as_array(labels, "labels", "whole numbers, one an image")
            count = n or max(len(labels), 1)
            self.labels = check_labels(labels, count).astype("int32")
            if condition is not None:
                raise ValueError(
                    "`labels` and `condition` must not both be given, because "
                    "they are one. Received: both"
                )
        self.columns = columns
        self.condition = condition

    def on_samples(self, grid, epoch, step):
        """Called with each drawing; to be overridden.

        Args:
            grid: uint8 array `(height, width, channels)`.
            epoch: Number of epochs that are complete.
            step: Number of steps that the model has taken in all its life.
        """
        raise NotImplementedError

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self._plan(self.model)
        self._check_channels(getattr(self.model, "image_shape", None))

    def on_due(self, epoch, step, logs):
        images, columns = self.render(self._n, self.seed, self._asked)
        if images is not None:
            images = to_bytes(images[..., : _drawn(images.shape[-1])])
            columns = columns or self._columns
            self.on_samples(image_grid(images, columns), epoch, step)

    def _check_channels(self, shape):
        """Says what of the images is drawn, or raises if nothing can be."""
        if shape is None:
            return  # Known when the first are drawn.
        if len(shape) != 3:
            raise ValueError(
                f"{type(self).__name__} needs a model that makes images "
                f"(height, width, channels). Received: a model of shape "
                f"{tuple(shape)}."
            )
        channels, drawn = shape[-1], _drawn(shape[-1])
        if drawn < channels and self._is_first_process():
            warnings.warn(
                f"{type(self).__name__} draws the first "
                f"{'channel' if drawn == 1 else f'{drawn} channels'} of the "
                f"{channels} that the images have: a picture holds 1 (grey), "
                "3 (RGB) or 4 (RGBA).",
                stacklevel=2,
            )

    def _plan(self, model):
        condition = getattr(model, "condition", None)
        count = None if condition is None else condition.count
        self._n, self._columns = self.n or 64, self.columns
        name, given = "condition", self.condition
        if self.labels is not None:
            name, given = "labels", self.labels
        if given is not None:
            self._n, rows = self._given(condition, name, given)
            self._asked = {"condition": rows}
            return
        if count and self.n is None:
            self._n = min(max(64 // count, 1) * count, 64)
        if count and self.columns is None and count <= 16:
            self._columns = count
        self._asked, _ = in_turn(model, self._n)

    def _given(self, condition, name, given):
        """Returns how many images are drawn, and the conditions of all."""
        if condition is None:
            raise ValueError(
                f"`{name}` must be None for a model without conditions, such "
                f"as classes. Received: {name}={given!r}"
            )
        count = 64 if condition.is_single(given) else max(len(given), 1)
        n = self.n or count
        return n, condition.repeat(given, n, name)


def _drawn(channels):
    """Returns how many of the channels a picture shows."""
    if channels in (1, 3, 4):
        return channels
    return 1 if channels < 3 else 3

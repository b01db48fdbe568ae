import numpy as np

from kerasgan.callbacks.periodic_callback import PeriodicCallback
from kerasgan.utils.image_grid import check_whole_number
from kerasgan.utils.image_grid import image_grid


class SampleCallback(PeriodicCallback):
    """Base of the callbacks that look at the same samples again and again.

    It draws with `generate` the images of one seed, and hands the grid to
    `on_samples`. Nothing that training depends on is changed. In a run of
    several processes only the first one draws.

    Args:
        every: Number of epochs or steps between two drawings. Defaults to 1.
        unit: `"epoch"` or `"step"` (one step is one update of the generator).
            Defaults to `"epoch"`.
        n: Number of images. Defaults to `None`, which is 64, or as many of
            them as make whole rows of all classes of a conditional model.
        seed: Seed of the latents. Defaults to 0.
        labels: For conditional models, one class an image, shape `(n,)`.
            Defaults to `None`: the classes in their order, again and again.
        columns: Images in a row. Defaults to `None`: the number of classes
            where it is at most 16 and `labels` are not given, otherwise as
            square as possible.

    Raises:
        ValueError: If an argument is out of its range, or, when training
            begins, if the model is none that generates or has no such labels.
    """

    def __init__(
        self, every=1, unit="epoch", n=None, seed=0, labels=None, columns=None
    ):
        super().__init__(every, unit)
        check_whole_number(seed, 0, "seed")
        for argument, value in (("n", n), ("columns", columns)):
            if value is not None:
                check_whole_number(value, 1, argument)
        self.n = n
        self.seed = seed
        self.labels = None if labels is None else _check_labels(labels, n)
        self.columns = columns

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

    def on_due(self, epoch, step, logs):
        images = self.render(self._n, self.seed, self._options)
        if images is not None:
            self.on_samples(image_grid(images, self._columns), epoch, step)

    def _plan(self, model):
        classes = getattr(model, "num_classes", None)
        self._n, self._columns = self.n or 64, self.columns
        if self.labels is not None:
            _check_classes(self.labels, classes)
            self._n = len(self.labels)
            self._options = {"labels": self.labels}
            return
        if classes and self.n is None:
            self._n = min(max(64 // classes, 1) * classes, 64)
        if classes and self.columns is None and classes <= 16:
            self._columns = classes
        self._options = self.class_options(self._n)


def _check_labels(labels, n):
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels) or labels.dtype.kind not in "iu":
        raise ValueError(
            "`labels` must be a list of whole numbers, one an image. "
            f"Received: shape {labels.shape}, dtype {labels.dtype}."
        )
    if n is not None and n != len(labels):
        raise ValueError(
            f"`labels` must hold one class for each of the `n` images. "
            f"Received: {len(labels)} labels and n={n}."
        )
    return labels.astype("int32")


def _check_classes(labels, classes):
    if not classes:
        raise ValueError(
            "`labels` must be None for a model without classes. "
            f"Received: {len(labels)} labels."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"`labels` must lie in [0, {classes}), the classes of the model. "
            f"Received: values from {labels.min()} to {labels.max()}."
        )

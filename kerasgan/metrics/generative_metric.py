import keras
import numpy as np

from kerasgan.metrics import features as feature_networks
from kerasgan.metrics.arrays import check_finite
from kerasgan.metrics.arrays import check_probabilities
from kerasgan.metrics.images import check_image_batch
from kerasgan.metrics.row_buffer import RowBuffer
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import warn_of_scale
from kerasgan.utils.check_labels import check_labels
from kerasgan.utils.pixels import to_bytes


class GenerativeMetric(keras.metrics.Metric):
    """Base of the metrics that compare generated images with real ones.

    All are used alike. `update_real(images)` adds real images and
    `update_state(images)`, or calling the metric, generated ones, in batches
    of any size; `result()` compares what was added. `reset_state()` forgets
    the generated images and keeps the real ones, so that they need to be
    seen only once in a training; `reset_real()` forgets those.

    Sums are made by NumPy in float64, outside of the compiled step: call a
    metric on generated images, rather than in `compile(metrics=...)`.

    A subclass says in class attributes what it `needs` of an image and
    whether it `compares` with real ones, and writes `result`; where it need
    not keep everything, also `new_state`, and where one image a side is too
    few, `least`.

    Args:
        features: The network whose features, or class probabilities, are
            compared; see `kerasgan.metrics.features.get`. With `None`,
            features (or probabilities) `(n, dimensions)` are given in place
            of images.
        name: String. Defaults to the metric and the network, such as
            `"fid_mnist"`, since a score means nothing without the network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    class MeanShift(kerasgan.metrics.GenerativeMetric):
        "How far apart the means of the features are."

        key = "mean_shift"

        def result(self):
            shift = self.real.rows().mean(0) - self.generated.rows().mean(0)
            return float(np.linalg.norm(shift))

    metric = MeanShift(features=None)
    metric.update_real(np.zeros((10, 2)))
    metric.update_state(np.tile([3.0, 4.0], (7, 1)))
    assert metric.result() == 5.0
    ```
    """

    #: Name without the network, the key in an evaluation.
    key = None
    #: `"features"`, `"probabilities"`, `"images"` or `"generator"`.
    needs = "features"
    #: Whether the first argument is a feature network.
    has_network = True
    #: Whether `result()` looks at real images.
    compares = True
    #: Whether each image needs its class.
    needs_labels = False

    def __init__(self, features, name=None, dtype=None):
        self.network = feature_networks.get(features)
        if name is None:
            name = self.key
            if self.network is not None:
                name = f"{self.key}_{self.network.name}"
        super().__init__(name=name, dtype=dtype)
        self.real = self.new_state()
        self.generated = self.new_state()
        self._width = None

    def new_state(self):
        """Returns what keeps one side's images; by default a `RowBuffer`."""
        return RowBuffer()

    def protocol(self):
        """Returns the settings that the number depends on, a dict."""
        return {}

    def update_real(self, images, labels=None):
        """Adds real images.

        Args:
            images: Array or tensor `(n, height, width, channels)`, float in
                [-1, 1] or uint8.
            labels: Integers `(n,)`, the classes, where the metric needs them.

        Raises:
            ValueError: If images or labels are not that; nothing is added.
        """
        self.add("real", self._read_given(images), labels)

    def update_state(self, images, labels=None):
        """Adds generated images.

        Args:
            images: Array or tensor `(n, height, width, channels)`, float in
                [-1, 1] or uint8.
            labels: Integers `(n,)`, the classes, where the metric needs them.

        Raises:
            ValueError: If images or labels are not that; nothing is added.
        """
        self.add("generated", self._read_given(images), labels)

    def _read_given(self, images):
        """Returns what is needed of a user's images, in memory of its own."""
        if self.needs == "images" or self.network is not None:
            images = check_image_batch(images)
            warn_of_scale(images)
        return np.array(self.read(images))

    def read(self, images):
        """Returns what the metric needs of images: an array, one row each."""
        if self.needs == "images":
            return to_bytes(check_image_batch(images))
        if self.network is None:
            rule = (
                f"the {self.needs} of images, numbers of shape (n, "
                "dimensions), where the metric has `features=None`"
            )
            rows = as_array(images, "images", rule)
            if rows.ndim != 2 or rows.dtype.kind not in "iuf":
                raise ValueError(
                    f"`images` must be {rule}. Received: shape {rows.shape}, "
                    f"dtype {rows.dtype}"
                )
            check_finite("images", rows)
            if self.needs == "probabilities":
                check_probabilities("images", rows)
            return rows
        return getattr(self.network, self.needs)(images)

    def add(self, side, rows, labels=None):
        """Adds what `read` returned, to spare reading it twice.

        Args:
            side: `"real"` or `"generated"`.
            rows: Array `(n, ...)`, which is kept as it is, not copied.
            labels: Integers `(n,)`, or `None`.
        """
        width = rows.shape[1:]
        if self._width not in (None, width):
            raise ValueError(
                "`images` must all have one size. Received: rows of shape "
                f"{width} after rows of shape {self._width}"
            )
        if not self.needs_labels:
            getattr(self, side).add(rows)
        else:
            if labels is None:
                raise ValueError(
                    f"`labels` must be given: {type(self).__name__} needs "
                    "the class of each image. Received: None"
                )
            labels = check_labels(labels, len(rows))
            getattr(self, side).add(rows, labels)
        self._width = width

    def least(self, side):
        """Returns how many images of a side `result` needs; 1 by default.

        Args:
            side: `"real"` or `"generated"`.
        """
        return 1

    def check_counts(self):
        """Raises unless there are as many images on each side as needed."""
        sides = {"generated": self.generated}
        if self.compares:
            sides = {"real": self.real, **sides}
        for side, state in sides.items():
            least = self.least(side)
            if len(state) < least:
                method = {"real": "update_real", "generated": "update_state"}
                raise ValueError(
                    f"`{self.name}` needs at least {least} {side} "
                    f"image{'s' * (least > 1)}. Received: {len(state)}. Add "
                    f"more with `{method[side]}`."
                )

    def reset_state(self):
        """Forgets the generated images."""
        self.generated.clear()
        self._forget_width()

    def reset_real(self):
        """Forgets the real images."""
        self.real.clear()
        self._forget_width()

    def _forget_width(self):
        if not len(self.real) and not len(self.generated):
            self._width = None

    def save_own_variables(self, store):
        self.real.save(store, "real")
        self.generated.save(store, "generated")
        store["width"] = np.asarray(self._width or (), "int64")

    def load_own_variables(self, store):
        self.real.load(store, "real")
        self.generated.load(store, "generated")
        self._width = tuple(int(size) for size in store["width"][()]) or None

    def get_config(self):
        if not self.has_network:
            return super().get_config()
        features = self.network
        if features is not None:
            features = features.known_as
            if features is None:
                features = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "features": features}

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        if isinstance(config.get("features"), dict):
            config["features"] = keras.saving.deserialize_keras_object(
                config["features"]
            )
        return cls(**config)

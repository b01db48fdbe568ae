"""Checks each batch of a data set on the host, before its step."""

import contextlib
import types

import keras

from kerasgan.backend import data as data_backend
from kerasgan.models.wrapped_dataset import WrappedDataset


class Inspection:
    """Checks batches where they are read, and tells the user what was wrong.

    Pipelines have errors of their own for what is raised within them:
    `reporting` raises what the check has said in their place.

    Args:
        check: Function of images and labels that raises `ValueError`.

    Example:

    ```python
    from kerasgan.models.inspection import Inspection

    def check(images, labels):
        if images.max() > 1:
            raise ValueError("`x` must be at most 1.")

    inspection = Inspection(check)
    ```
    """

    def __init__(self, check):
        self._check = check
        self._error = None

    def __call__(self, batch):
        """Returns a batch that may be trained on, or raises `ValueError`."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        try:
            self._check(images, labels)
        except ValueError as error:
            self._error = error
            raise
        return batch

    def of(self, x):
        """Returns a data set whose batches are checked when they are read.

        Args:
            x: `tf.data.Dataset`, `keras.utils.PyDataset`, torch `DataLoader`,
                Grain data set or Python generator.
        """
        if hasattr(x, "rebatch"):  # tf.data
            return data_backend.inspect_batches(x, self)
        if isinstance(x, keras.utils.PyDataset):
            return _InspectedDataset(x, self)
        if isinstance(x, types.GeneratorType):
            return (self(batch) for batch in x)
        if hasattr(x, "collate_fn"):  # a torch DataLoader
            return data_backend.inspect_loader(x, self)
        return x.map(self)  # Grain

    @contextlib.contextmanager
    def reporting(self):
        """A context in which errors of the check are raised as such."""
        try:
            yield
        except Exception as error:
            if self._error is None or error is self._error:
                raise
            raise self._error from None


class _InspectedDataset(WrappedDataset):
    """A data set whose batches are checked when they are read."""

    def __init__(self, dataset, inspect):
        super().__init__(dataset)
        self.inspect = inspect

    def __getitem__(self, index):
        return self.inspect(self.dataset[index])

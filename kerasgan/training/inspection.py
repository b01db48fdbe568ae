"""Checks each batch of a data set on the host, before its step."""

import contextlib
import types

import keras

from kerasgan.backend import data as data_backend
from kerasgan.training.wrapped_dataset import WrappedDataset


class Inspection:
    """Checks batches where they are read, and tells the user what was wrong.

    Pipelines have errors of their own for what is raised within them:
    `reporting` raises what the check has said in their place.

    Args:
        prepare: Function of a batch that returns it as it is trained on, or
            raises `ValueError`.

    Example:

    ```python
    from kerasgan.training.inspection import Inspection

    def prepare(batch):
        if batch.max() > 1:
            raise ValueError("`x` must be at most 1.")
        return batch

    inspection = Inspection(prepare)
    ```
    """

    def __init__(self, prepare):
        self._prepare = prepare
        self._error = None

    def __call__(self, batch):
        """Returns a batch that may be trained on, or raises `ValueError`."""
        try:
            return self._prepare(batch)
        except ValueError as error:
            self._error = error
            raise

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

import keras

from kerasgan.distribution import processes
from kerasgan.distribution import sharding
from kerasgan.training import data
from kerasgan.training.inspection import Inspection
from kerasgan.training.minibatches import group
from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.training.standardize_data import standardize_batch
from kerasgan.utils import check_count
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale


class Fit:
    """How a game is given data; mixed into `AdversarialModel`."""

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        steps_per_epoch=None,
        **kwargs,
    ):
        """Plays the game on a data set; arguments as in `keras.Model.fit`.

        Args:
            x: Images, `(n, height, width, channels)`, uint8 or float in
                [-1, 1]: an array, or anything that yields batches of them
                (`tf.data.Dataset`, `keras.utils.PyDataset`, torch
                `DataLoader`, Grain, a generator of tuples).
            y: Integer labels, `(n,)`, for conditional games.
            batch_size: Integer, images in a minibatch. Defaults to 32. A
                step consumes as many minibatches as the game asks for.
            epochs: Integer, the epoch to stop at.
            verbose: `"auto"`, 0, 1 or 2.
            callbacks: List of `keras.callbacks.Callback`.
            validation_split: Float in [0, 1), the share of an array's last
                images to evaluate on.
            validation_data: Images, or `(images, labels)`, or a data set.
            steps_per_epoch: Integer, in training steps, or `None` for one
                pass over the data.
            **kwargs: The rest of Keras' arguments: `shuffle`,
                `initial_epoch`, `validation_steps`, `validation_batch_size`,
                `validation_freq`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        for key in ("class_weight", "sample_weight"):
            if kwargs.pop(key, None) is not None:
                raise ValueError(
                    f"`{key}` has no meaning in an adversarial game. Draw "
                    "the examples as often as they should count instead"
                )
        self._check_scope()
        batch_size = _count("batch_size", batch_size)
        steps_per_epoch = _count("steps_per_epoch", steps_per_epoch)
        for key in ("validation_batch_size", "validation_steps"):
            kwargs[key] = _count(key, kwargs.get(key))
        inspection = Inspection(self._prepare_batch)
        x, y = self._checked(x, y, inspection)
        if validation_split:
            x, y, validation_data = data.split(x, y, validation_split)
        if validation_data is not None:
            validation_data = self._checked_validation(
                validation_data, inspection
            )
        x, y = self._arranged(x, y)
        if not data.is_array(x):
            # Keras warns about its own default otherwise.
            kwargs.setdefault("shuffle", isinstance(x, keras.utils.PyDataset))
        x, y, batch_size, steps_per_epoch = group(
            x, y, batch_size, self._minibatches_per_step, steps_per_epoch
        )
        if self._replicas > 1:
            callbacks, verbose = processes.work_together(
                self, callbacks, verbose
            )
            shuffle = kwargs.get("shuffle", True)
            x, y, batch_size, steps_per_epoch = sharding.share(
                self,
                x,
                y,
                batch_size,
                self._minibatches_per_step,
                steps_per_epoch,
                shuffle,
            )
            kwargs["shuffle"] = shuffle and data.is_array(x)
            if validation_data is not None:
                validation_data = sharding.share_validation(
                    self,
                    validation_data,
                    kwargs.get("validation_batch_size") or batch_size,
                )
        self._make_optimizers()
        self._check_compiled()
        with inspection.reporting(), self._current_settings():
            return super().fit(
                x,
                y,
                batch_size=batch_size,
                epochs=epochs,
                verbose=verbose,
                callbacks=callbacks,
                validation_data=validation_data,
                steps_per_epoch=steps_per_epoch,
                **kwargs,
            )

    def evaluate(self, x=None, y=None, batch_size=None, **kwargs):
        """Returns the means of the losses over data that `fit` takes."""
        inspection = Inspection(self._prepare_batch)
        if not kwargs.get("_use_cached_eval_dataset"):
            self._check_scope()
            batch_size = _count("batch_size", batch_size)
            kwargs["steps"] = _count("steps", kwargs.get("steps"))
            x, y = self._checked(x, y, inspection)
            if self._replicas > 1:
                x, y, batch_size, _ = sharding.share(self, x, y, batch_size)
        self._make_optimizers()
        with inspection.reporting(), self._current_settings():
            return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def train_on_batch(self, x, y=None, **kwargs):
        """Plays one step on one batch.

        Args:
            x: Images of all the minibatches of the step, one after the
                other.
            y: Integer labels, for conditional games.
            **kwargs: As in `keras.Model.train_on_batch`.

        Returns:
            The logs, as `keras.Model.train_on_batch` returns them.
        """
        if self._replicas > 1:
            raise ValueError(
                "`train_on_batch` is for a model on one device. Give the "
                "batches to `fit` as a data set, with `steps_per_epoch`. "
                f"Received: a model on {self._replicas} devices"
            )
        x, y = self._checked(x, y)
        count = self._minibatches_per_step
        if len(x) < count or len(x) % count:
            raise ValueError(
                f"`x` must hold {count} minibatches of the same size, one "
                "for each of the `discriminator_steps`. Received: "
                f"{len(x)} images"
            )
        self._make_optimizers()
        with self._current_settings():
            return super().train_on_batch(x, y, **kwargs)

    def test_on_batch(self, x, y=None, **kwargs):
        """Returns the losses of one batch, as `train_on_batch` takes it."""
        x, y = self._checked(x, y)
        self._make_optimizers()
        with self._current_settings():
            return super().test_on_batch(x, y, **kwargs)

    def _checked(self, x, y, inspection=None):
        """Returns data that were checked, or will be when they are read.

        Arrays are checked whole. Of data sets the first batch is, before
        anything has changed, and each one before its step.
        """
        if is_data_set(x):
            batch, x = data.peek(x)
            images, labels = _parts_of(self._prepare_batch(batch))
            if inspection is not None:
                x = inspection.of(x)
        elif x is None:
            raise ValueError("`x` must be given. Received: None")
        elif isinstance(x, tuple) and len(x) == 2 and y is None:
            raise ValueError(
                "`x` must be the images alone. Give images and labels as "
                "`fit(*data)`. Received: a tuple of two"
            )
        else:
            x = standardize_array(x)
            if y is not None:
                y = standardize_array(y, "y", "whole numbers, one an image")
            images, labels = x, y
            self._check_batch(images, labels)
        if len(self._real_shape) == 3:
            warn_of_scale(images, "x")
        return x, y

    def _checked_validation(self, data, inspection):
        if isinstance(data, (tuple, list)) and 1 <= len(data) <= 3:
            images, labels = self._checked(*_parts_of(data))
            return images if labels is None else (images, labels)
        return self._checked(data, None, inspection)[0]

    def _arranged(self, x, y):
        """Returns data as an epoch of the game is to show them.

        Args:
            x: Array or data set that was checked, without what is held out.
            y: Array of the same length, or `None`.
        """
        return x, y

    def _prepare_batch(self, batch):
        """Returns a batch of a data set as the arrays that are trained on.

        Args:
            batch: What the data set yielded.

        Raises:
            ValueError: If the game cannot train on it; see `_check_batch`.
        """
        batch = standardize_batch(batch)
        self._check_batch(*_parts_of(batch))
        return batch

    def _check_batch(self, images, labels):
        """Raises `ValueError` unless the game can train on these examples.

        Args:
            images: Array, `(batch, *real_shape)`.
            labels: Array of integers, or `None`.
        """
        self._check_real(images)
        if labels is not None:
            raise ValueError(
                f"{type(self).__name__} is not conditional and takes no "
                "labels. Give images only, or use a conditional model. "
                f"Received: labels of shape {tuple(labels.shape)}"
            )

    def _check_real(self, images):
        """Raises `ValueError` unless these can be the real images."""
        check_images(images, "x", self._real_shape)


def _count(name, value):
    """Returns a count as an `int`, for Keras, to which 0 is the default."""
    if value is None:
        return None
    check_count(name, value)
    return int(value)


def _parts_of(batch):
    """Returns the images and the labels of a batch, or `None` for these."""
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return images, labels

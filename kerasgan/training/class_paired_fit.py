import numpy as np

from kerasgan.datasets.class_pairs import ClassPairs
from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale


class ClassPairedFit:
    """Fits pairs of images of one class, made of labels; mixed into models."""

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
        **kwargs,
    ):
        """Plays the game on pairs of images of one class.

        Args:
            x: Images, `(n, height, width, channels)`, uint8 or float in
                [-1, 1]; or a data set of batches of pairs, such as
                `kerasgan.datasets.ClassPairs`.
            y: Labels, `(n,)`, whole numbers; or the second images of pairs.
            batch_size: Integer, pairs in a minibatch. Defaults to 32.
            epochs, verbose, callbacks: As in `keras.Model.fit`.
            validation_split: Float; must be 0 with labels. Hold whole classes
                back, and give them as `validation_data`.
            validation_data: Pair of arrays as `x` and `y`, or a data set.
            **kwargs: As in `kerasgan.models.GAN`'s `fit`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        if _are_labels(y):
            if validation_split:
                raise ValueError(
                    "`validation_split` must be 0 with labels, because the "
                    "classes of training and validation must differ. "
                    f"Received: validation_split={validation_split}. Give "
                    "other classes as `validation_data`"
                )
            shuffle = kwargs.pop("shuffle", True)
            x = self._paired(x, y, batch_size, shuffle)
            # Where the training was, if it goes on.
            x.epoch = int(self.images_seen) // x.count
            y, batch_size, kwargs["shuffle"] = None, None, False
        if (
            isinstance(validation_data, (tuple, list))
            and len(validation_data) == 2
            and _are_labels(validation_data[1])
        ):
            rows = kwargs.pop("validation_batch_size", None) or batch_size
            validation_data = self._paired(*validation_data, rows, False)
        return super().fit(
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            **kwargs,
        )

    def evaluate(self, x=None, y=None, batch_size=None, **kwargs):
        if _are_labels(y):
            x = self._paired(x, y, batch_size, False)
            y = batch_size = None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def _paired(self, images, labels, batch_size, shuffle):
        if batch_size is not None:
            check_count("batch_size", batch_size)
        if is_data_set(images):
            raise ValueError(
                "`y` must be None where `x` is a data set, which yields pairs "
                "of images. Received: both"
            )
        images = standardize_array(images)
        check_images(images, "x", self.image_shape)
        warn_of_scale(images, "x")
        labels = as_array(labels, "y", "whole numbers, one an image")
        return ClassPairs(
            images,
            labels,
            batch_size=batch_size or 32,
            shuffle=shuffle,
            seed=self._seed or 0,
        )


def _are_labels(y):
    """Whether a second argument of `fit` has labels rather than images."""
    return y is not None and np.ndim(y) < 3

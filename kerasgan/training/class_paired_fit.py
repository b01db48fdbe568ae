import numpy as np

from kerasgan.datasets.class_pairs import ClassPairs
from kerasgan.training.pairing_fit import PairingFit
from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale


class ClassPairedFit(PairingFit):
    """Fits pairs of images of one class, made of labels; mixed into models.

    `fit` takes images and their labels, `(n,)`, whole numbers, or the second
    images of pairs; or a data set of batches of pairs, such as
    `kerasgan.datasets.ClassPairs`. A minibatch has 32 pairs by default. With
    labels there is no `validation_split`: hold whole classes back, and give
    them as `validation_data`.
    """

    def _is_to_pair(self, x, y):
        # Labels, rather than the second images of pairs.
        return y is not None and np.ndim(y) < 3

    def _check_split(self, validation_split):
        if validation_split:
            raise ValueError(
                "`validation_split` must be 0 with labels, because the "
                "classes of training and validation must differ. "
                f"Received: validation_split={validation_split}. Give "
                "other classes as `validation_data`"
            )

    def _pairs_of(self, images, labels, batch_size, shuffle):
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

import warnings

import numpy as np

from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.utils.check_labels import check_labels

_SHOWN = 5  # classes named in one message


class ClassPairs(ImageBatches):
    """Batches of pairs of different images of one class.

    In an epoch each image comes once as the first of a pair; the second one
    is any other image of its class, another one in each epoch. Classes may be
    of any size. Those of a single image have no pairs: they are left out, and
    a warning says so.

    Args:
        images: Array `(n, height, width, channels)`; or a function from an
            array of indices to such images, which reads them.
        labels: Whole numbers, `(n,)`, the classes.
        image_shape: `(height, width, channels)`; needed for a function.
            Defaults to `None`.
        batch_size: Pairs in a batch; the last may have fewer. Default 32.
        shuffle: Whether to mix the pairs. Default `True`.
        seed: Integer for order and partners, or `None` for others in each
            run. Default 0.
        workers: Threads that read ahead; 1, the default, reads in the
            training thread.
        class_names: List of strings, for messages, or `None`.
            Defaults to `None`.

    Raises:
        ValueError: If no class has two images.

    Example:

    ```python
    import numpy as np
    from kerasgan.datasets import ClassPairs

    images = np.arange(5, dtype="uint8").reshape(5, 1, 1, 1)
    pairs = ClassPairs(images, [0, 1, 0, 1, 1], batch_size=5)
    firsts, seconds = pairs[0]
    assert (firsts != seconds).all()
    ```
    """

    def __init__(
        self,
        images,
        labels,
        image_shape=None,
        batch_size=32,
        shuffle=True,
        seed=0,
        workers=1,
        class_names=None,
    ):
        is_array = not callable(images)
        count = len(images) if is_array else len(labels)
        labels = check_labels(labels, count)
        classes, numbers, sizes = np.unique(
            labels, return_inverse=True, return_counts=True
        )
        _report(classes[sizes < 2], class_names)
        #: Which of the images given are in pairs.
        self.rows = np.flatnonzero(sizes[numbers] > 1)
        if not len(self.rows):
            raise ValueError(
                "`labels` must have a class of at least two images, because "
                "pairs are of different images. Received: "
                f"{len(classes)} classes of one image each"
            )
        super().__init__(
            self._pairs,
            len(self.rows),
            images.shape[1:] if is_array else image_shape,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            workers=workers,
        )
        self._read = images.__getitem__ if is_array else images
        # Images sorted by class, and where each of `rows` stands among them.
        self._sorted = self.rows[np.argsort(numbers[self.rows], kind="stable")]
        place = np.empty(count, int)
        place[self._sorted] = np.arange(self.count)
        starts = np.concatenate([[0], np.cumsum(sizes * (sizes > 1))])
        self._start = starts[:-1][numbers[self.rows]]
        self._size = sizes[numbers[self.rows]]
        self._offset = place[self.rows] - self._start
        self._known = None, None  # epoch, partners

    def partners(self, epoch):
        """Returns the number of each image's partner, for `rows`.

        Args:
            epoch: Integer.
        """
        known, partners = self._known
        if known != epoch:
            rng = np.random.default_rng((self.seed, epoch, 1))
            # One of the others, counted from the image itself.
            steps = 1 + rng.integers(0, self._size - 1)
            at = self._start + (self._offset + steps) % self._size
            partners = self._sorted[at]
            self._known = epoch, partners
        return partners

    def read(self, indices, epoch):
        """Returns images and their partners, two arrays.

        Args:
            indices: Array of integers, which of `rows`.
            epoch: Integer, which says the partners.
        """
        partners = self.partners(epoch)[indices]
        return self._read(self.rows[indices]), self._read(partners)

    def _pairs(self, indices):
        return self.read(indices, self.epoch)


def _report(classes, names):
    if not len(classes):
        return
    shown = [
        str(label) if names is None else names[label]
        for label in classes[:_SHOWN]
    ]
    rest = len(classes) - len(shown)
    warnings.warn(
        f"{len(classes)} classes have one image alone and are left out, "
        f"because there are no pairs of them: {', '.join(shown)}"
        f"{f' and {rest} more' if rest else ''}.",
        stacklevel=3,
    )

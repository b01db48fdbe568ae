import keras

from kerasgan.datasets import ImageBatches


class ImageStream(ImageBatches):
    """Minibatches whose order depends on the seed and the epoch alone.

    Keras shuffles with a generator whose state no file holds. Here the n-th
    batch of an epoch is the same in a run that was stopped and went on as in
    one that was not. All batches are whole; an epoch may be shorter or
    longer than one pass over the images and then begins where the one before
    ended.

    Args:
        fetch: Function from an array of indices to a batch, as in
            `kerasgan.datasets.ImageBatches`.
        count: Number of images.
        image_shape: `(height, width, channels)`.
        has_labels: Whether `fetch` gives labels. Defaults to `False`.
        batch_size: Images in a batch; at most `count` are given. Defaults
            to 64.
        seed: Integer, chooses the order. Defaults to 0.
        batches: Batches in an epoch. Defaults to `None`, one pass.

    Attributes:
        skip: Batches at the start of the epoch that are left out, because
            they were there before the run was stopped. Set to 0 at first.

    Example:

    ```python
    import numpy as np
    from kerasgan.datasets.image_stream import ImageStream

    images = np.arange(10).reshape(10, 1, 1, 1)
    stream = ImageStream(
        lambda i: images[i], 10, (1, 1, 1), batch_size=2, batches=7
    )
    assert len(stream) == 7
    ```
    """

    def __init__(
        self,
        fetch,
        count,
        image_shape,
        has_labels=False,
        batch_size=64,
        seed=0,
        batches=None,
    ):
        super().__init__(
            fetch,
            count,
            image_shape,
            has_labels=has_labels,
            batch_size=min(batch_size, count),
            seed=seed,
        )
        self.batches_per_pass = count // self.batch_size
        self.batches = batches or self.batches_per_pass
        self.skip = 0

    @property
    def num_batches(self):
        return self.batches - self.skip

    def __getitem__(self, index):
        number = self.epoch * self.batches + self.skip + index
        number, at = divmod(number, self.batches_per_pass)
        return self.read(self.indices(at, number), number)

    def read(self, indices, number):
        """Returns the batch of some images.

        Args:
            indices: Array of integers, which images.
            number: Integer, which pass over all images this is.
        """
        return self.fetch(indices)

    def follow(self):
        """Returns the callback that tells the stream which epoch it is."""

        def begin(epoch, logs=None):
            self.epoch = epoch

        return keras.callbacks.LambdaCallback(on_epoch_begin=begin)

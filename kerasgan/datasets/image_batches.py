import keras
import numpy as np


class ImageBatches(keras.utils.PyDataset):
    """Batches of uint8 images that are read when they are needed.

    Every epoch has an order of its own, which follows from `seed` and the
    number of the epoch, counted from the making of the object. Only the
    images of one batch are held at a time.

    Args:
        fetch: Function from an array of indices, `(batch,)`, to a batch:
            uint8 images, `(batch, height, width, channels)`, or a tuple of
            these and labels, `(batch, *label_shape)`.
        count: Number of images.
        image_shape: `(height, width, channels)`.
        has_labels: Whether `fetch` gives labels. Default `False`.
        batch_size: Images in a batch; the last may have fewer. Default 64.
        shuffle: Whether to mix the images. Default `True`.
        seed: Integer for the order, or `None` for another order in each
            run. Default 0.
        workers: Threads that read ahead; 1, the default, reads in the
            training thread.
        label_shape: Shape of the label of one image. Default `()`.
        label_dtype: Dtype of the labels. Default `"int32"`.

    Example:

    ```python
    import numpy as np
    from kerasgan.datasets import ImageBatches

    images = np.zeros((10, 8, 8, 1), "uint8")
    batches = ImageBatches(lambda i: images[i], 10, (8, 8, 1), batch_size=4)
    assert len(batches) == 3
    assert batches[0].shape == (4, 8, 8, 1)
    ```
    """

    def __init__(
        self,
        fetch,
        count,
        image_shape,
        has_labels=False,
        batch_size=64,
        shuffle=True,
        seed=0,
        workers=1,
        label_shape=(),
        label_dtype="int32",
    ):
        super().__init__(workers=workers)
        self.fetch = fetch
        self.count = count
        self.image_shape = tuple(image_shape)
        self.has_labels = has_labels
        self.label_shape = tuple(label_shape)
        self.label_dtype = label_dtype
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        if seed is None:
            self.seed = int(np.random.SeedSequence().entropy % 2**32)
        self.epoch = 0
        self._order = None, None  # epoch, order

    @property
    def num_batches(self):
        return -(-self.count // self.batch_size)

    def __len__(self):
        return self.num_batches

    def indices(self, index, epoch):
        """Returns which images batch `index` of an epoch consists of."""
        known, order = self._order
        if known != epoch:
            order = np.arange(self.count)
            if self.shuffle:
                np.random.default_rng((self.seed, epoch)).shuffle(order)
            self._order = epoch, order
        start = index * self.batch_size
        return order[start : start + self.batch_size]

    def __getitem__(self, index):
        if not 0 <= index < self.num_batches:
            raise IndexError(
                f"`index` must lie in [0, {self.num_batches}). "
                f"Received: {index}"
            )
        return self.fetch(self.indices(index, self.epoch))

    def on_epoch_end(self):
        self.epoch += 1

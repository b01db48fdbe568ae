from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.datasets.partners import Partners


class UnpairedArrays(ImageBatches):
    """Batches of two arrays of images that do not belong together.

    In an epoch each image of the longer one comes once; those of the other
    come as often as needed. Each epoch has an order of its own, and other
    images meet in it. `kerasgan.datasets.unpaired` does so with folders.

    Args:
        a: Array of the one kind, `(n, height, width, channels)`.
        b: Array of the other kind, of any number.
        batch_size: Images of each kind in a batch; the last may have fewer.
            Default 1.
        shuffle: Whether to mix the images. Default `True`.
        seed: Integer for the order, or `None` for another order in each
            run. Default 0.

    Example:

    ```python
    import numpy as np
    from kerasgan.datasets import UnpairedArrays

    a, b = np.zeros((3, 8, 8, 1)), np.zeros((5, 8, 8, 3))
    batches = UnpairedArrays(a, b, batch_size=2)
    assert len(batches) == 3
    assert [x.shape for x in batches[0]] == [(2, 8, 8, 1), (2, 8, 8, 3)]
    ```
    """

    def __init__(self, a, b, batch_size=1, shuffle=True, seed=0):
        super().__init__(
            None,
            max(len(a), len(b)),
            a.shape[1:],
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )
        self.a, self.b = a, b
        shorter = min(len(a), len(b))
        self._partners = Partners(self.count, shorter, shuffle, self.seed)

    def __getitem__(self, index):
        if not 0 <= index < self.num_batches:
            raise IndexError(
                f"`index` must lie in [0, {self.num_batches}). "
                f"Received: {index}"
            )
        numbers = self.indices(index, self.epoch)
        others = self._partners.of_epoch(self.epoch)[numbers]
        if len(self.a) == self.count:
            return self.a[numbers], self.b[others]
        return self.a[others], self.b[numbers]

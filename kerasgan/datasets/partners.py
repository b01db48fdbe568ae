import numpy as np


class Partners:
    """Which image of a shorter kind each one of a longer kind meets.

    Those of the shorter kind come as often as needed, each time in another
    order, so that other images meet in each epoch.

    Args:
        count: Integer, images of the longer kind.
        shorter: Integer, images of the shorter kind.
        shuffle: Bool; `False` takes them in their order.
        seed: Integer.

    Example:

    ```python
    from kerasgan.datasets.partners import Partners

    partners = Partners(5, 2, shuffle=True, seed=0)
    assert sorted(partners.of_epoch(0)[:2]) == [0, 1]
    ```
    """

    def __init__(self, count, shorter, shuffle, seed):
        self.count, self.shorter = count, shorter
        self.shuffle, self.seed = shuffle, seed
        self._known = None, None  # epoch, numbers

    def of_epoch(self, epoch):
        """Returns an array of numbers, one an image of the longer kind."""
        known, numbers = self._known
        if known != epoch:
            rounds = -(-self.count // self.shorter)
            numbers = np.tile(np.arange(self.shorter), (rounds, 1))
            if self.shuffle:
                rng = np.random.default_rng((self.seed, epoch))
                numbers = rng.permuted(numbers, axis=1)
            numbers = numbers.ravel()[: self.count]
            self._known = epoch, numbers
        return numbers

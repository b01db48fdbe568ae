from kerasgan.datasets.image_stream import ImageStream


class PairStream(ImageStream):
    """Minibatches of two kinds of images, which seed and epoch decide.

    It is `ImageStream` for what `kerasgan.datasets.paired`, `side_by_side`
    and `unpaired` make: order, places and mirrorings follow from the seed and
    the number of passes, so that a run that was stopped goes on exactly.

    Args:
        pairs: `kerasgan.datasets.ImagePairs`.
        batch_size: Pairs in a batch; at most as many as there are. Defaults
            to 1.
        batches: Batches in an epoch. Defaults to `None`, one pass.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan
    from kerasgan.datasets.pair_stream import PairStream

    with tempfile.TemporaryDirectory() as folder:
        for i in range(4):
            picture = Image.fromarray(np.full((8, 16, 3), 60 * i, "uint8"))
            picture.save(f"{folder}/{i}.png")
        pairs = kerasgan.datasets.side_by_side(folder)
        stream = PairStream(pairs, batch_size=2)
        inputs, targets = stream[0]
        assert inputs.shape == targets.shape == (2, 8, 8, 3)
    ```
    """

    def __init__(self, pairs, batch_size=1, batches=None):
        super().__init__(
            None,
            pairs.count,
            pairs.image_shape,
            batch_size=batch_size,
            seed=pairs.seed,
            batches=batches,
        )
        self.pairs = pairs

    def read(self, indices, number):
        return self.pairs.read(indices, number)

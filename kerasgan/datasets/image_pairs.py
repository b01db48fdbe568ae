import hashlib
import os

import numpy as np

from kerasgan.datasets.image_batches import ImageBatches
from kerasgan.datasets.partners import Partners
from kerasgan.utils import check_count


class ImagePairs(ImageBatches):
    """Batches of two kinds of images, read when they are needed.

    Every epoch has an order, places and mirrorings of its own, which follow
    from `seed`, the number of the epoch and that of the image, whatever the
    size of a batch and the number of threads. `kerasgan.datasets.paired`,
    `side_by_side` and `unpaired` make it.

    Args:
        inputs: `kerasgan.datasets.image_files.ImageFiles` of the one kind.
        targets: The same of the other.
        geometry: `kerasgan.datasets.geometry.Geometry`, how they are cut.
        is_paired: Whether the pictures of equal number belong together, and
            are cut and mirrored alike. Otherwise an epoch is one of the longer
            kind, of which each picture comes once; those of the other are
            mixed anew as often as needed. Defaults to `True`.
        batch_size: Pairs in a batch; the last may have fewer. Default 1.
        shuffle: Whether to mix the images. Default `True`.
        seed: Integer for all that is random, or `None` for another one in
            each run. Default 0.
        workers: Threads that read ahead. Default 1: none.

    Example:

    ```python
    import tempfile

    import numpy as np
    from PIL import Image

    import kerasgan

    with tempfile.TemporaryDirectory() as folder:
        for i in range(3):
            picture = Image.fromarray(np.full((40, 80, 3), 80 * i, "uint8"))
            picture.save(f"{folder}/{i}.png")
        data = kerasgan.datasets.side_by_side(folder, batch_size=2)
        assert isinstance(data, kerasgan.datasets.ImagePairs)
        inputs, targets = data[0]
        assert inputs.shape == targets.shape == (2, 40, 40, 3)
    ```
    """

    def __init__(
        self,
        inputs,
        targets,
        geometry,
        is_paired=True,
        batch_size=1,
        shuffle=True,
        seed=0,
        workers=1,
    ):
        super().__init__(
            None,
            max(len(inputs), len(targets)),
            (*geometry.size, inputs.channels),
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            workers=workers,
        )
        self.inputs, self.targets = inputs, targets
        self.geometry = geometry
        self.is_paired = is_paired
        shorter = min(len(inputs), len(targets))
        self._partners = Partners(self.count, shorter, shuffle, self.seed)

    def still(self):
        """Returns the data set of all pictures without what is random.

        They come in their order, cut in the centre and not mirrored.
        """
        everything = [range(len(kind)) for kind in (self.inputs, self.targets)]
        return self._part(everything, True)

    def hold_out(self, count):
        """Returns the data set without some pictures, and one of these.

        Which they are follows from their names alone, so that they are the
        same each time; pairs stay together. Those that are held out come in
        their order, cut in the centre and not mirrored.

        Args:
            count: Integer, how many pairs, or pictures of each kind, less
                than there are.

        Returns:
            Two `ImagePairs`, of the others and of those that are held out.

        Raises:
            ValueError: If nothing would be left.
        """
        kinds = (self.inputs, self.targets)
        most = min(map(len, kinds)) - 1
        check_count("count", count)
        if count > most:
            raise ValueError(
                f"`count` must be at most {most}, so that something is left "
                f"to train on. Received: count={count}"
            )
        places = [_chosen(files.paths, count) for files in kinds]
        if self.is_paired:
            places[1] = places[0]
        return self._part(places, False), self._part(places, True)

    def _part(self, places, is_held):
        """Returns the data set of the pictures in some places, or of others."""
        files = [
            kind.take([i for i in range(len(kind)) if (i in at) == is_held])
            for kind, at in zip((self.inputs, self.targets), places)
        ]
        return ImagePairs(
            *files,
            self.geometry.still() if is_held else self.geometry,
            is_paired=self.is_paired,
            batch_size=min(self.batch_size, *map(len, files)),
            shuffle=self.shuffle and not is_held,
            seed=self.seed,
            workers=self.workers,
        )

    @property
    def input_shape(self):
        """`(height, width, channels)` of the inputs."""
        return self.image_shape

    @property
    def target_shape(self):
        """`(height, width, channels)` of the targets."""
        return (*self.geometry.size, self.targets.channels)

    @property
    def picture_types(self):
        """What inputs and targets are in their files, two dicts.

        See `kerasgan.datasets.image_files.ImageFiles`.
        """
        return self.inputs.about, self.targets.about

    @property
    def classes(self):
        """What stands for each channel of one-hot inputs, or `None`."""
        return self.inputs.classes

    def __getitem__(self, index):
        if not 0 <= index < self.num_batches:
            raise IndexError(
                f"`index` must lie in [0, {self.num_batches}). "
                f"Received: {index}"
            )
        return self.read(self.indices(index, self.epoch), self.epoch)

    def read(self, numbers, epoch):
        """Returns the batch of some images as they are in an epoch.

        Args:
            numbers: Array of integers, which images.
            epoch: Integer, which epoch's places and mirrorings.

        Returns:
            Tuple of inputs and targets.
        """
        pairs = [self._pair(number, epoch) for number in numbers]
        return tuple(np.stack(images) for images in zip(*pairs))

    def _pair(self, number, epoch):
        rng = np.random.default_rng((self.seed, epoch, number))
        size = self.inputs.sizes
        if self.is_paired:
            drawn = self.geometry.draw(rng, size[number])
            return [
                self.geometry.apply(files, number, drawn)
                for files in (self.inputs, self.targets)
            ]
        other = self._partners.of_epoch(epoch)[number]
        is_longer = len(self.inputs) == self.count
        numbers = (number, other) if is_longer else (other, number)
        return [
            self.geometry.apply(
                files, at, self.geometry.draw(rng, files.sizes[at])
            )
            for files, at in zip((self.inputs, self.targets), numbers)
        ]


def _chosen(paths, count):
    """Returns the places of some pictures, by the digests of their names."""
    stems = [os.path.splitext(os.path.basename(path))[0] for path in paths]
    digests = [hashlib.sha256(stem.encode()).hexdigest() for stem in stems]
    # Of equal names in several folders, by their whole paths' order.
    order = sorted(range(len(paths)), key=lambda i: (digests[i], paths[i]))
    return {*order[:count]}

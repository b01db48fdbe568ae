"""Images that several metrics look at, read once for each network."""

import hashlib
import pathlib
import zipfile

import numpy as np

from kerasgan.metrics.images import check_image_batch
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.check_images import warn_of_scale
from kerasgan.utils.check_labels import check_labels

# Images in a block: a multiple of what networks compute at a time, so that
# features do not depend on it.
_BLOCK = 1024
_LEAST = 128
# Bytes of a block of large images.
_BYTES = 2**26


class SampleSet:
    """Images, their labels if known, and what networks see of them.

    The images themselves are not copied, and read in blocks.

    Args:
        data: Images `(n, height, width, channels)`, or a tuple of images and
            labels.
        argument: Name of the argument that the user gave, for messages.
        cache: Folder to keep what networks see in, or `None`.
        is_data: Whether a user gave them, who is warned where they lie
            within [0, 1]. Defaults to `True`.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.sample_set import SampleSet

    images = np.zeros((3, 2, 2, 1), "uint8")
    assert len(SampleSet((images, [0, 1, 2]), "real").take([0, 2])) == 2
    ```
    """

    def __init__(self, data, argument, cache=None, is_data=True):
        labels = None
        if isinstance(data, (tuple, list)) and len(data) == 2:
            data, labels = data
        self._images = check_image_batch(data, argument)
        if not len(self._images):
            raise ValueError(
                f"`{argument}` must hold images. Received: shape "
                f"{self._images.shape}"
            )
        if is_data:
            warn_of_scale(self._images, argument)
        self.labels = labels
        if labels is not None:
            self.labels = check_labels(
                labels, len(self._images), name=f"labels of {argument}"
            )
        self.argument = argument
        self.cache = cache
        self._indices = None
        self._sha256 = None
        self._read = {}
        self._whole = None
        self._places = None

    def __len__(self):
        held = self._images if self._indices is None else self._indices
        return len(held)

    @property
    def shape(self):
        """Shape of one image."""
        return self._images.shape[1:]

    @property
    def images(self):
        """All images as one array."""
        if self._indices is None:
            return self._images
        return self._images[self._indices]

    @property
    def sha256(self):
        """Digest of the images."""
        if self._sha256 is None:
            about = f"{self._images.dtype} {(len(self), *self.shape)}"
            digest = hashlib.sha256(about.encode())
            for block in self._blocks():
                digest.update(np.ascontiguousarray(block).data)
            self._sha256 = digest.hexdigest()
        return self._sha256

    def take(self, indices, alone=False):
        """Returns some of the images.

        Args:
            indices: Array of integers.
            alone: Whether networks read only these. Defaults to `False`:
                they are read with all others.
        """
        part = object.__new__(SampleSet)
        part.__dict__ |= self.__dict__
        indices = np.asarray(indices)
        part.labels = None if self.labels is None else self.labels[indices]
        part._sha256, part._read = None, {}
        part._whole, part._places = (None, None) if alone else (self, indices)
        held = self._indices
        part._indices = indices if held is None else held[indices]
        return part

    def rows_for(self, metric):
        """Returns what a metric needs of the images, one row each."""
        if metric.needs == "images":
            return np.concatenate([metric.read(b) for b in self._blocks()])
        if self._whole is not None:
            return self._whole.rows_for(metric)[self._places]
        network = metric.network
        if id(network) not in self._read:
            network.check(self._images[:1], self.argument)
            self._read[id(network)] = self._read_or_load(network)
        features, probabilities = self._read[id(network)]
        if metric.needs == "features":
            return features
        if probabilities is None:
            # Raises, and says that this network is no classifier.
            return network.probabilities(self._images[:1])
        return probabilities

    def _blocks(self):
        rows = rows_in_block(self.shape)
        for start in range(0, len(self), rows):
            at = slice(start, start + rows)
            if self._indices is not None:
                at = self._indices[at]
            yield self._images[at]

    def _read_all(self, network):
        parts = [network.read(block) for block in self._blocks()]
        features, probabilities = zip(*parts)
        if probabilities[0] is None:
            return np.concatenate(features), None
        return np.concatenate(features), np.concatenate(probabilities)

    def _read_or_load(self, network):
        if self.cache is None or network.sha256 is None:
            return self._read_all(network)
        key = repr((self.sha256, sorted(network.describe().items())))
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        path = pathlib.Path(self.cache).expanduser() / f"{name}.npz"
        try:
            with open(path, "rb") as file, np.load(file) as held:
                found = held["features"], held.get("probabilities")
            if len(found[0]) == len(self):
                return found
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            # Not there, or cut off: it is read and written anew.
            pass
        features, probabilities = self._read_all(network)
        arrays = {"features": features}
        if probabilities is not None:
            arrays["probabilities"] = probabilities
        with replacing(path, "cache") as temporary:
            np.savez(temporary, **arrays)
        return features, probabilities


def rows_in_block(image_shape):
    """Returns how many images are read at a time."""
    fit = _BYTES // (4 * int(np.prod(image_shape)))
    return min(_BLOCK, max(fit // _LEAST, 1) * _LEAST)

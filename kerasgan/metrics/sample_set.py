"""Images that several metrics look at, read once for each network."""

import hashlib
import pathlib
import zipfile

import numpy as np

from kerasgan.metrics.images import check_image_batch
from kerasgan.metrics.images import check_label_batch
from kerasgan.utils.writing import replacing


class SampleSet:
    """Images, their labels if known, and what networks see of them.

    Args:
        data: Images `(n, height, width, channels)`, or a tuple of images and
            labels.
        argument: Name of the argument that the user gave, for messages.
        cache: Folder to keep what networks see in, or `None`.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.sample_set import SampleSet

    images = np.zeros((3, 2, 2, 1), "uint8")
    assert len(SampleSet((images, [0, 1, 2]), "real").take([0, 2])) == 2
    ```
    """

    def __init__(self, data, argument, cache=None):
        labels = None
        if isinstance(data, (tuple, list)) and len(data) == 2:
            data, labels = data
        self.images = check_image_batch(data, argument)
        if not len(self.images):
            raise ValueError(
                f"`{argument}` must hold images. Received: shape "
                f"{self.images.shape}"
            )
        self.labels = labels
        if labels is not None:
            self.labels = check_label_batch(
                labels, len(self.images), f"labels of {argument}"
            )
        self.argument = argument
        self.cache = cache
        self._sha256 = None
        self._read = {}
        self._whole = None
        self._indices = None

    def __len__(self):
        return len(self.images)

    @property
    def sha256(self):
        """Digest of the images."""
        if self._sha256 is None:
            about = f"{self.images.dtype} {self.images.shape}"
            digest = hashlib.sha256(about.encode())
            digest.update(np.ascontiguousarray(self.images).data)
            self._sha256 = digest.hexdigest()
        return self._sha256

    def take(self, indices):
        """Returns some of the images, which are read with all others."""
        labels = None if self.labels is None else self.labels[indices]
        data = (self.images[indices], labels)
        part = SampleSet(data, self.argument)
        part._whole, part._indices = self, indices
        return part

    def rows_for(self, metric):
        """Returns what a metric needs of the images, one row each."""
        if metric.needs == "images":
            return metric.read(self.images)
        if self._whole is not None:
            return self._whole.rows_for(metric)[self._indices]
        network = metric.network
        if id(network) not in self._read:
            network.check(self.images, self.argument)
            self._read[id(network)] = self._read_or_load(network)
        features, probabilities = self._read[id(network)]
        if metric.needs == "features":
            return features
        if probabilities is None:
            # Raises, and says that this network is no classifier.
            return network.probabilities(self.images[:1])
        return probabilities

    def _read_or_load(self, network):
        if self.cache is None or network.sha256 is None:
            return network.read(self.images)
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
        features, probabilities = network.read(self.images)
        arrays = {"features": features}
        if probabilities is not None:
            arrays["probabilities"] = probabilities
        with replacing(path, "cache") as temporary:
            np.savez(temporary, **arrays)
        return features, probabilities

import keras
import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.latent.distance import Distance
from kerasgan.utils.check_number import check_number

# Of EfficientNet-Lite0: channels of the maps that are compared.
_MAPS = (16, 24, 40, 112)
_AT_ONCE = 64


class Perceptual(Distance):
    """The difference of what a network sees, and of pixels.

    ```
    pixel_weight mean |x - y| + mean over maps of mean |f(x) - f(y)|^2
    ```

    with `f` the maps of a network, of length 1 at each place. By default
    these are four maps of EfficientNet-Lite0, which ships with kerasgan, of
    images at 96 pixels a side: the distance of LPIPS, without its learned
    weights.

    Args:
        network: Keras model from images in [-1, 1], of the size that it says,
            to a list of maps `(batch, height, width, channels)`. Defaults to
            `None`: EfficientNet-Lite0.
        pixel_weight: Float, weight of the mean absolute difference of
            pixels. Defaults to 1.

    Example:

    ```python
    import keras
    import numpy as np
    import kerasgan

    network = keras.Sequential([keras.Input((8, 8, 1)),
                                keras.layers.Conv2D(2, 3)])
    distance = kerasgan.latent.Perceptual(network)
    images = np.zeros((1, 8, 8, 1), "float32")
    found = distance(images, distance.data(images))
    assert keras.ops.convert_to_numpy(found) == [0.0]
    ```

    Reference:
        Zhang et al., 2018, arXiv 1801.03924 (LPIPS).
    """

    def __init__(self, network=None, pixel_weight=1.0):
        check_number("pixel_weight", pixel_weight, least=0)
        self.network = _efficientnet_maps() if network is None else network
        self.pixel_weight = pixel_weight
        self._read = None

    @property
    def variables(self):
        return self.network.variables

    def data(self, targets):
        parts = []
        if self._read is None:
            self._read = backend.compiled(self._maps, self.variables)
        for start in range(0, len(targets), _AT_ONCE):
            maps = self._read(np.asarray(targets[start : start + _AT_ONCE]))
            parts.append([ops.convert_to_numpy(x) for x in maps])
        return (np.asarray(targets), *map(np.concatenate, zip(*parts)))

    def __call__(self, images, data):
        targets, *maps = data
        pixels = ops.mean(ops.abs(images - targets), axis=(1, 2, 3))
        seen = [
            ops.mean(
                ops.sum(ops.square(ops.subtract(x, y)), axis=-1), axis=(1, 2)
            )
            for x, y in zip(self._maps(images), maps)
        ]
        return self.pixel_weight * pixels + sum(seen) / len(seen)

    def _maps(self, images):
        height, width, channels = self.network.inputs[0].shape[1:]
        if channels == 3 and images.shape[-1] == 1:
            images = ops.repeat(images, 3, axis=-1)
        if images.shape[1:3] != (height, width):
            images = ops.image.resize(
                images, (height, width), data_format="channels_last"
            )
        maps = backend.call_network(self.network, images, False)
        maps = maps if isinstance(maps, (list, tuple)) else [maps]
        return [_of_length_1(x) for x in maps]


def _of_length_1(x):
    length = ops.sum(ops.square(x), axis=-1, keepdims=True)
    return x * ops.rsqrt(length + 1e-10)


def _efficientnet_maps():
    from kerasgan.metrics import features

    whole = features.get("efficientnet_lite0").model
    last = {}
    for operation in whole.operations:
        if len(operation.output.shape) == 4:
            last[operation.output.shape[-1]] = operation.output
    return keras.Model(whole.input, [last[n] for n in _MAPS], name="maps")

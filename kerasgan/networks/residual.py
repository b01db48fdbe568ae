"""The blocks of the residual networks of WGAN-GP and SNGAN."""

from keras import layers

from kerasgan.networks.pieces import crop
from kerasgan.utils import look_up

_NORMALIZATIONS = {
    "batch": lambda: layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
    # One group: over all places and channels of one image.
    "layer": lambda: layers.GroupNormalization(groups=1, epsilon=1e-5),
    None: lambda: None,
}


class Residual:
    """Makes residual blocks around one kind of normalization.

    Args:
        pieces: `Pieces`, makes the convolutions.
        normalization: `"batch"`, `"layer"` or `None`.
        projected: `Projected` condition for conditional
            BatchNormalization, or `None`.
    """

    def __init__(self, pieces, normalization, projected=None):
        self.pieces = pieces
        self.projected = projected
        self.make_normalization = normalization_of(normalization)

    def normalize(self, x):
        if self.projected is not None:
            return self.projected.normalize(x)
        layer = self.make_normalization()
        return x if layer is None else layer(x)

    def up(self, x, filters, size, name):
        """Returns a map of about twice the size, `(height, width)`."""

        def enlarge(x):
            return crop(layers.UpSampling2D(2)(x), size)

        shortcut = self._conv1(enlarge(x), filters, f"{name}_shortcut")
        x = enlarge(layers.ReLU()(self.normalize(x)))
        x = self._conv3(x, filters, f"{name}_first")
        x = layers.ReLU()(self.normalize(x))
        x = self._conv3(x, filters, f"{name}_second")
        return layers.Add(name=name)([x, shortcut])

    def first_down(self, x, filters, is_down, name):
        """Returns the block on the image itself: no ReLU, no normalization."""
        shortcut = layers.AveragePooling2D(2)(x) if is_down else x
        shortcut = self._conv1(shortcut, filters, f"{name}_shortcut")
        x = layers.ReLU()(self._conv3(x, filters, f"{name}_first"))
        x = self._conv3(x, filters, f"{name}_second")
        if is_down:
            x = layers.AveragePooling2D(2)(x)
        return layers.Add(name=name)([x, shortcut])

    def down(self, x, filters, is_down, name):
        """Returns a map of half the size, or of the same."""
        channels = x.shape[-1]
        shortcut = x
        if is_down or channels != filters:
            shortcut = self._conv1(shortcut, filters, f"{name}_shortcut")
        x = layers.ReLU()(self.normalize(x))
        x = self._conv3(x, channels, f"{name}_first")
        x = layers.ReLU()(self.normalize(x))
        x = self._conv3(x, filters, f"{name}_second")
        if is_down:
            x = layers.AveragePooling2D(2)(x)
            shortcut = layers.AveragePooling2D(2)(shortcut)
        return layers.Add(name=name)([x, shortcut])

    def _conv3(self, x, filters, name):
        return self.pieces.conv(filters, 3, scale=2.0, name=name)(x)

    def _conv1(self, x, filters, name):
        return self.pieces.conv(filters, 1, name=name)(x)


def normalization_of(name):
    """Returns the maker of a normalization that a user named."""
    if name is None:
        return _NORMALIZATIONS[None]
    named = {key: make for key, make in _NORMALIZATIONS.items() if key}
    return look_up(name, named, "normalization")

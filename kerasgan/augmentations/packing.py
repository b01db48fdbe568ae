import keras
from keras import ops

from kerasgan.augmentations.augmentation import Augmentation
from kerasgan.utils import check_count


@keras.saving.register_keras_serializable(package="kerasgan")
class Packing(Augmentation):
    """Several images as one, so that the discriminator sees their variety.

    Every `count` images of a batch are joined along their channels; real
    with real ones, generated with generated ones. Minibatches must be
    multiples of `count`: a rest that does not fill a pack is left out, too
    few for one are repeated to fill it. It comes last in a list of
    augmentations, and evaluation packs too.

    Args:
        count: Integer, how many images the discriminator, which must take
            that many times as many channels, sees as one. Defaults to 2.

    Raises:
        ValueError: If `count` is no count.

    Example:

    ```python
    from keras import ops
    import kerasgan

    pack = kerasgan.augmentations.Packing(2)
    assert pack(ops.ones((6, 4, 4, 3)), None).shape == (3, 4, 4, 6)
    ```

    Reference:
        Lin et al., 2018, arXiv 1712.04086.
    """

    in_evaluation = True

    needs_images = False

    def __init__(self, count=2):
        check_count("count", count)
        self.count = int(count)

    @property
    def packs(self):
        return self.count

    def __call__(self, images, seed):
        return pack(images, self.count)

    def get_config(self):
        return {"count": self.count}


def pack(images, count):
    """Joins every `count` images of a batch along their last axis.

    Args:
        images: `(count * n, ..., channels)`. A rest that does not fill a
            pack is left out; too few for one are repeated to fill it.
        count: Integer.

    Returns:
        `(n, ..., count * channels)`.
    """
    if count == 1:
        return images
    *sizes, channels = images.shape[1:]
    n = ops.shape(images)[0]
    packs = n // count
    # The last batch of a data set may be that small.
    packs = max(packs, 1) if isinstance(n, int) else ops.maximum(packs, 1)
    images = ops.take(images, ops.arange(packs * count) % n, axis=0)
    images = ops.reshape(images, (packs, count, *sizes, channels))
    images = ops.moveaxis(images, 1, -2)
    return ops.reshape(images, (packs, *sizes, count * channels))

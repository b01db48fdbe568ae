import keras
from keras import ops

from kerasgan.layers.saved_seed import SavedSeed
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed


@keras.saving.register_keras_serializable(package="kerasgan")
class ImagePool(SavedSeed, keras.layers.Layer):
    """Shows a discriminator earlier images among the newest ones.

    The first `size` images pass through and are stored. After that, each
    image passes through with probability 1/2, and is otherwise stored in the
    place of one drawn from the pool, which comes out instead. The images of
    a batch do so one after the other, as if each were a batch of its own. A
    discriminator that also sees what the generator made some time ago makes
    the two oscillate less.

    Images, their number and the seed are saved with the layer, so that
    training goes on where it was. No gradient passes through. In inference
    (`training=False`) images pass through and nothing is stored.

    A model that has one as an attribute builds it in its `__init__`. Where
    several devices train, each has a pool of its own, of its own images; JAX
    has one for all.

    Args:
        size: Integer, images in the pool. Defaults to 50, the paper's. With
            0, all images pass through.
        seed: Integer or `None`. Defaults to `None`.
        **kwargs: `name`, `dtype` and the like of `keras.layers.Layer`.

    Returns:
        Images of the shape of the inputs, `(batch, height, width, channels)`;
        height and width must be known when the layer is built.

    Raises:
        ValueError: If `size` is not a whole number, or the size of the images
            is unknown.

    Example:

    ```python
    import keras
    from kerasgan.layers import ImagePool

    pool = ImagePool(size=2, seed=0)
    new = keras.ops.ones((2, 4, 4, 1))
    assert float(keras.ops.mean(pool(new))) == 1.0
    assert int(pool.count) == 2
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593, section 4; Shrivastava et al.,
        2017, arXiv 1612.07828.
    """

    def __init__(self, size=50, seed=None, **kwargs):
        check_count("size", size, least=0)
        super().__init__(**kwargs)
        self.size = size
        self.seed = check_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.images = self.count = None

    def build(self, input_shape):
        shape = tuple(input_shape[1:])
        if None in shape:
            raise ValueError(
                "An ImagePool must know the height, width and channels of its "
                f"images. Received: shape {tuple(input_shape)}"
            )
        if not self.size:
            return
        self.images = self.add_weight(
            name="images",
            shape=(self.size, *shape),
            initializer="zeros",
            trainable=False,
            autocast=False,
        )
        self.count = self.add_weight(
            name="count",
            shape=(),
            initializer="zeros",
            dtype="int32",
            trainable=False,
        )

    def call(self, inputs, training=True):
        inputs = ops.stop_gradient(inputs)
        if not self.size or not training:
            return inputs
        source, holds = self._exchange(ops.shape(inputs)[0])
        stored = ops.convert_to_tensor(self.images)
        every = ops.concatenate([stored, ops.cast(inputs, stored.dtype)])
        self.images.assign(ops.take(every, holds, axis=0))
        return ops.cast(ops.take(every, source, axis=0), inputs.dtype)

    def _exchange(self, n):
        """Returns where images come from, and what the pool holds then.

        Both are numbers of images: those below `size` are what the pool
        holds now, the others are those of the batch.
        """
        draw = keras.random.uniform((n,), seed=self.seed_generator)
        place = keras.random.randint(
            (n,), 0, self.size, seed=self.seed_generator
        )
        place = ops.cast(place, "int32")
        places = ops.arange(self.size, dtype="int32")
        rows = ops.arange(n, dtype="int32")
        start = ops.convert_to_tensor(self.count)

        def step(i, state):
            source, holds = state
            count = start + i
            is_filling = count < self.size
            at = ops.where(is_filling, count, place[i])
            is_kept = ops.logical_or(is_filling, draw[i] > 0.5)
            is_given = ops.logical_and(is_kept, ops.logical_not(is_filling))
            new = self.size + i
            given = ops.where(is_given, _pick(holds, places, at), new)
            source = ops.where(rows == i, given, source)
            is_here = ops.logical_and(places == at, is_kept)
            return source, ops.where(is_here, new, holds)

        source, holds = ops.fori_loop(0, n, step, (rows, places))
        self.count.assign(ops.minimum(start + n, self.size))
        return source, holds

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "size": self.size, "seed": self.seed}


def _pick(values, places, at):
    # A sum over all takes no gather inside of the loop.
    return ops.sum(ops.where(places == at, values, 0))

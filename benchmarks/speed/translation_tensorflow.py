"""Translations of images as one writes them in TensorFlow."""

import contextlib
import time

import tensorflow as tf
from speed import native_tensorflow as native
from speed.native_tensorflow import scaled


class _Translation:
    """Trains and translates; what a step is, subclasses say.

    Args:
        networks: List of lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        self.settings = settings
        self.networks = [native.Network(entries) for entries in networks]
        middle = len(networks) // 2
        self.players = [
            [variable for one in player for variable in one.variables]
            for player in (self.networks[:middle], self.networks[middle:])
        ]
        self.optimizers = [
            native.Adam(variables, settings) for variables in self.players
        ]
        self._compiled = tf.function(self._step)
        self._generate = tf.function(
            lambda images: self.networks[0](scaled(images), False)
        )

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, 2, height, width, channels)`.

        Returns:
            Float, the seconds up to the end of the last step.
        """
        data = self._data(images).batch(batch_size, True).prefetch(1)
        begin = time.perf_counter()
        for first, second in data:
            self._compiled(first, second)
            seconds = time.perf_counter() - begin
        return seconds

    def _data(self, images):
        pairs = images[:, 0], images[:, 1]
        data = tf.data.Dataset.from_tensor_slices(pairs)
        return data.shuffle(len(images))

    def _move(self, player, tape, loss):
        gradients = tape.gradient(loss, self.players[player])
        self.optimizers[player].apply(gradients)

    def generate(self, images):
        """Returns what images become, `(n, height, width, channels)`."""
        return self._generate(images).numpy()

    def judge(self, *images):
        """Returns the logits of images, which may belong together."""
        images = tf.concat([scaled(x) for x in images], -1)
        network = self.networks[len(self.networks) // 2]
        return network(images, False).numpy()


class Paired(_Translation):
    """Pix2pix: L1, and a discriminator that sees what is translated."""

    def _step(self, inputs, targets):
        generator, discriminator = self.networks
        inputs, targets = scaled(inputs), scaled(targets)

        def judged(images):
            return discriminator(tf.concat([inputs, images], -1), True)

        with _taped(self.players[0]) as generating:
            fake = generator(inputs, True)
        with _taped(self.players[1]) as tape:
            loss = tf.reduce_mean(tf.nn.softplus(-judged(targets)))
            loss += tf.reduce_mean(tf.nn.softplus(judged(fake)))
            loss *= 0.5
        self._move(1, tape, loss)
        with _taped(fake) as tape:
            loss = tf.reduce_mean(tf.nn.softplus(-judged(fake)))
            loss += self.settings["l1_weight"] * _l1(fake, targets)
        gradients = generating.gradient(
            fake, self.players[0], tape.gradient(loss, fake)
        )
        self.optimizers[0].apply(gradients)


class Unpaired(_Translation):
    """CycleGAN: two translators that lead back, and pools of images."""

    def __init__(self, networks, settings):
        super().__init__(networks, settings)
        self.pools = [_Pool(settings["pool_size"]) for _ in "ba"]

    def train(self, images, batch_size):
        for pool in self.pools:
            pool.build(images.shape[2:])
        return super().train(images, batch_size)

    def _data(self, images):
        kinds = [
            tf.data.Dataset.from_tensor_slices(images[:, i]) for i in range(2)
        ]
        shuffled = [kind.shuffle(len(images)) for kind in kinds]
        return tf.data.Dataset.zip(tuple(shuffled))

    def _step(self, a, b):
        to_b, to_a, judge_b, judge_a = (
            lambda x, network=network: network(x, True)
            for network in self.networks
        )
        a, b = scaled(a), scaled(b)
        with _taped(self.players[0]) as tape:
            fake_b, fake_a = to_b(a), to_a(b)
            loss = _distance(judge_b(fake_b), 1.0)
            loss += _distance(judge_a(fake_a), 1.0)
            cycle = _l1(to_a(fake_b), a) + _l1(to_b(fake_a), b)
            identity = _l1(to_b(b), b) + _l1(to_a(a), a)
            cycle += self.settings["identity_weight"] * identity
            loss += self.settings["cycle_weight"] * cycle
        self._move(0, tape, loss)
        old_b, old_a = (
            pool(fake) for pool, fake in zip(self.pools, (fake_b, fake_a))
        )
        with _taped(self.players[1]) as tape:
            loss = _distance(judge_b(b), 1.0) + _distance(judge_b(old_b), 0.0)
            loss += _distance(judge_a(a), 1.0) + _distance(judge_a(old_a), 0.0)
            loss *= 0.5
        self._move(1, tape, loss)


class _Pool:
    def __init__(self, size):
        self.size = size
        self.images = None

    def build(self, shape):
        if self.images is None:
            self.images = tf.Variable(tf.zeros((self.size, *shape)))
            self.count = tf.Variable(0)

    def __call__(self, images):
        shown = []
        for image in tf.unstack(images):
            is_filling = self.count < self.size
            place = tf.random.uniform((), 0, self.size, tf.int32)
            place = tf.where(is_filling, self.count, place)
            is_kept = is_filling | (tf.random.uniform(()) > 0.5)
            old = tf.gather(self.images, place)
            kept = tf.IndexedSlices(tf.where(is_kept, image, old), place)
            self.images.scatter_update(kept)
            shown.append(tf.where(is_kept & ~is_filling, old, image))
            self.count.assign(tf.minimum(self.count + 1, self.size))
        return tf.stack(shown)


@contextlib.contextmanager
def _taped(sources):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(sources)
        yield tape


def _distance(logits, target):
    return tf.reduce_mean((logits - target) ** 2)


def _l1(made, true):
    return tf.reduce_mean(tf.abs(made - true))

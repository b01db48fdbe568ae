"""Games that are the same on one device and on several."""

import hashlib
import threading

import keras
import numpy as np
from keras import layers

import kerasgan
from kerasgan.training import data as feeding
from tests.distribution import launching
from tests.models import other_games
from tests.tiny import tiny_discriminator
from tests.tiny import tiny_generator

SIZE = 8
BATCH_SIZE = 8
STEPS = {
    "wgan_gp": 5,
    "hinge_r1": 5,
    "progan": 3,
    "batch_norm": 5,
    "translation": 3,
    "encoding": 3,
    "controlled": 3,
    "pix2pix": 3,
    "cyclegan": 3,
}


# TensorFlow runs each replica in a thread.
_step = threading.local()


class Told:
    """Takes latents from the pixels of the reals: nothing is drawn."""

    def unpack(self, batch):
        images, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        _step.told, _step.turn = 3.0 * images[:, 0, :4, 0], 0
        return super().unpack(batch)

    def _sample_latents(self, batch_size):
        _step.turn += 1
        count = 1 if self._is_evaluating else self._minibatches_per_step
        return feeding.part(_step.told, _step.turn - 1, count)


class ToldGAN(Told, kerasgan.models.GAN):
    pass


class ToldProGAN(Told, kerasgan.models.ProGAN):
    pass


class ToldOther(Told):
    def latents(self, size):
        return _step.told[:, :3]


class ToldEncoding(ToldOther, other_games.Encoding):
    pass


class ToldControlled(ToldOther, other_games.Controlled):
    pass


class Halfway(kerasgan.regularizers.GradientPenalty):
    """Penalizes in the middle between real and fake."""

    def points(self, real, fake, seed):
        return (real + fake) / 2.0


def images(batches, seed=0, shape=(SIZE, SIZE, 1)):
    rng = np.random.default_rng(seed)
    shape = (batches * BATCH_SIZE, *shape)
    return rng.uniform(-1, 1, shape).astype("float32")


class Batches(keras.utils.PyDataset):
    def __init__(self, *kinds):
        super().__init__()
        self.kinds = kinds

    def __len__(self):
        return len(self.kinds[0]) // BATCH_SIZE

    def __getitem__(self, index):
        start = index * BATCH_SIZE
        return tuple(x[start : start + BATCH_SIZE] for x in self.kinds)


def networks():
    def dense(units, seed, **kwargs):
        initializer = keras.initializers.GlorotUniform(seed)
        return layers.Dense(units, kernel_initializer=initializer, **kwargs)

    generator = keras.Sequential(
        [
            keras.Input((4,)),
            dense(6, 1, activation="tanh"),
            dense(SIZE * SIZE, 2, activation="tanh"),
            layers.Reshape((SIZE, SIZE, 1)),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1)),
            layers.Flatten(),
            dense(6, 3, activation="tanh"),
            dense(1, 4),
        ],
        name="discriminator",
    )
    return generator, discriminator


def _compile(gan, **kwargs):
    # Adam would make much of what rounding does to tiny gradients.
    optimizers = {
        f"{player}_optimizer": keras.optimizers.SGD(0.02, 0.5, **kwargs)
        for player in gan._player_variables()
    }
    gan.compile(**optimizers, jit_compile=keras.backend.backend() == "jax")
    return gan


def wgan_gp():
    gan = ToldGAN(
        *networks(),
        loss="wasserstein",
        regularizers=[Halfway()],
        discriminator_steps=2,
        ema=20.0,
    )
    # Clipping shows whether it sees the gradients of all devices.
    return _compile(gan, global_clipnorm=0.5)


def hinge_r1():
    r1 = kerasgan.regularizers.R1(weight=1.0)
    gan = ToldGAN(*networks(), loss="hinge", regularizers=[r1])
    return _compile(gan)


def progan():
    shape = (SIZE, SIZE, 1)
    gan = ToldProGAN(
        kerasgan.networks.ProgressiveGenerator(
            shape, latent_dim=4, width=1 / 128, seed=0
        ),
        # Groups of one: no device sees what the others have.
        kerasgan.networks.ProgressiveDiscriminator(
            shape, width=1 / 128, group_size=1, seed=1
        ),
        regularizers=["drift"],
        kimg=BATCH_SIZE / 1000,
        fade_kimg=4 * BATCH_SIZE / 1000,
        ema=20.0,
    )
    return _compile(gan)


def batch_norm():
    """A game whose images depend on each other, on all devices."""
    generator, discriminator = networks()
    generator = keras.Sequential(
        [
            generator.layers[0],
            layers.BatchNormalization(),
            *generator.layers[1:],
        ]
    )
    generator.build((None, 4))
    return _compile(ToldGAN(generator, discriminator, ema=20.0))


def translation():
    """A game of three players, whose layers have a penalty.

    Its pool takes all images that there are: nothing comes back from it.
    """
    orthogonal = kerasgan.regularizers.Orthogonal(player="both")
    return _compile(
        other_games.Translation(
            loss="least_squares",
            regularizers=[orthogonal],
            ema=20.0,
            pool_size=STEPS["translation"] * BATCH_SIZE,
        )
    )


def encoding():
    """A game with an encoder, and an average that speeds up."""
    ema = kerasgan.training.EMA(20.0, ramp_up=0.5)
    return _compile(ToldEncoding(ema=ema))


def controlled():
    """A game with a part that follows the losses of all devices."""
    gan = ToldControlled(regularizers=["historical_averaging"])
    gan.control.k.assign(0.5)
    return _compile(gan)


def pix2pix():
    """Pairs: a discriminator that sees input and output."""
    return _compile(
        kerasgan.applications.Pix2Pix(
            input_shape=(SIZE, SIZE, 1),
            filters=2,
            dropout=0.0,
            normalization=None,
            l1_weight=1.0,
            ema=20.0,
            seed=0,
        )
    )


def cyclegan():
    """Two ways at once; without pools, which each device has for itself."""
    return _compile(
        kerasgan.applications.CycleGAN(
            image_shape=(SIZE, SIZE, 1),
            filters=2,
            blocks=1,
            normalization=None,
            cycle_weight=1.0,
            pool_size=0,
            ema=20.0,
            seed=0,
        )
    )


SAME = {
    "wgan_gp": wgan_gp,
    "hinge_r1": hinge_r1,
    "progan": progan,
    "batch_norm": batch_norm,
    "translation": translation,
    "encoding": encoding,
    "controlled": controlled,
    "pix2pix": pix2pix,
    "cyclegan": cyclegan,
}
# Games of two kinds of images.
OF_TWO_KINDS = ("pix2pix", "cyclegan")


def weights_of(gan):
    """Returns the arrays of a model, under names that can be compared."""
    arrays = {}
    for name in gan._network_names:
        for i, weight in enumerate(getattr(gan, name).get_weights()):
            arrays[f"{name}_{i}"] = weight
    for counter in ("steps_seen", "images_seen"):
        value = keras.ops.convert_to_numpy(getattr(gan, counter))
        arrays[counter] = np.array(value)
    return arrays


def play(name):
    """Returns weights and logs after some steps, and the model."""
    keras.utils.set_random_seed(0)
    gan = SAME[name]()
    batches = gan._minibatches_per_step * STEPS[name]
    kinds = [images(batches, shape=gan._real_shape)]
    if name in OF_TWO_KINDS:
        kinds.append(images(batches, seed=1, shape=gan._real_shape))
    data = Batches(*kinds)
    history = gan.fit(data, shuffle=False, verbose=0).history
    logs = {f"log_{key}": np.array(value) for key, value in history.items()}
    return {**weights_of(gan), **logs}, gan


def pools_of(gan):
    """Returns the pool of each device of this process, and its next seed."""
    copies = launching.copies_of(gan.pool.images)
    count = keras.ops.convert_to_numpy(gan.pool.count)
    pools = {f"pool_{i}": copy[:count] for i, copy in enumerate(copies)}
    if keras.backend.backend() == "jax":
        return pools  # one program, which draws for all
    seeds = on_each_device(gan, gan.pool.seed_generator.next)
    return {**pools, **{f"seed_{i}": seed for i, seed in enumerate(seeds)}}


def tiny():
    """A game with BatchNormalization, Dropout, noise and an average."""
    gan = kerasgan.models.GAN(
        tiny_generator(),
        tiny_discriminator(),
        ema=20.0,
        augmentation=[
            "diff_augment",
            kerasgan.augmentations.InstanceNoise(0.1),
        ],
        seed=0,
    )
    return _compile(gan)


def wgan():
    """A game whose generator waits for its turn, and clips weights."""
    gan = kerasgan.models.WGAN(
        *networks(), discriminator_steps=1, warm_up_updates=2, seed=0
    )
    return _compile(gan)


ALIKE = {"tiny": tiny, "wgan": wgan}


def fingerprint(gan):
    """Returns a hash of all state of this process' devices.

    Fails where the devices differ. Each has a pool of its own images.
    """
    digest = hashlib.sha256()
    pools = [
        layer
        for layer in gan.layers
        if isinstance(layer, kerasgan.layers.ImagePool)
    ]
    own = {id(variable) for pool in pools for variable in pool.variables}
    for variable in [*gan.variables, *gan.optimizer.variables]:
        if id(variable) in own:
            continue
        first, *others = launching.copies_of(variable)
        for other in others:
            np.testing.assert_array_equal(first, other, variable.path)
        digest.update(np.ascontiguousarray(first).tobytes())
    return digest.hexdigest()


def latents_of(gan, rows):
    """Returns what each device of this process draws for a batch."""
    if keras.backend.backend() == "jax":
        with gan._distribution_scope():
            drawn = kerasgan.backend.shard_batch(gan._sample_latents(rows))
        return [np.asarray(shard.data) for shard in drawn.addressable_shards]
    return on_each_device(
        gan, lambda: gan._sample_latents(rows // gan._replicas)
    )


def on_each_device(gan, fn):
    """Returns what a function gives on each device of this process."""
    if keras.backend.backend() == "tensorflow":
        strategy = gan.distribute_strategy
        found = strategy.experimental_local_results(strategy.run(fn))
        return [x.numpy() for x in found]
    return [keras.ops.convert_to_numpy(fn())]

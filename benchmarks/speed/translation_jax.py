"""Translations of images as one writes them in JAX."""

import functools
import time

import jax
import jax.numpy as jnp
import numpy as np
from speed import native_jax as native
from speed.native_jax import scaled


class _Translation:
    """Trains and translates; what a step is, subclasses say.

    Args:
        networks: List of lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        self.settings = settings
        self.networks = [
            functools.partial(_apply, native.plain(entries))
            for entries in networks
        ]
        middle = len(networks) // 2
        weights = [native.variables(entries)[0] for entries in networks]
        weights = weights[:middle], weights[middle:]
        self.state = {
            "weights": weights,
            "moments": tuple(native.moments_of(own) for own in weights),
            "key": jax.random.key(0),
        }
        self._compiled = jax.jit(self._step, donate_argnums=0)
        self._generate = jax.jit(
            lambda weights, x: self.networks[0](weights[0][0], scaled(x))
        )
        self._judge = jax.jit(
            lambda weights, *x: self.networks[middle](
                weights[1][0], jnp.concatenate([*map(scaled, x)], -1)
            )
        )

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, 2, height, width, channels)`.

        Returns:
            Float, the seconds that it took.
        """
        begin = time.perf_counter()
        for pair in self._minibatches(images, batch_size):
            self.state = self._compiled(self.state, *pair)
        jax.block_until_ready(self.state["weights"])
        return time.perf_counter() - begin

    def _minibatches(self, images, batch_size):
        order = np.random.permutation(len(images))
        for at in range(0, len(images), batch_size):
            rows = order[at : at + batch_size]
            yield images[rows, 0], images[rows, 1]

    def _updated(self, state, player, gradients):
        own, moments = native.updated(
            state["weights"][player],
            state["moments"][player],
            gradients,
            self.settings,
        )
        return {
            **state,
            "weights": _with(state["weights"], player, own),
            "moments": _with(state["moments"], player, moments),
        }

    def generate(self, images):
        """Returns what images become, `(n, height, width, channels)`."""
        return np.asarray(self._generate(self.state["weights"], images))

    def judge(self, *images):
        """Returns the logits of images, which may belong together."""
        return np.asarray(self._judge(self.state["weights"], *images))


def _with(pair, place, value):
    return (pair[0], value) if place else (value, pair[1])


def _apply(entries, weights, x, key=None):
    """Returns what a network makes of `x`, with a key as in training."""
    statistics = [{}] * len(entries)
    is_training = key is not None
    return native.apply(entries, weights, statistics, x, is_training, key)[0]


class Paired(_Translation):
    """Pix2pix: L1, and a discriminator that sees what is translated."""

    def _step(self, state, inputs, targets):
        generator, discriminator = self.networks
        inputs, targets = scaled(inputs), scaled(targets)
        key, noise = jax.random.split(state["key"])
        fake, pull = jax.vjp(
            lambda weights: generator(weights, inputs, noise),
            state["weights"][0][0],
        )

        def judged(weights, images):
            return discriminator(weights, jnp.concatenate([inputs, images], -1))

        def discriminator_loss(weights):
            real_logits = judged(weights, targets)
            fake_logits = judged(weights, fake)
            loss = jnp.mean(jax.nn.softplus(-real_logits))
            return 0.5 * (loss + jnp.mean(jax.nn.softplus(fake_logits)))

        gradients = jax.grad(discriminator_loss)(state["weights"][1][0])
        state = self._updated(state, 1, [gradients])

        def generator_loss(fake):
            logits = judged(state["weights"][1][0], fake)
            l1 = jnp.mean(jnp.abs(targets - fake))
            loss = jnp.mean(jax.nn.softplus(-logits))
            return loss + self.settings["l1_weight"] * l1

        gradients = pull(jax.grad(generator_loss)(fake))
        return {**self._updated(state, 0, [*gradients]), "key": key}


class Unpaired(_Translation):
    """CycleGAN: two translators that lead back, and pools of images."""

    def train(self, images, batch_size):
        if "pools" not in self.state:
            shape = self.settings["pool_size"], *images.shape[2:]
            self.state["pools"] = [jnp.zeros(shape) for _ in "ba"]
            self.state["count"] = jnp.zeros((), "int32")
        return super().train(images, batch_size)

    def _minibatches(self, images, batch_size):
        orders = [np.random.permutation(len(images)) for _ in "ab"]
        for at in range(0, len(images), batch_size):
            a, b = (order[at : at + batch_size] for order in orders)
            yield images[a, 0], images[b, 1]

    def _step(self, state, a, b):
        to_b, to_a, judge_b, judge_a = self.networks
        a, b = scaled(a), scaled(b)

        def generators_loss(weights):
            of_b, of_a = weights
            of_judges = state["weights"][1]
            fake_b, fake_a = to_b(of_b, a), to_a(of_a, b)
            loss = _distance(judge_b(of_judges[0], fake_b), 1.0)
            loss = loss + _distance(judge_a(of_judges[1], fake_a), 1.0)
            cycle = _l1(to_a(of_a, fake_b), a) + _l1(to_b(of_b, fake_a), b)
            identity = _l1(to_b(of_b, b), b) + _l1(to_a(of_a, a), a)
            cycle = cycle + self.settings["identity_weight"] * identity
            loss = loss + self.settings["cycle_weight"] * cycle
            return loss, (fake_b, fake_a)

        gradients, fakes = jax.grad(generators_loss, has_aux=True)(
            state["weights"][0]
        )
        state = self._updated(state, 0, gradients)
        key, *keys = jax.random.split(state["key"], 3)
        shown, pools = zip(
            *(
                _exchanged(pool, state["count"], images, own)
                for pool, images, own in zip(state["pools"], fakes, keys)
            )
        )

        def discriminators_loss(weights):
            of_b, of_a = weights
            loss = _distance(judge_b(of_b, b), 1.0)
            loss = loss + _distance(judge_b(of_b, shown[0]), 0.0)
            loss = loss + _distance(judge_a(of_a, a), 1.0)
            return 0.5 * (loss + _distance(judge_a(of_a, shown[1]), 0.0))

        gradients = jax.grad(discriminators_loss)(state["weights"][1])
        count = jnp.minimum(state["count"] + len(a), len(pools[0]))
        return {
            **self._updated(state, 1, gradients),
            "key": key,
            "pools": [*pools],
            "count": count,
        }


def _exchanged(pool, count, images, key):
    """Returns the images to show, some of them from a pool, and the pool."""
    size, n = len(pool), len(images)
    for_draws, for_places = jax.random.split(key)
    draws = jax.random.uniform(for_draws, (n,))
    places = jax.random.randint(for_places, (n,), 0, size)

    def one(carry, given):
        pool, count = carry
        image, draw, place = given
        is_filling = count < size
        place = jnp.where(is_filling, count, place)
        is_kept = is_filling | (draw > 0.5)
        old = pool[place]
        pool = pool.at[place].set(jnp.where(is_kept, image, old))
        shown = jnp.where(is_kept & ~is_filling, old, image)
        return (pool, jnp.minimum(count + 1, size)), shown

    (pool, _), shown = jax.lax.scan(one, (pool, count), (images, draws, places))
    return shown, pool


def _distance(logits, target):
    return jnp.mean((logits - target) ** 2)


def _l1(made, true):
    return jnp.mean(jnp.abs(made - true))

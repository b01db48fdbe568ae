"""A game as one writes it in JAX: pure functions and one jitted step."""

import functools
import time

import jax
import jax.numpy as jnp
import numpy as np

DIMENSIONS = ("NHWC", "HWIO", "NHWC")


class Game:
    """Two networks and their loop.

    Args:
        networks: Generator and discriminator, lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        generator, discriminator = networks
        self.settings = settings
        self.apply = {
            "generator": functools.partial(apply, plain(generator)),
            "discriminator": functools.partial(apply, plain(discriminator)),
        }
        weights, running = {}, {}
        for player, entries in (
            ("generator", generator),
            ("discriminator", discriminator),
        ):
            weights[player], running[player] = variables(entries)
        self.state = {
            "weights": weights,
            "running": running,
            "moments": {k: moments_of(own) for k, own in weights.items()},
            "key": jax.random.key(0),
        }
        if settings["average"]:
            self.state["average"] = jax.tree.map(jnp.copy, weights["generator"])
        self._compiled = jax.jit(self._step, donate_argnums=0)
        self._generate = self._evaluation("generator")
        self._judge = self._evaluation("discriminator")

    def _evaluation(self, player):
        def evaluate(state, x):
            own = state["weights"][player], state["running"][player]
            return self.apply[player](*own, x, False)[0]

        return jax.jit(evaluate)

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, height, width, channels)`.

        Returns:
            Float, the seconds that it took.
        """
        begin = time.perf_counter()
        order = np.random.permutation(len(images))
        a_step = batch_size * self.settings["discriminator_steps"]
        for at in range(0, len(images), a_step):
            batch = images[order[at : at + a_step]]
            self.state = self._compiled(
                self.state, batch.reshape(-1, batch_size, *batch.shape[1:])
            )
        jax.block_until_ready(self.state["weights"])
        return time.perf_counter() - begin

    def _step(self, state, minibatches):
        weights, running = dict(state["weights"]), dict(state["running"])
        moments = dict(state["moments"])
        key = state["key"]
        for minibatch in minibatches:
            real = scaled(minibatch)
            key, for_latents, for_mix = jax.random.split(key, 3)
            z = jax.random.normal(
                for_latents, (len(real), self.settings["latent_dim"])
            )
            fake, pull, running["generator"] = jax.vjp(
                lambda w: self.apply["generator"](
                    w, running["generator"], z, True
                ),
                weights["generator"],
                has_aux=True,
            )
            gradients, running["discriminator"] = jax.grad(
                self._discriminator_loss, has_aux=True
            )(
                weights["discriminator"],
                running["discriminator"],
                real,
                fake,
                for_mix,
            )
            self._update("discriminator", weights, moments, gradients)

        def generator_loss(fake):
            logits, after = self.apply["discriminator"](
                weights["discriminator"], running["discriminator"], fake, True
            )
            if self.settings["loss"] == "wasserstein":
                return -jnp.mean(logits), after
            return jnp.mean(jax.nn.softplus(-logits)), after

        gradient, running["discriminator"] = jax.grad(
            generator_loss, has_aux=True
        )(fake)
        self._update("generator", weights, moments, *pull(gradient))
        state = {
            **state,
            "weights": weights,
            "running": running,
            "moments": moments,
            "key": key,
        }
        if "average" in state:
            state["average"] = jax.tree.map(
                lambda slow, fast: (
                    fast + self.settings["average"] * (slow - fast)
                ),
                state["average"],
                weights["generator"],
            )
        return state

    def _discriminator_loss(self, weights, running, real, fake, key):
        judge = self.apply["discriminator"]
        real_logits, running = judge(weights, running, real, True)
        fake_logits, running = judge(weights, running, fake, True)
        if self.settings["loss"] != "wasserstein":
            loss = jax.nn.softplus(-real_logits) + jax.nn.softplus(fake_logits)
            return jnp.mean(loss), running
        mix = jax.random.uniform(key, (len(real),) + (1,) * (real.ndim - 1))
        gradient = jax.grad(
            lambda x: jnp.sum(judge(weights, running, x, True)[0])
        )(real + mix * (fake - real))
        axes = tuple(range(1, real.ndim))
        norms = jnp.sqrt(jnp.sum(gradient**2, axes))
        loss = (
            jnp.mean(fake_logits)
            - jnp.mean(real_logits)
            + self.settings["penalty"] * jnp.mean((norms - 1.0) ** 2)
            + self.settings["drift"] * jnp.mean(real_logits**2)
        )
        return loss, running

    def _update(self, player, weights, moments, gradients):
        weights[player], moments[player] = updated(
            weights[player], moments[player], gradients, self.settings
        )

    def generate(self, latents):
        """Returns images of latents, `(n, height, width, channels)`."""
        return np.asarray(self._generate(self.state, latents))

    def judge(self, images):
        """Returns the logits of images, without statistics of the batch."""
        return np.asarray(self._judge(self.state, scaled(images)))


def moments_of(weights):
    """Returns what Adam starts from."""
    return {
        "mean": jax.tree.map(jnp.zeros_like, weights),
        "square": jax.tree.map(jnp.zeros_like, weights),
        "steps": jnp.zeros(()),
    }


def updated(weights, moments, gradients, settings):
    """Returns weights and moments after a step of Adam."""
    beta_1, beta_2 = settings["beta_1"], settings["beta_2"]
    steps = moments["steps"] + 1.0
    mean = jax.tree.map(
        lambda m, g: beta_1 * m + (1 - beta_1) * g, moments["mean"], gradients
    )
    square = jax.tree.map(
        lambda s, g: beta_2 * s + (1 - beta_2) * g**2,
        moments["square"],
        gradients,
    )
    rate = settings["rate"] * jnp.sqrt(1 - beta_2**steps)
    rate = rate / (1 - beta_1**steps)
    weights = jax.tree.map(
        lambda w, m, s: w - rate * m / (jnp.sqrt(s) + settings["epsilon"]),
        weights,
        mean,
        square,
    )
    return weights, {"mean": mean, "square": square, "steps": steps}


def scaled(images):
    if images.dtype == "float32":
        return images
    return images.astype("float32") / 127.5 - 1.0


def plain(entries):
    """Returns entries without arrays, which the compiler would build in."""
    return [
        {k: v for k, v in entry.items() if not isinstance(v, np.ndarray)}
        for entry in entries
    ]


def variables(entries):
    """Returns the weights of entries, and the statistics of batches."""
    weights = [
        {
            k: jnp.asarray(v)
            for k, v in entry.items()
            if isinstance(v, np.ndarray)
        }
        for entry in entries
    ]
    running = [
        {"mean": jnp.zeros_like(own["gamma"]), "variance": own["gamma"] * 0 + 1}
        if entry["kind"] == "batch_normalization"
        else {}
        for entry, own in zip(entries, weights)
    ]
    return weights, running


def apply(entries, weights, running, x, training, key=None):
    """Returns what a network makes of `x`, and its statistics after that."""
    after, stack = [], []
    for entry, own, statistics in zip(entries, weights, running):
        kind = entry["kind"]
        if kind == "batch_normalization":
            x, statistics = _normalized(x, entry, own, statistics, training)
        elif kind == "dropout":
            if training:
                key, now = jax.random.split(key)
                x = _dropout(x, entry["rate"], now)
        elif kind == "push":
            stack.append(x)
        elif kind == "concat":
            x = jnp.concatenate([stack.pop(), x], -1)
        elif kind == "add":
            x = stack.pop() + x
        else:
            x = _LAYERS[kind](x, entry, own)
        after.append(statistics)
    return x, after


def _normalized(x, entry, own, statistics, training):
    mean, variance = statistics["mean"], statistics["variance"]
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, variance = jnp.mean(x, axes), jnp.var(x, axes)
        momentum = entry["momentum"]
        statistics = {
            "mean": momentum * statistics["mean"] + (1 - momentum) * mean,
            "variance": momentum * statistics["variance"]
            + (1 - momentum) * variance,
        }
    scale = own["gamma"] * jax.lax.rsqrt(variance + entry["epsilon"])
    return (x - mean) * scale + own["beta"], statistics


def _with_bias(x, own):
    return x + own["bias"] if "bias" in own else x


def _dense(x, entry, own):
    return _with_bias(x @ (own["kernel"] * entry["scale"]), own)


def _dropout(x, rate, key):
    kept = jax.random.bernoulli(key, 1.0 - rate, x.shape)
    return jnp.where(kept, x / (1.0 - rate), 0.0)


def _instance_normalization(x, entry, own):
    mean = jnp.mean(x, (1, 2), keepdims=True)
    variance = jnp.var(x, (1, 2), keepdims=True)
    scale = jax.lax.rsqrt(variance + entry["epsilon"])
    if "gamma" not in own:
        return (x - mean) * scale
    return (x - mean) * (scale * own["gamma"]) + own["beta"]


def _reflect(x, entry, own):
    sides = (entry["padding"],) * 2
    return jnp.pad(x, ((0, 0), sides, sides, (0, 0)), "reflect")


def _conv(x, entry, own):
    padding = entry["padding"]
    x = jax.lax.conv_general_dilated(
        x,
        own["kernel"] * entry["scale"],
        (entry["stride"],) * 2,
        "SAME" if padding == "same" else (padding, padding),
        dimension_numbers=DIMENSIONS,
    )
    return _with_bias(x, own)


def _conv_transpose(x, entry, own):
    # Keras' kernels are those of the convolution whose gradient this is.
    kernel = own["kernel"].swapaxes(2, 3)[::-1, ::-1]
    size, stride, cut = kernel.shape[0], entry["stride"], entry["cut"]
    padding = (size - 1 - cut, stride - 1 + cut)
    x = jax.lax.conv_general_dilated(
        x,
        kernel,
        (1, 1),
        (padding, padding),
        lhs_dilation=(stride, stride),
        dimension_numbers=DIMENSIONS,
    )
    return _with_bias(x, own)


def _crop(x, entry, own):
    height, width = entry["shape"]
    return x[:, :height, :width]


def _upscale(x, entry, own):
    return jnp.repeat(jnp.repeat(x, 2, axis=1), 2, axis=2)


def _downscale(x, entry, own):
    n, height, width, channels = x.shape
    shape = (n, height // 2, 2, width // 2, 2, channels)
    return jnp.mean(x.reshape(shape), (2, 4))


def _pixel_normalization(x, entry, own):
    square = jnp.mean(x**2, -1, keepdims=True)
    return x * jax.lax.rsqrt(square + entry["epsilon"])


def _deviation(x, entry, own):
    n, height, width, _ = x.shape
    # Image `i` is of group `i mod groups`.
    groups = x.reshape(entry["group"], n // entry["group"], -1)
    deviation = jnp.mean(jnp.sqrt(jnp.var(groups, 0) + 1e-8), 1)
    deviation = jnp.tile(deviation, entry["group"]).reshape(n, 1, 1, 1)
    maps = jnp.broadcast_to(deviation, (n, height, width, 1))
    return jnp.concatenate([x, maps], -1)


_LAYERS = {
    "dense": _dense,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "leaky": lambda x, entry, own: jax.nn.leaky_relu(x, entry["slope"]),
    "tanh": lambda x, entry, own: jnp.tanh(x),
    "reshape": lambda x, entry, own: x.reshape(-1, *entry["shape"]),
    "flatten": lambda x, entry, own: x.reshape(len(x), -1),
    "crop": _crop,
    "bias": lambda x, entry, own: x + own["bias"],
    "pixel_normalization": _pixel_normalization,
    "upscale": _upscale,
    "downscale": _downscale,
    "deviation": _deviation,
    "instance_normalization": _instance_normalization,
    "reflect": _reflect,
}

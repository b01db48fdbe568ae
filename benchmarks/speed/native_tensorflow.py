"""A game as one writes it in TensorFlow: variables and a `tf.function`."""

import time

import numpy as np
import tensorflow as tf


class Game:
    """Two networks and their loop.

    Args:
        networks: Generator and discriminator, lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        generator, discriminator = networks
        self.settings = settings
        self.generator = Network(generator)
        self.discriminator = Network(discriminator)
        self.average = Network(generator) if settings["average"] else None
        self.optimizers = [
            Adam(network.variables, settings)
            for network in (self.generator, self.discriminator)
        ]
        self._compiled = tf.function(self._step)
        self._generate = tf.function(lambda z: self.generator(z, False))

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, height, width, channels)`.

        Returns:
            Float, the seconds up to the end of the last step: to let go of an
            iterator takes TensorFlow up to seconds more at times.
        """
        per_step = self.settings["discriminator_steps"]
        data = tf.data.Dataset.from_tensor_slices(images)
        data = data.shuffle(len(images)).batch(batch_size, True)
        begin = time.perf_counter()
        for minibatches in data.batch(per_step, True).prefetch(1):
            self._compiled(minibatches)
            seconds = time.perf_counter() - begin
        return seconds

    def _step(self, minibatches):
        for i in range(self.settings["discriminator_steps"]):
            real = scaled(minibatches[i])
            z = tf.random.normal((len(real), self.settings["latent_dim"]))
            with tf.GradientTape(watch_accessed_variables=False) as generating:
                generating.watch(self.generator.variables)
                fake = self.generator(z, True)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(self.discriminator.variables)
                loss = self._discriminator_loss(real, fake)
            self.optimizers[1].apply(
                tape.gradient(loss, self.discriminator.variables)
            )
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(fake)
            logits = self.discriminator(fake, True)
            if self.settings["loss"] == "wasserstein":
                loss = -tf.reduce_mean(logits)
            else:
                loss = tf.reduce_mean(tf.nn.softplus(-logits))
        gradients = generating.gradient(
            fake, self.generator.variables, tape.gradient(loss, fake)
        )
        self.optimizers[0].apply(gradients)
        if self.average is not None:
            pairs = zip(self.average.variables, self.generator.variables)
            for slow, fast in pairs:
                slow.assign_add((1 - self.settings["average"]) * (fast - slow))

    def _discriminator_loss(self, real, fake):
        real_logits = self.discriminator(real, True)
        fake_logits = self.discriminator(fake, True)
        if self.settings["loss"] != "wasserstein":
            return tf.reduce_mean(
                tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)
            )
        mix = tf.random.uniform([len(real)] + [1] * (len(real.shape) - 1))
        between = real + mix * (fake - real)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(between)
            score = tf.reduce_sum(self.discriminator(between, True))
        gradient = tape.gradient(score, between)
        axes = list(range(1, len(real.shape)))
        norms = tf.sqrt(tf.reduce_sum(gradient**2, axes))
        return (
            tf.reduce_mean(fake_logits)
            - tf.reduce_mean(real_logits)
            + self.settings["penalty"] * tf.reduce_mean((norms - 1.0) ** 2)
            + self.settings["drift"] * tf.reduce_mean(real_logits**2)
        )

    def generate(self, latents):
        """Returns images of latents, `(n, height, width, channels)`."""
        return self._generate(latents).numpy()

    def judge(self, images):
        """Returns the logits of images, without statistics of the batch."""
        return self.discriminator(scaled(images), False).numpy()


def scaled(images):
    if images.dtype == "float32":
        return images
    return tf.cast(images, tf.float32) / 127.5 - 1.0


class Adam:
    def __init__(self, variables, settings):
        self.variables = variables
        self.settings = settings
        self.steps = tf.Variable(0.0)
        self.means, self.squares = (
            [tf.Variable(tf.zeros_like(v)) for v in variables] for _ in "12"
        )

    def apply(self, gradients):
        self.steps.assign_add(1.0)
        beta_1, beta_2 = self.settings["beta_1"], self.settings["beta_2"]
        for variable, mean, square, gradient in zip(
            self.variables, self.means, self.squares, gradients
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=beta_1**self.steps,
                beta2_power=beta_2**self.steps,
                lr=self.settings["rate"],
                beta1=beta_1,
                beta2=beta_2,
                epsilon=self.settings["epsilon"],
                grad=gradient,
            )


class Network:
    def __init__(self, entries):
        self.variables = []
        self.layers = [self._layer(entry) for entry in entries]

    def _layer(self, entry):
        weights = {}
        for name in ("kernel", "bias", "gamma", "beta"):
            if entry.get(name) is not None:
                weights[name] = tf.Variable(entry[name])
                self.variables.append(weights[name])
        if entry["kind"] == "batch_normalization":
            shape = np.shape(entry["gamma"])
            weights["mean"] = tf.Variable(tf.zeros(shape), trainable=False)
            weights["variance"] = tf.Variable(tf.ones(shape), trainable=False)
        return _LAYERS.get(entry["kind"]), entry, weights

    def __call__(self, x, training):
        stack = []
        for layer, entry, weights in self.layers:
            if entry["kind"] == "push":
                stack.append(x)
            elif entry["kind"] == "concat":
                x = tf.concat([stack.pop(), x], -1)
            elif entry["kind"] == "add":
                x = stack.pop() + x
            else:
                x = layer(x, entry, weights, training)
        return x


def _kernel(entry, weights):
    if entry["scale"] == 1.0:
        return weights["kernel"]
    return weights["kernel"] * entry["scale"]


def _with_bias(x, weights):
    return tf.nn.bias_add(x, weights["bias"]) if "bias" in weights else x


def _dense(x, entry, weights, training):
    return _with_bias(tf.matmul(x, _kernel(entry, weights)), weights)


def _conv(x, entry, weights, training):
    padding = entry["padding"]
    if padding == "same":
        padding = "SAME"
    elif any(padding):
        padding = [[0, 0], padding, padding, [0, 0]]
    else:
        padding = "VALID"
    x = tf.nn.conv2d(x, _kernel(entry, weights), entry["stride"], padding)
    return _with_bias(x, weights)


def _conv_transpose(x, entry, weights, training):
    kernel, stride = weights["kernel"], entry["stride"]
    n, height, width, _ = x.shape
    shape = (
        n or tf.shape(x)[0],
        stride * height,
        stride * width,
        kernel.shape[2],
    )
    padding, rest = "SAME", kernel.shape[0] - stride
    if entry["cut"] != rest // 2:
        sides = [entry["cut"], rest - entry["cut"]]
        padding = [[0, 0], sides, sides, [0, 0]]
    x = tf.nn.conv2d_transpose(x, kernel, shape, stride, padding)
    return _with_bias(x, weights)


def _batch_normalization(x, entry, weights, training):
    running = weights["mean"], weights["variance"]
    if not training:
        return tf.nn.batch_normalization(
            x, *running, weights["beta"], weights["gamma"], entry["epsilon"]
        )
    x, *seen = tf.compat.v1.nn.fused_batch_norm(
        x, weights["gamma"], weights["beta"], epsilon=entry["epsilon"]
    )
    for slow, value in zip(running, seen):
        slow.assign_add((1 - entry["momentum"]) * (value - slow))
    return x


def _instance_normalization(x, entry, weights, training):
    mean, variance = tf.nn.moments(x, (1, 2), keepdims=True)
    return tf.nn.batch_normalization(
        x,
        mean,
        variance,
        weights.get("beta"),
        weights.get("gamma"),
        entry["epsilon"],
    )


def _dropout(x, entry, weights, training):
    return tf.nn.dropout(x, entry["rate"]) if training else x


def _reflect(x, entry, weights, training):
    sides = [entry["padding"]] * 2
    return tf.pad(x, [[0, 0], sides, sides, [0, 0]], "REFLECT")


def _reshape(x, entry, weights, training):
    return tf.reshape(x, (-1, *entry["shape"]))


def _crop(x, entry, weights, training):
    height, width = entry["shape"]
    return x[:, :height, :width]


def _flatten(x, entry, weights, training):
    return tf.reshape(x, (-1, int(np.prod(entry["shape"]))))


def _leaky(x, entry, weights, training):
    slope = entry["slope"]
    return tf.nn.leaky_relu(x, slope) if slope else tf.nn.relu(x)


def _pixel_normalization(x, entry, weights, training):
    square = tf.reduce_mean(x**2, -1, keepdims=True)
    return x * tf.math.rsqrt(square + entry["epsilon"])


def _upscale(x, entry, weights, training):
    return tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)


def _deviation(x, entry, weights, training):
    n, height, width, _ = x.shape
    # Image `i` is of group `i mod groups`.
    groups = tf.reshape(x, (entry["group"], n // entry["group"], -1))
    variance = tf.math.reduce_variance(groups, 0)
    deviation = tf.reduce_mean(tf.sqrt(variance + 1e-8), 1)
    deviation = tf.reshape(tf.tile(deviation, [entry["group"]]), (n, 1, 1, 1))
    maps = tf.broadcast_to(deviation, (n, height, width, 1))
    return tf.concat([x, maps], -1)


_LAYERS = {
    "dense": _dense,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "batch_normalization": _batch_normalization,
    "leaky": _leaky,
    "tanh": lambda x, entry, weights, training: tf.tanh(x),
    "reshape": _reshape,
    "flatten": _flatten,
    "crop": _crop,
    "bias": lambda x, entry, weights, training: x + weights["bias"],
    "pixel_normalization": _pixel_normalization,
    "upscale": _upscale,
    "downscale": lambda x, entry, weights, training: tf.nn.avg_pool2d(
        x, 2, 2, "VALID"
    ),
    "deviation": _deviation,
    "instance_normalization": _instance_normalization,
    "dropout": _dropout,
    "reflect": _reflect,
}

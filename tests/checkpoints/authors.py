"""The authors' networks in NumPy, channels first, from their weights.

Written from the papers' tables and PyTorch's documentation; slow and plain.
"""

import numpy as np

EPSILON = 1e-5


def conv(x, weight, bias=None, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(
        x, weight.shape[2:], axis=(2, 3)
    )[:, :, ::stride, ::stride]
    y = np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True)
    return y if bias is None else y + bias[:, None, None]


def conv_transpose(x, weight, bias=None, padding=1, output_padding=0):
    """Stride 2: each pixel adds the kernel, times itself, where it stands."""
    n, _, height, width = x.shape
    _, filters, high, wide = weight.shape
    size = (2 * (height - 1) + high, 2 * (width - 1) + wide)
    y = np.zeros((n, filters, size[0] + 2, size[1] + 2))
    for row in range(height):
        for column in range(width):
            y[
                :, :, 2 * row : 2 * row + high, 2 * column : 2 * column + wide
            ] += np.einsum("nc,coij->noij", x[:, :, row, column], weight)
    more = output_padding - padding
    y = y[:, :, padding : size[0] + more, padding : size[1] + more]
    return y if bias is None else y + bias[:, None, None]


def normalized(x, state, name, training):
    """Batch or instance normalization, whichever has weights."""
    if f"{name}.weight" not in state:
        axes = (2, 3)
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        return (x - mean) / np.sqrt(variance + EPSILON)
    if training:
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
    else:
        mean, variance = (state[f"{name}.running_{k}"] for k in ("mean", "var"))
    factor = state[f"{name}.weight"] / np.sqrt(variance + EPSILON)
    x = (x - mean[:, None, None]) * factor[:, None, None]
    return x + state[f"{name}.bias"][:, None, None]


def leaky(x):
    return np.where(x > 0, x, 0.2 * x)


def relu(x):
    return np.maximum(x, 0)


def reflected(x, n):
    return np.pad(x, ((0, 0), (0, 0), (n, n), (n, n)), "reflect")


def _weights(state, name):
    return state[f"{name}.weight"], state.get(f"{name}.bias")


def resnet(state, x, blocks, training=False, second=5):
    def step(x, i):
        return relu(normalized(x, state, f"model.{i + 1}", training))

    x = step(conv(reflected(x, 3), *_weights(state, "model.1")), 1)
    for i in (4, 7):
        x = step(conv(x, *_weights(state, f"model.{i}"), 2, 1), i)
    for i in range(10, 10 + blocks):
        block = f"model.{i}.conv_block"
        y = conv(reflected(x, 1), *_weights(state, f"{block}.1"))
        y = relu(normalized(y, state, f"{block}.2", training))
        y = conv(reflected(y, 1), *_weights(state, f"{block}.{second}"))
        x = x + normalized(y, state, f"{block}.{second + 1}", training)
    for i in (10 + blocks, 13 + blocks):
        y = conv_transpose(x, *_weights(state, f"model.{i}"), 1, 1)
        x = step(y, i)
    last = f"model.{17 + blocks}"
    return np.tanh(conv(reflected(x, 3), *_weights(state, last)))


def unet(state, x, depth, training=False):
    def level(x, prefix, at):
        y = conv(leaky(x), *_weights(state, f"{prefix}.1"), 2, 1)
        up, norm = 5, 6
        if at == depth:
            up, norm = 3, 4
        else:
            y = normalized(y, state, f"{prefix}.2", training)
            y = level(y, f"{prefix}.3.model", at + 1)
        y = conv_transpose(relu(y), *_weights(state, f"{prefix}.{up}"))
        y = normalized(y, state, f"{prefix}.{norm}", training)
        return np.concatenate([x, y], axis=1)

    x = conv(x, *_weights(state, "model.model.0"), 2, 1)
    x = relu(level(x, "model.model.1.model", 2))
    return np.tanh(conv_transpose(x, *_weights(state, "model.model.3")))


def patches(state, x, halvings, training=False):
    x = leaky(conv(x, *_weights(state, "model.0"), 2, 1))
    for i in range(halvings):
        at = 2 + 3 * i
        stride = 2 if i < halvings - 1 else 1
        x = conv(x, *_weights(state, f"model.{at}"), stride, 1)
        x = leaky(normalized(x, state, f"model.{at + 1}", training))
    return conv(x, *_weights(state, f"model.{2 + 3 * halvings}"), 1, 1)


class Weights:
    """Draws weights under the authors' names."""

    def __init__(self, norm, seed=0):
        self.norm, self.state = norm, {}
        self.rng = np.random.default_rng(seed)

    def conv(self, name, *shape, filters=None, bias=None):
        fan = np.prod(shape) / shape[0]
        self._draw(f"{name}.weight", shape, 0, 1 / np.sqrt(fan))
        if self.norm == "instance" if bias is None else bias:
            self._draw(f"{name}.bias", (filters or shape[0],), 0, 0.1)

    def normalization(self, name, channels):
        if self.norm == "batch":
            for one, mean in (("weight", 1), ("bias", 0), ("running_mean", 0)):
                self._draw(f"{name}.{one}", (channels,), mean, 0.2)
            variance = self.rng.uniform(0.5, 2, channels)
            self.state[f"{name}.running_var"] = variance.astype("float32")
            self.state[f"{name}.num_batches_tracked"] = np.array(3)

    def _draw(self, name, shape, mean, deviation):
        values = mean + deviation * self.rng.standard_normal(shape)
        self.state[name] = values.astype("float32")


def resnet_weights(norm, blocks=2, filters=3, ins=2, outs=1, second=5):
    w = Weights(norm)

    def pair(prefix, i, *shape, filters=None):
        w.conv(f"{prefix}.{i}", *shape, filters=filters)
        w.normalization(f"{prefix}.{i + 1}", filters or shape[0])

    pair("model", 1, filters, ins, 7, 7)
    pair("model", 4, 2 * filters, filters, 3, 3)
    pair("model", 7, 4 * filters, 2 * filters, 3, 3)
    for i in range(10, 10 + blocks):
        for at in (1, second):
            block = f"model.{i}.conv_block"
            pair(block, at, 4 * filters, 4 * filters, 3, 3)
    up = 10 + blocks
    pair("model", up, 4 * filters, 2 * filters, 3, 3, filters=2 * filters)
    pair("model", up + 3, 2 * filters, filters, 3, 3, filters=filters)
    w.conv(f"model.{up + 7}", outs, filters, 7, 7, bias=True)
    return w.state


def unet_weights(norm, depth=3, filters=3, ins=2, outs=1):
    w = Weights(norm)
    widths = [filters * min(2**i, 8) for i in range(depth)]
    w.conv("model.model.0", filters, ins, 4, 4)
    prefix = "model.model.1.model"
    for at in range(2, depth + 1):
        outer, inner = widths[at - 2], widths[at - 1]
        is_last = at == depth
        w.conv(f"{prefix}.1", inner, outer, 4, 4)
        if not is_last:
            w.normalization(f"{prefix}.2", inner)
        up = 3 if is_last else 5
        channels = inner if is_last else 2 * inner
        w.conv(f"{prefix}.{up}", channels, outer, 4, 4, filters=outer)
        w.normalization(f"{prefix}.{up + 1}", outer)
        prefix = f"{prefix}.3.model"
    w.conv("model.model.3", 2 * filters, outs, 4, 4, filters=outs, bias=True)
    return w.state


def patch_weights(norm, halvings=2, filters=3, ins=3):
    w = Weights(norm)
    w.conv("model.0", filters, ins, 4, 4, bias=True)
    widths = [filters * min(2**i, 8) for i in range(halvings + 1)]
    for i in range(halvings):
        w.conv(f"model.{2 + 3 * i}", widths[i + 1], widths[i], 4, 4)
        w.normalization(f"model.{3 + 3 * i}", widths[i + 1])
    w.conv(f"model.{2 + 3 * halvings}", 1, widths[-1], 4, 4, bias=True)
    return w.state


def pixel_weights(norm, filters=3, ins=3):
    w = Weights(norm)
    w.conv("net.0", filters, ins, 1, 1, bias=True)
    w.conv("net.2", 2 * filters, filters, 1, 1)
    w.normalization("net.3", 2 * filters)
    w.conv("net.5", 1, 2 * filters, 1, 1)
    return w.state

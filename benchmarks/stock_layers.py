"""Stock layers that GANs are made of, on JAX, against PyTorch's own.

Each layer of Keras is computed on the processor by JAX, as a training step of
kerasgan computes it and as Keras alone does, and its kin by PyTorch, of which
feature maps have their channels last in memory: forwards, backwards (the
gradients of the inputs and the weights) and twice differentiated (the
gradients of the squared norm of the gradient of the inputs, by which gradient
penalties train). The rounds take turns. Each has one core, and what is timed
is the time that this process had on it, so that others on the machine disturb
little. Printed are milliseconds of the quickest round, and ratios of speeds:
above 1 ours is faster.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if __name__ == "__main__" and hasattr(os, "sched_setaffinity"):
    # Before the frameworks ask how many cores there are.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import argparse
import json
import math
import pathlib
import time

import jax
import keras
import numpy as np
import torch
from keras import layers
from torch import nn

from kerasgan import backend
from kerasgan.backend.jax.cpu_kernels import step_options
from kerasgan.backend.jax.nn import stock_layers

PASSES = ("forwards", "backwards", "twice")
BATCH = 32


class Attention(nn.Module):
    """PyTorch's attention of a sequence to itself."""

    def __init__(self, size, heads):
        super().__init__()
        self.attend = nn.MultiheadAttention(size, heads, batch_first=True)

    def forward(self, x):
        return self.attend(x, x, x, need_weights=False)[0]


class ChannelsLast(nn.Module):
    """A normalisation of the last axis of what has its channels second."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.movedim(1, -1)).movedim(-1, 1)


def up_1d():
    return nn.ConvTranspose1d(64, 32, 4, 2, padding=1)


def separable():
    depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)
    return nn.Sequential(depthwise, nn.Conv2d(64, 64, 1))


def same(cls, *args, **kwargs):
    return lambda: cls(*args, padding="same", **kwargs)


L, T = layers, nn
# Name: layer of Keras, module of PyTorch, shape of an input without the batch.
CASES = {
    "Conv1D": (
        same(L.Conv1D, 64, 5),
        lambda: T.Conv1d(64, 64, 5, padding=2),
        (128, 64),
    ),
    "Conv1D, stride 2": (
        same(L.Conv1D, 128, 4, strides=2),
        lambda: T.Conv1d(64, 128, 4, 2, padding=1),
        (128, 64),
    ),
    "Conv1DTranspose": (
        same(L.Conv1DTranspose, 32, 4, strides=2),
        up_1d,
        (128, 64),
    ),
    "Conv2D": (
        same(L.Conv2D, 64, 3),
        lambda: T.Conv2d(64, 64, 3, padding=1),
        (16, 16, 64),
    ),
    "Conv2D, stride 2": (
        same(L.Conv2D, 128, 4, strides=2),
        lambda: T.Conv2d(64, 128, 4, 2, padding=1),
        (16, 16, 64),
    ),
    "Conv2D, of images": (
        same(L.Conv2D, 64, 4, strides=2),
        lambda: T.Conv2d(3, 64, 4, 2, padding=1),
        (32, 32, 3),
    ),
    "Conv2DTranspose": (
        same(L.Conv2DTranspose, 64, 4, strides=2),
        lambda: T.ConvTranspose2d(128, 64, 4, 2, padding=1),
        (8, 8, 128),
    ),
    "Conv2DTranspose, to images": (
        same(L.Conv2DTranspose, 3, 4, strides=2),
        lambda: T.ConvTranspose2d(64, 3, 4, 2, padding=1),
        (16, 16, 64),
    ),
    "DepthwiseConv2D": (
        same(L.DepthwiseConv2D, 3),
        lambda: T.Conv2d(64, 64, 3, padding=1, groups=64),
        (16, 16, 64),
    ),
    "SeparableConv2D": (
        same(L.SeparableConv2D, 64, 3),
        separable,
        (16, 16, 64),
    ),
    "Conv3D": (
        same(L.Conv3D, 32, 3),
        lambda: T.Conv3d(32, 32, 3, padding=1),
        (8, 8, 8, 32),
    ),
    "Conv3D, stride 2": (
        same(L.Conv3D, 64, 4, strides=2),
        lambda: T.Conv3d(32, 64, 4, 2, padding=1),
        (8, 8, 8, 32),
    ),
    "Conv3DTranspose": (
        same(L.Conv3DTranspose, 32, 4, strides=2),
        lambda: T.ConvTranspose3d(64, 32, 4, 2, padding=1),
        (4, 4, 4, 64),
    ),
    "UpSampling2D": (
        lambda: L.UpSampling2D(2),
        lambda: T.Upsample(scale_factor=2),
        (16, 16, 64),
    ),
    "UpSampling2D, bilinear": (
        lambda: L.UpSampling2D(2, interpolation="bilinear"),
        lambda: T.Upsample(scale_factor=2, mode="bilinear"),
        (16, 16, 64),
    ),
    "AveragePooling2D": (
        lambda: L.AveragePooling2D(2),
        lambda: T.AvgPool2d(2),
        (16, 16, 64),
    ),
    "MaxPooling2D": (
        lambda: L.MaxPooling2D(2),
        lambda: T.MaxPool2d(2),
        (16, 16, 64),
    ),
    "BatchNormalization": (
        L.BatchNormalization,
        lambda: T.BatchNorm2d(64),
        (16, 16, 64),
    ),
    "LayerNormalization": (
        L.LayerNormalization,
        lambda: ChannelsLast(T.LayerNorm(64)),
        (16, 16, 64),
    ),
    "GroupNormalization": (
        lambda: L.GroupNormalization(8),
        lambda: T.GroupNorm(8, 64),
        (16, 16, 64),
    ),
    "MultiHeadAttention": (
        lambda: L.MultiHeadAttention(4, 16),
        lambda: Attention(64, 4),
        (64, 64),
    ),
    "Dense": (lambda: L.Dense(1024), lambda: T.Linear(1024, 1024), (1024,)),
    "Embedding": (
        lambda: L.Embedding(1000, 128),
        lambda: T.Embedding(1000, 128),
        None,
    ),
}


def inputs_of(shape):
    rng = np.random.default_rng(0)
    if shape is None:
        return rng.integers(0, 1000, (BATCH, 32)).astype("int32")
    return rng.standard_normal((BATCH, *shape)).astype("float32")


def of_keras(make, x, kind, ours):
    """Returns a function that computes a pass by JAX and waits for it."""
    layer = make()
    layer.build(*[x.shape] * (2 if "Attention" in type(layer).__name__ else 1))
    is_attention = isinstance(layer, layers.MultiHeadAttention)
    trainable = layer.trainable_variables
    others = layer.non_trainable_variables

    def call(x):
        if is_attention:
            return layer(x, x, training=True)
        if ours:
            return backend.call_network(layer, x, True)
        return layer(x, training=True)

    def outputs(x, values, fixed):
        pairs = [*zip(trainable, values), *zip(others, fixed)]
        with keras.StatelessScope(pairs):
            return call(x)

    def product(x, values, fixed):
        y = outputs(x, values, fixed)
        if kind == "twice":
            y = y * y  # As behind an activation, its gradient depends on it.
        return (y * weights_of(y)).sum()

    def weights_of(y):
        return np.random.default_rng(1).standard_normal(y.shape).astype("f")

    def charge(x, values, fixed):
        def of_images(x):
            return product(x, values, fixed), None

        _, _, gradient = backend.input_gradient(of_images, x, True)
        return (gradient**2).sum()

    places = (1,) if x.dtype == "int32" else (0, 1)
    compute = {
        "forwards": outputs,
        "backwards": jax.grad(product, places),
        "twice": jax.grad(charge, places),
    }[kind]

    def traced(*arguments):
        if not ours:
            return compute(*arguments)
        with stock_layers():
            return compute(*arguments)

    options = step_options() if ours else None
    compiled = jax.jit(traced, compiler_options=options)
    x = jax.numpy.asarray(x)
    values, fixed = ([v.value for v in vs] for vs in (trainable, others))
    return lambda: jax.block_until_ready(compiled(x, values, fixed))


def of_torch(make, x, kind):
    """Returns a function that computes a pass by PyTorch."""
    # PyTorch's quicker attention has no second derivative on processors.
    torch.backends.cuda.enable_flash_sdp(kind != "twice")
    module = make().train()
    x = torch.from_numpy(x)
    if x.ndim > 2 and not isinstance(module, Attention):
        x = x.movedim(-1, 1)
    memory = {4: torch.channels_last, 5: torch.channels_last_3d}.get(x.ndim)
    if memory is not None:
        module, x = module.to(memory_format=memory), x.to(memory_format=memory)
    is_float = x.dtype == torch.float32
    x = x.requires_grad_(is_float)
    targets = [*module.parameters(), *([x] if is_float else [])]
    y = module(x)
    weight = torch.randn_like(y)

    def forwards():
        with torch.no_grad():
            module(x)

    def backwards():
        torch.autograd.grad((module(x) * weight).sum(), targets)

    def twice():
        loss = (module(x) ** 2 * weight).sum()
        (gradient,) = torch.autograd.grad(loss, [x], create_graph=True)
        torch.autograd.grad((gradient**2).sum(), targets, allow_unused=True)

    return {"forwards": forwards, "backwards": backwards, "twice": twice}[kind]


def measure(name, kind, seconds):
    """Returns the least milliseconds of ours, Keras' and PyTorch's."""
    make, module, shape = CASES[name]
    x = inputs_of(shape)
    runs = [
        of_keras(make, x, kind, ours=True),
        of_keras(make, x, kind, ours=False),
        of_torch(module, x, kind),
    ]
    for run in runs:
        run()
    least, end, rounds = [math.inf] * 3, time.monotonic() + seconds, 0
    while time.monotonic() < end or rounds < 3:
        rounds += 1
        for i, run in enumerate(runs):
            start = time.process_time()
            run()
            least[i] = min(least[i], 1000 * (time.process_time() - start))
    return [*least, rounds]


def row(record):
    ours, keras_alone, pytorch = (record[k] for k in ("ours", "keras", "torch"))
    return (
        f"| {record['layer']} | {record['pass']} | {ours:.2f} | "
        f"{pytorch:.2f} | {pytorch / ours:.2f} | {pytorch / keras_alone:.2f} |"
    )


HEAD = (
    "| layer | pass | ms | PyTorch, ms | ratio of speeds | of Keras alone |\n"
    "|---|---|---|---|---|---|"
)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", nargs="*", default=list(CASES))
    parser.add_argument("--passes", nargs="*", default=list(PASSES))
    parser.add_argument("--seconds", type=float, default=4.0, help="a row")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines")
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    print(HEAD)
    for name in args.layers:
        for kind in args.passes:
            if kind == "twice" and CASES[name][2] is None:
                continue  # Indices have no gradient.
            ours, alone, pytorch, rounds = measure(name, kind, args.seconds)
            record = {
                "layer": name,
                "pass": kind,
                "ours": round(ours, 4),
                "keras": round(alone, 4),
                "torch": round(pytorch, 4),
                "rounds": rounds,
                "jax_version": jax.__version__,
                "torch_version": torch.__version__,
                "cores": len(os.sched_getaffinity(0)),
            }
            print(row(record), flush=True)
            if args.out:
                with open(args.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()

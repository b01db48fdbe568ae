"""A game as one writes it in PyTorch: modules, channels last, `backward`."""

import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

# Where Keras puts its variables.
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Game:
    """Two networks and their loop.

    Args:
        networks: Generator and discriminator, lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        generator, discriminator = networks
        self.settings = settings
        self.generator = network(generator)
        self.discriminator = network(discriminator)
        self.average = None
        if settings["average"]:
            self.average = network(generator).requires_grad_(False)
        self.optimizers = [
            adam(one.parameters(), settings)
            for one in (self.generator, self.discriminator)
        ]

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, height, width, channels)`.

        Returns:
            Float, the seconds that it took.
        """
        begin = time.perf_counter()
        order = np.random.permutation(len(images))
        minibatches = [
            torch.from_numpy(images[order[at : at + batch_size]]).to(DEVICE)
            for at in range(0, len(images), batch_size)
        ]
        per_step = self.settings["discriminator_steps"]
        for at in range(0, len(minibatches), per_step):
            self._step(minibatches[at : at + per_step])
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - begin

    def _step(self, minibatches):
        for minibatch in minibatches:
            real = scaled(minibatch)
            z = torch.randn(
                len(real), self.settings["latent_dim"], device=DEVICE
            )
            fake = self.generator(z)
            loss = self._discriminator_loss(real, fake.detach())
            self.optimizers[1].zero_grad()
            loss.backward()
            self.optimizers[1].step()
        # The discriminator's own gradients are not wanted here.
        self.discriminator.requires_grad_(False)
        logits = self.discriminator(fake)
        if self.settings["loss"] == "wasserstein":
            loss = -logits.mean()
        else:
            loss = functional.softplus(-logits).mean()
        self.optimizers[0].zero_grad()
        loss.backward()
        self.optimizers[0].step()
        self.discriminator.requires_grad_(True)
        if self.average is not None:
            with torch.no_grad():
                pairs = zip(
                    self.average.parameters(), self.generator.parameters()
                )
                for slow, fast in pairs:
                    slow.lerp_(fast, 1 - self.settings["average"])

    def _discriminator_loss(self, real, fake):
        real_logits = self.discriminator(real)
        fake_logits = self.discriminator(fake)
        if self.settings["loss"] != "wasserstein":
            return (
                functional.softplus(-real_logits).mean()
                + functional.softplus(fake_logits).mean()
            )
        mix = torch.rand(len(real), *[1] * (real.ndim - 1), device=DEVICE)
        between = (real + mix * (fake - real)).requires_grad_(True)
        (gradient,) = torch.autograd.grad(
            self.discriminator(between).sum(), between, create_graph=True
        )
        norms = gradient.flatten(1).norm(dim=1)
        penalty = self.settings["penalty"] * (norms - 1).square().mean()
        drift = self.settings["drift"] * real_logits.square().mean()
        return fake_logits.mean() - real_logits.mean() + penalty + drift

    def generate(self, latents):
        """Returns images of latents, `(n, height, width, channels)`."""
        self.generator.eval()
        with torch.inference_mode():
            images = self.generator(torch.from_numpy(latents).to(DEVICE))
        self.generator.train()
        if images.ndim == 4:
            images = images.permute(0, 2, 3, 1)
        return images.numpy(force=True)

    def judge(self, images):
        """Returns the logits of images, without statistics of the batch."""
        self.discriminator.eval()
        with torch.inference_mode():
            images = torch.from_numpy(images).to(DEVICE)
            logits = self.discriminator(scaled(images))
        self.discriminator.train()
        return logits.numpy(force=True)


def adam(parameters, settings):
    betas = settings["beta_1"], settings["beta_2"]
    return torch.optim.Adam(
        parameters, settings["rate"], betas, settings["epsilon"]
    )


def scaled(images):
    if images.dtype != torch.uint8:
        return images
    # A view: channels stay last in memory.
    return images.float().div_(127.5).sub_(1).permute(0, 3, 1, 2)


def network(entries):
    modules, shape = [], None
    for i, entry in enumerate(entries):
        following = entries[i + 1] if i + 1 < len(entries) else {}
        if following.get("kind") == "reshape" and len(following["shape"]) == 3:
            entry = {**entry, "to": following["shape"]}
        if entry["kind"] == "flatten" and len(entry["shape"]) == 3:
            shape = entry["shape"]
        elif entry["kind"] == "dense" and shape:
            entry, shape = {**entry, "from": shape}, None
        modules.append(_MAKERS[entry["kind"]](entry))
    kinds = {entry["kind"] for entry in entries}
    kind = _Shortcuts if "push" in kinds else nn.Sequential
    return kind(*modules).to(DEVICE, memory_format=torch.channels_last)


def _parameter(array):
    return nn.Parameter(torch.from_numpy(np.ascontiguousarray(array)))


def _load(module, weight, bias):
    module.weight = _parameter(weight)
    if bias is not None:
        module.bias = _parameter(bias)
    return module


def _dense(entry):
    kernel = entry["kernel"]
    if "to" in entry:
        # Channels come first in PyTorch's maps.
        height, width, channels = entry["to"]
        kernel = kernel.reshape(-1, height * width, channels)
        kernel = kernel.transpose(0, 2, 1).reshape(len(kernel), -1)
    if "from" in entry:
        height, width, channels = entry["from"]
        kernel = kernel.reshape(height * width, channels, -1)
        kernel = kernel.transpose(1, 0, 2).reshape(
            height * width * channels, -1
        )
    kind = nn.Linear if entry["scale"] == 1.0 else _ScaledLinear
    module = kind(*kernel.shape, bias=entry["bias"] is not None)
    module.scale = entry["scale"]
    return _load(module, kernel.T, entry["bias"])


def _conv(entry):
    kernel = entry["kernel"].transpose(3, 2, 0, 1)
    size, stride = kernel.shape[2], entry["stride"]
    kind = nn.Conv2d if entry["scale"] == 1.0 else _ScaledConv2d
    module = kind(
        kernel.shape[1],
        kernel.shape[0],
        size,
        stride,
        # Where the sides differ, the stride leaves out the last zeros.
        padding=max(entry["padding"])
        if entry["padding"] != "same"
        else math.ceil((size - stride) / 2),
        bias=entry["bias"] is not None,
    )
    module.scale = entry["scale"]
    return _load(module, kernel, entry["bias"])


def _conv_transpose(entry):
    kernel = entry["kernel"].transpose(3, 2, 0, 1)
    size, stride = kernel.shape[2], entry["stride"]
    module = nn.ConvTranspose2d(
        kernel.shape[0],
        kernel.shape[1],
        size,
        stride,
        padding=math.ceil((size - stride) / 2),
        output_padding=(size - stride) % 2,
        bias=entry["bias"] is not None,
    )
    return _load(module, kernel, entry["bias"])


def _batch_normalization(entry):
    module = nn.BatchNorm2d(
        len(entry["gamma"]), entry["epsilon"], 1 - entry["momentum"]
    )
    return _load(module, entry["gamma"], entry["beta"])


def _instance_normalization(entry):
    # Unlike `InstanceNorm2d`, it leaves the channels last.
    has_scale, channels = "gamma" in entry, entry["channels"]
    module = nn.GroupNorm(channels, channels, entry["epsilon"], has_scale)
    if has_scale:
        _load(module, entry["gamma"], entry["beta"])
    return module


def _reshape(entry):
    shape = entry["shape"]
    if len(shape) == 3:
        shape = (shape[2], *shape[:2])
    return nn.Unflatten(1, tuple(shape))


class _ScaledLinear(nn.Linear):
    def forward(self, x):
        return functional.linear(x, self.weight * self.scale, self.bias)


class _ScaledConv2d(nn.Conv2d):
    def forward(self, x):
        return functional.conv2d(
            x, self.weight * self.scale, self.bias, padding=self.padding
        )


class _Push(nn.Identity):
    pass


class _Add(nn.Identity):
    pass


class _Concat(nn.Identity):
    pass


class _Shortcuts(nn.Sequential):
    def forward(self, x):
        stack = []
        for module in self:
            if isinstance(module, _Push):
                stack.append(x)
            elif isinstance(module, _Add):
                x = stack.pop() + x
            elif isinstance(module, _Concat):
                x = torch.cat([stack.pop(), x], 1)
            else:
                x = module(x)
        return x


class _Bias(nn.Module):
    def __init__(self, entry):
        super().__init__()
        self.bias = _parameter(entry["bias"][:, None, None])

    def forward(self, x):
        return x + self.bias


class _Crop(nn.Module):
    def __init__(self, entry):
        super().__init__()
        self.height, self.width = entry["shape"]

    def forward(self, x):
        return x[:, :, : self.height, : self.width]


class _PixelNormalization(nn.Module):
    def __init__(self, entry):
        super().__init__()
        self.epsilon = entry["epsilon"]

    def forward(self, x):
        square = x.square().mean(1, keepdim=True)
        return x * torch.rsqrt(square + self.epsilon)


class _Deviation(nn.Module):
    def __init__(self, entry):
        super().__init__()
        self.group = entry["group"]

    def forward(self, x):
        n, _, height, width = x.shape
        # Image `i` is of group `i mod groups`.
        groups = x.reshape(self.group, n // self.group, -1)
        variance = groups.var(0, correction=0)
        deviation = (variance + 1e-8).sqrt().mean(1).repeat(self.group)
        maps = deviation[:, None, None, None].expand(n, 1, height, width)
        return torch.cat([x, maps], 1)


_MAKERS = {
    "dense": _dense,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "batch_normalization": _batch_normalization,
    "leaky": lambda entry: nn.LeakyReLU(entry["slope"]),
    "tanh": lambda entry: nn.Tanh(),
    "reshape": _reshape,
    "flatten": lambda entry: nn.Flatten(),
    "bias": _Bias,
    "crop": _Crop,
    "pixel_normalization": _PixelNormalization,
    "upscale": lambda entry: nn.Upsample(scale_factor=2),
    "downscale": lambda entry: nn.AvgPool2d(2),
    "deviation": _Deviation,
    "instance_normalization": _instance_normalization,
    "dropout": lambda entry: nn.Dropout(entry["rate"]),
    "reflect": lambda entry: nn.ReflectionPad2d(entry["padding"]),
    "push": lambda entry: _Push(),
    "add": lambda entry: _Add(),
    "concat": lambda entry: _Concat(),
}

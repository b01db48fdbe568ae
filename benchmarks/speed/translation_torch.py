"""Translations of images as one writes them in PyTorch."""

import itertools
import random
import time

import numpy as np
import torch
from speed import native_torch as native
from speed.native_torch import scaled
from torch.nn import functional


class _Translation:
    """Trains and translates; what a step is, subclasses say.

    Args:
        networks: List of lists of entries; see `chains`.
        settings: Dict; see `training_speed.GAMES`.
    """

    def __init__(self, networks, settings):
        self.settings = settings
        self.networks = [native.network(entries) for entries in networks]
        # One of each kind for both players, whatever they consist of.
        middle = len(networks) // 2
        self.players = self.networks[:middle], self.networks[middle:]
        self.optimizers = [
            native.adam(
                itertools.chain(*(one.parameters() for one in player)), settings
            )
            for player in self.players
        ]

    def train(self, images, batch_size):
        """Plays one pass over images, `(n, 2, height, width, channels)`.

        Returns:
            Float, the seconds that it took.
        """
        begin = time.perf_counter()
        for pair in self._minibatches(images, batch_size):
            first, second = (
                scaled(torch.from_numpy(one).to(native.DEVICE)) for one in pair
            )
            self._step(first, second)
        if native.DEVICE == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - begin

    def _minibatches(self, images, batch_size):
        order = np.random.permutation(len(images))
        for at in range(0, len(images), batch_size):
            rows = order[at : at + batch_size]
            yield images[rows, 0], images[rows, 1]

    def _move(self, player, loss):
        optimizer = self.optimizers[player]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def _let_judges_learn(self, they_do):
        for network in self.players[1]:
            network.requires_grad_(they_do)

    def generate(self, images):
        """Returns what images become, `(n, height, width, channels)`."""
        generator = self.networks[0].eval()
        with torch.inference_mode():
            images = torch.from_numpy(images).to(native.DEVICE)
            made = generator(scaled(images))
        generator.train()
        return made.permute(0, 2, 3, 1).numpy(force=True)

    def judge(self, *images):
        """Returns the logits of images, which may belong together."""
        with torch.inference_mode():
            images = [torch.from_numpy(x).to(native.DEVICE) for x in images]
            images = torch.cat([scaled(x) for x in images], 1)
            logits = self.players[1][0](images)
        return logits.permute(0, 2, 3, 1).numpy(force=True)


class Paired(_Translation):
    """Pix2pix: L1, and a discriminator that sees what is translated."""

    def _step(self, inputs, targets):
        generator, discriminator = self.networks
        fake = generator(inputs)
        real_logits = discriminator(torch.cat([inputs, targets], 1))
        fake_logits = discriminator(torch.cat([inputs, fake.detach()], 1))
        loss = functional.softplus(-real_logits).mean()
        loss = 0.5 * (loss + functional.softplus(fake_logits).mean())
        self._move(1, loss)
        self._let_judges_learn(False)
        logits = discriminator(torch.cat([inputs, fake], 1))
        loss = functional.softplus(-logits).mean()
        l1 = functional.l1_loss(fake, targets)
        self._move(0, loss + self.settings["l1_weight"] * l1)
        self._let_judges_learn(True)


class Unpaired(_Translation):
    """CycleGAN: two translators that lead back, and pools of images."""

    def __init__(self, networks, settings):
        super().__init__(networks, settings)
        self.pools = [_Pool(settings["pool_size"]) for _ in "ba"]

    def _minibatches(self, images, batch_size):
        orders = [np.random.permutation(len(images)) for _ in "ab"]
        for at in range(0, len(images), batch_size):
            a, b = (order[at : at + batch_size] for order in orders)
            yield images[a, 0], images[b, 1]

    def _step(self, a, b):
        to_b, to_a, judge_b, judge_a = self.networks
        l1 = functional.l1_loss
        self._let_judges_learn(False)
        fake_b, fake_a = to_b(a), to_a(b)
        loss = _distance(judge_b(fake_b), 1.0) + _distance(judge_a(fake_a), 1.0)
        cycle = l1(to_a(fake_b), a) + l1(to_b(fake_a), b)
        identity = l1(to_b(b), b) + l1(to_a(a), a)
        cycle = cycle + self.settings["identity_weight"] * identity
        self._move(0, loss + self.settings["cycle_weight"] * cycle)
        self._let_judges_learn(True)
        old_b, old_a = (
            pool(fake.detach())
            for pool, fake in zip(self.pools, (fake_b, fake_a))
        )
        loss = _distance(judge_b(b), 1.0) + _distance(judge_b(old_b), 0.0)
        loss = loss + _distance(judge_a(a), 1.0)
        self._move(1, 0.5 * (loss + _distance(judge_a(old_a), 0.0)))


def _distance(logits, target):
    return (logits - target).square().mean()


class _Pool:
    def __init__(self, size):
        self.size = size
        self.images = []

    def __call__(self, images):
        shown = []
        for image in images:
            if len(self.images) < self.size:
                self.images.append(image)
            elif random.random() > 0.5:
                place = random.randrange(self.size)
                image, self.images[place] = self.images[place], image
            shown.append(image)
        # Stacked, the channels would come first.
        shown = torch.stack([image.permute(1, 2, 0) for image in shown])
        return shown.permute(0, 3, 1, 2)

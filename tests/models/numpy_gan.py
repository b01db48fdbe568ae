"""A GAN of two small perceptrons in plain NumPy, float64, by hand.

The reference of the parity test: forward and backward passes, the second
derivatives of the penalties, and Adam, written from the papers' formulas.
It calls no framework and no kerasgan.

```
G(z) = tanh(tanh(z A + a) B + b)        weights A, a, B, b
D(x) = tanh(x C + c) d                  weights C, c, d
```
"""

import numpy as np


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _softplus(x):
    return np.logaddexp(0, x)


class Adam:
    """Kingma and Ba, 2015, in the form that divides after the correction."""

    def __init__(self, learning_rate, beta_1, beta_2, epsilon):
        self.settings = learning_rate, beta_1, beta_2, epsilon
        self.step = 0
        self.first = self.second = None

    def update(self, weights, gradients):
        rate, beta_1, beta_2, epsilon = self.settings
        if self.first is None:
            self.first = [np.zeros_like(w) for w in weights]
            self.second = [np.zeros_like(w) for w in weights]
        self.step += 1
        rate *= np.sqrt(1 - beta_2**self.step) / (1 - beta_1**self.step)
        for w, g, m, v in zip(weights, gradients, self.first, self.second):
            m += (1 - beta_1) * (g - m)
            v += (1 - beta_2) * (g**2 - v)
            w -= rate * m / (np.sqrt(v) + epsilon)


# Losses: (d_loss, its slopes for real and fake logits), (g_loss, its slope).


def non_saturating(real, fake):
    n = len(real)
    d_loss = np.mean(_softplus(-real)) + np.mean(_softplus(fake))
    return d_loss, -_sigmoid(-real) / n, _sigmoid(fake) / n


def non_saturating_generator(fake):
    return np.mean(_softplus(-fake)), -_sigmoid(-fake) / len(fake)


def hinge(real, fake):
    n = len(real)
    d_loss = np.mean(np.maximum(1 - real, 0)) + np.mean(np.maximum(1 + fake, 0))
    return d_loss, -1.0 * (real < 1) / n, 1.0 * (fake > -1) / n


def wasserstein(real, fake):
    n = len(real)
    d_loss = np.mean(fake) - np.mean(real)
    return d_loss, np.full(n, -1 / n), np.full(n, 1 / n)


def linear_generator(fake):
    return -np.mean(fake), np.full(len(fake), -1 / len(fake))


LOSSES = {
    "non_saturating": (non_saturating, non_saturating_generator),
    "hinge": (hinge, linear_generator),
    "wasserstein": (wasserstein, linear_generator),
}


class NumpyGAN:
    """Plays the game of `generator` and `discriminator`, lists of weights.

    Args:
        generator: `[A, a, B, b]`.
        discriminator: `[C, c, d]`.
        loss: A key of `LOSSES`.
        r1: Gamma of the R1 penalty.
        gradient_penalty: Lambda of the WGAN-GP penalty.
        mix: Where on its segment each image is penalised, `(batch,)`.
        optimizers: Generator's and discriminator's `Adam`.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss,
        r1,
        gradient_penalty,
        mix,
        optimizers,
    ):
        self.generator = [np.array(w, "float64") for w in generator]
        self.discriminator = [np.array(w, "float64") for w in discriminator]
        self.losses = LOSSES[loss]
        self.r1 = r1
        self.gradient_penalty = gradient_penalty
        self.mix = mix
        self.optimizers = optimizers

    def generate(self, z):
        A, a, B, b = self.generator
        hidden = np.tanh(z @ A + a)
        return hidden, np.tanh(hidden @ B + b)

    def score(self, x):
        C, c, d = self.discriminator
        hidden = np.tanh(x @ C + c)
        return hidden, (hidden @ d)[:, 0]

    def score_backward(self, x, hidden, slope):
        """Returns the gradients for the weights, and for the images."""
        C, _, d = self.discriminator
        before = (slope[:, None] * d[:, 0]) * (1 - hidden**2)
        gradients = [
            x.T @ before,
            before.sum(0),
            hidden.T @ slope[:, None],
        ]
        return gradients, before @ C.T

    def penalty(self, x, kind):
        """Returns a penalty at `x` and its gradients for the weights."""
        C, _, d = self.discriminator
        n = len(x)
        hidden, _ = self.score(x)
        bend = 1 - hidden**2  # tanh'
        inner = bend * d[:, 0]
        slope = inner @ C.T  # grad D, an image a row
        squared = np.sum(slope**2, axis=1)
        if kind == "r1":
            value = 0.5 * self.r1 * np.mean(squared)
            for_slope = self.r1 * slope / n
        else:
            norm = np.sqrt(squared)
            value = self.gradient_penalty * np.mean((norm - 1) ** 2)
            factor = 2 * self.gradient_penalty * (norm - 1) / norm / n
            for_slope = factor[:, None] * slope
        for_inner = for_slope @ C
        for_d = np.sum(for_inner * bend, axis=0)[:, None]
        # tanh'' = -2 tanh tanh', through the hidden layer's bend.
        for_before = (for_inner * d[:, 0]) * (-2 * hidden) * bend
        for_C = for_slope.T @ inner + x.T @ for_before
        return value, [for_C, for_before.sum(0), for_d]

    def update_discriminator(self, real, fake):
        of_discriminator, _ = self.losses
        real_hidden, real_logits = self.score(real)
        fake_hidden, fake_logits = self.score(fake)
        loss, real_slope, fake_slope = of_discriminator(
            real_logits, fake_logits
        )
        parts = [
            self.score_backward(real, real_hidden, real_slope)[0],
            self.score_backward(fake, fake_hidden, fake_slope)[0],
        ]
        if self.r1:
            value, gradients = self.penalty(real, "r1")
            loss += value
            parts.append(gradients)
        if self.gradient_penalty:
            points = real + self.mix[:, None] * (fake - real)
            value, gradients = self.penalty(points, "gradient_penalty")
            loss += value
            parts.append(gradients)
        gradients = [sum(terms) for terms in zip(*parts)]
        self.optimizers[1].update(self.discriminator, gradients)
        return loss

    def update_generator(self, z, hidden, fake):
        _, of_generator = self.losses
        _, _, B, _ = self.generator
        fake_hidden, logits = self.score(fake)
        loss, slope = of_generator(logits)
        _, for_fake = self.score_backward(fake, fake_hidden, slope)
        last = for_fake * (1 - fake**2)
        first = (last @ B.T) * (1 - hidden**2)
        gradients = [
            z.T @ first,
            first.sum(0),
            hidden.T @ last,
            last.sum(0),
        ]
        self.optimizers[0].update(self.generator, gradients)
        return loss

    def step(self, reals, latents):
        """Updates D on each minibatch, then G once with the last fakes."""
        for real, z in zip(reals, latents):
            hidden, fake = self.generate(z)
            d_loss = self.update_discriminator(real, fake)
        return d_loss, self.update_generator(z, hidden, fake)

"""Latents found by gradient descent: inversion, inpainting and anomalies."""

import math

import keras
import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.latent import support

# Of Adam.
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8
# Shares of the steps in which the rate rises, and falls again.
_RISE, _FALL = 0.05, 0.25
# The most conditions that are all tried where none is given.
_MOST_CONDITIONS = 32
# Random images, of which the nearest are where the search begins.
_CANDIDATES = 16


class Found:
    """What a descent has found: of each image the best restarts in order.

    Args:
        inputs: Dict of NumPy arrays, `(images, restarts, ...)`, inputs of
            `gan.render`.
        losses: `(images, restarts)`, from the lowest up.
    """

    def __init__(self, inputs, losses):
        self.inputs = inputs
        self.losses = losses

    def best(self, n=None):
        """Returns the inputs of the best, or of the `n` best one by one."""
        if n is None:
            return {key: x[:, 0] for key, x in self.inputs.items()}
        return {
            key: x[:, :n].reshape(-1, *x.shape[2:])
            for key, x in self.inputs.items()
        }


def descend(
    frozen,
    targets,
    objective,
    data,
    steps,
    restarts,
    learning_rate,
    prior_weight,
    seed,
    batch_size,
    conditions=None,
    weights=None,
    progress=None,
    init=None,
):
    """Finds the latents whose images have the least loss.

    Each image has starts of its own, the nearest to it among random images,
    which do not depend on what other images there are. All are rows of one
    batch, with Adam's update and a rate of

    ```
    learning_rate * min(1, t / 0.05) * (1 - cos(pi min(1, (1 - t) / 0.25))) / 2
    ```

    at the share `t` of the steps. After each, latents return to the support
    of their prior. The best of all steps stays.

    Args:
        frozen: `FrozenModel`.
        targets: Float32 array, `(n, height, width, channels)`.
        objective: Hashable function of the model, images, conditions and
            rows of `data` that returns the loss of each image, `(batch,)`;
            `variables` are those that it reads.
        data: Tuple of arrays of `n` rows.
        steps, restarts: Integers.
        learning_rate: Float.
        prior_weight: Float, weight of the prior's penalty.
        seed: Integer.
        batch_size: Integer, images computed at a time, restarts included.
        conditions: Array of `n` conditions, or `None` to try all of them.
        weights: Array `(n, height, width, 1)`, of each pixel in the choice
            of where to begin. Defaults to `None`: all count alike.
        progress: Function that is called after each step with the number of
            steps done and of all. Defaults to `None`.
        init: Array of the images' latents, where one of the restarts begins
            instead; one of each condition where all are tried. Defaults to
            `None`.

    Returns:
        `Found`.
    """
    count = len(targets)
    begin = _Start(frozen, restarts, seed, conditions)
    inputs = begin.choose(targets, weights)
    restarts = begin.restarts
    if init is not None:
        each = restarts // begin.classes
        inputs["latents"][:, ::each] = init[:, None]
    at_once = min(max(1, batch_size // restarts), count)
    step = frozen.compiled(
        ("descend", objective, prior_weight),
        _step(frozen, objective, prior_weight),
        objective.variables,
    )
    chunks = range(0, count, at_once)
    found = []
    for number, start in enumerate(chunks):
        # The last has as many rows as the others, for one compilation.
        rows = np.arange(start, start + at_once) % count
        latents = inputs["latents"][rows]
        latents = latents.reshape(-1, *latents.shape[2:])
        others = {
            key: x[rows].reshape(-1, *x.shape[2:])
            for key, x in inputs.items()
            if key != "latents"
        }
        given = tuple(np.repeat(x[rows], restarts, axis=0) for x in data)

        def advance(i, before=number * steps):
            if progress is not None:
                progress(before + i, len(chunks) * steps)

        latents, losses = _run(
            step, latents, others, given, steps, learning_rate, advance
        )
        here = {
            **others,
            "latents": ops.convert_to_numpy(latents),
            "loss": ops.convert_to_numpy(losses),
        }
        here = {
            key: x.reshape(at_once, restarts, *x.shape[1:])
            for key, x in here.items()
        }
        order = np.argsort(here["loss"], axis=1, kind="stable")
        kept = min(at_once, count - start)
        at = np.arange(at_once)[:, None]
        found.append({key: x[at, order][:kept] for key, x in here.items()})
    whole = {
        key: np.concatenate([part[key] for part in found]) for key in found[0]
    }
    losses = whole.pop("loss")
    if not np.isfinite(losses[:, 0]).all():
        raise ValueError(
            "The model's images, or what its discriminator says of them, are "
            "not finite. Received: NaN or infinite losses. A training that "
            "diverged leaves such a model"
        )
    # In the order that the generator takes them.
    return Found({key: whole[key] for key in inputs}, losses)


def rate_at(step, steps):
    """Returns the share of the learning rate at a step, from 0 to 1.

    Args:
        step: Integer, counted from 0.
        steps: Integer, how many there are.

    Example:

    ```python
    from kerasgan.latent.descend import rate_at

    assert rate_at(500, 1000) == 1.0 and abs(rate_at(25, 1000) - 0.5) < 1e-9
    ```

    Reference:
        Karras et al., 2020, arXiv 1912.04958, appendix D.
    """
    t = step / steps
    fall = 0.5 - 0.5 * math.cos(math.pi * min(1.0, (1.0 - t) / _FALL))
    return fall * min(1.0, t / _RISE)


def bar(verbose, name):
    """Returns a function for `progress`, or `None`.

    Args:
        verbose: 0 for nothing, 1 for a bar, or a function to be called with
            the number of steps done and of all.
        name: Word that stands in front.
    """
    if callable(verbose):
        return verbose
    if verbose not in (0, 1):
        raise ValueError(
            "`verbose` must be 0, 1 or a function of the steps done and of "
            f"all. Received: {verbose!r}"
        )
    if not verbose:
        return None
    shown = []

    def advance(done, total):
        if not shown:
            shown.append(keras.utils.Progbar(total, unit_name=name))
        shown[0].update(done)

    return advance


def _run(step, latents, others, data, steps, learning_rate, advance):
    moments = np.zeros_like(latents), np.zeros_like(latents)
    best = latents, np.full((len(latents),), np.inf, "float32")
    for i in range(steps + 1):
        # The last one only looks at what the one before has made.
        rate = learning_rate * rate_at(i + 1, steps + 1) if i < steps else 0.0
        scales = [
            np.float32(rate * math.sqrt(1 - _BETA_2 ** (i + 1))),
            np.float32(1 - _BETA_1 ** (i + 1)),
            np.float32(_EPSILON * math.sqrt(1 - _BETA_2 ** (i + 1))),
        ]
        latents, moments, best = step(
            latents, moments, best, scales, others, data
        )
        if i < steps:
            advance(i + 1)
    return best


def _step(frozen, objective, prior_weight):
    def step(latents, moments, best, scales, others, data):
        rate, first, epsilon = scales

        def loss(latents):
            # In the order that the generator takes them.
            inputs = {"latents": latents, **others}
            images = frozen.images(inputs)
            conditions = frozen.conditions_in(inputs)
            losses = objective(frozen, images, conditions, data)
            total = losses
            if prior_weight:
                off = support.penalty(frozen.parts, latents)
                total = losses + prior_weight * off
            return ops.sum(total), (losses, total)

        _, (losses, total), gradient = backend.input_gradient(loss, latents)
        best_latents, best_losses = best
        is_better = total < best_losses
        shape = (-1, *(1,) * (len(latents.shape) - 1))
        best = (
            ops.where(ops.reshape(is_better, shape), latents, best_latents),
            ops.where(is_better, total, best_losses),
        )
        mean, square = moments
        mean = _BETA_1 * mean + (1 - _BETA_1) * gradient
        square = _BETA_2 * square + (1 - _BETA_2) * ops.square(gradient)
        latents = latents - rate / first * mean / (ops.sqrt(square) + epsilon)
        latents = support.restrict(frozen.parts, latents)
        return latents, (mean, square), best

    return step


class _Start:
    """Where the search begins: the nearest to each image of random ones.

    Args:
        frozen: `FrozenModel`.
        restarts: Integer, how many of them; one for each condition at least
            where none is given and there are few.
        seed: Integer.
        conditions: Array of conditions of the images, or `None`.
    """

    def __init__(self, frozen, restarts, seed, conditions):
        self.frozen = frozen
        self.conditions = conditions
        condition = frozen.condition
        self.classes = 1
        count = getattr(condition, "count", None)
        if conditions is None and count and count <= _MOST_CONDITIONS:
            self.classes = count
        # As many of each class.
        self.restarts = self.classes * -(-restarts // self.classes)
        self.seed = seed

    def choose(self, targets, weights):
        """Returns a dict of inputs, `(images, restarts, ...)`."""
        if self.conditions is None:
            return self._nearest(targets, weights, self._pool(None))
        # One pool for each condition that is there.
        rows, which = np.unique(self.conditions, axis=0, return_inverse=True)
        which = which.reshape(-1)
        chosen = None
        for number, row in enumerate(rows):
            at = np.flatnonzero(which == number)
            here = self._nearest(
                targets[at],
                None if weights is None else weights[at],
                self._pool(row),
            )
            if chosen is None:
                chosen = {
                    key: np.empty((len(targets), *x.shape[1:]), x.dtype)
                    for key, x in here.items()
                }
            for key, x in here.items():
                chosen[key][at] = x
        return chosen

    def _pool(self, row):
        """Returns inputs of random images, all of a class in a row."""
        each = max(_CANDIDATES * self.restarts // self.classes, 1)
        size = each * self.classes
        rows = None
        if row is not None:
            rows = np.repeat(row[None], size, axis=0)
        elif self.classes > 1:
            rows = np.repeat(
                self.frozen.condition.in_turn(self.classes), each, axis=0
            )
        return self.frozen.draw(size, self.seed, rows)

    def _nearest(self, targets, weights, pool):
        images = self.frozen.gan.render(pool)
        size = len(images)
        each = self.restarts // self.classes
        chosen = np.empty((len(targets), self.restarts), "int64")
        for i, target in enumerate(targets):
            distance = np.abs(images - target)
            if weights is not None:
                distance = distance * weights[i]
            distance = distance.mean(axis=(1, 2, 3)).reshape(self.classes, -1)
            nearest = np.argsort(distance, axis=1, kind="stable")[:, :each]
            first = np.arange(self.classes) * (size // self.classes)
            chosen[i] = (nearest + first[:, None]).reshape(-1)
        return {key: x[chosen] for key, x in pool.items()}

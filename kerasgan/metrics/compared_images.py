"""Which images an evaluation compares: generated, real, and of the floor."""

import dataclasses

import numpy as np

from kerasgan.conditions.in_turn import in_turn
from kerasgan.metrics.describe_model import describe_model
from kerasgan.metrics.drawn_images import drawn_batches
from kerasgan.metrics.drawn_images import sets_of
from kerasgan.metrics.sample_set import SampleSet


@dataclasses.dataclass(frozen=True)
class _Drawn:
    """Generated images, and how they come.

    Args:
        about: Dict, what the protocol says of them.
        count: Integer, how many there are.
        argument: Name of the argument, for messages.
        shape: Shape of one image, or `None` while it is not known.
        gan: The model that draws them, or `None`.
        parts: Function of nothing that returns an iterator of `SampleSet`s.
    """

    about: dict
    count: int
    parts: object
    shape: tuple | None = None
    gan: object = None
    argument: str = "gan"

    def __len__(self):
        return self.count


@dataclasses.dataclass(frozen=True)
class _Floor:
    """Real images in the place of generated ones, and those to compare with."""

    images: SampleSet | None = None
    real: SampleSet | None = None
    source: str | None = None

    def describe(self):
        """Returns what the protocol says of it."""
        if self.source is None:
            return None
        return {
            "samples": len(self.images),
            "against": len(self.real),
            "source": self.source,
        }


def real_images(real, floor_real, samples, seed, cache):
    """Returns the real images to compare with, and those of the floor."""
    real = SampleSet(real, "real", cache)
    rng = np.random.default_rng(seed)
    order = np.arange(len(real))
    if len(real) > samples:
        order = rng.permutation(len(real))
    # Only what is used is read.
    chosen = real.take(order[:samples], alone=True)
    if floor_real is False:
        return chosen, _Floor()
    if floor_real is not None:
        others = SampleSet(floor_real, "floor_real", cache)
        if len(others) > samples:
            drawn = rng.permutation(len(others))[:samples]
            others = others.take(drawn, alone=True)
        return chosen, _Floor(others, chosen, "floor_real")
    if len(real) >= 2 * samples:
        # In one pass.
        used = real.take(order[: 2 * samples], alone=True)
        chosen = used.take(np.arange(samples))
        others = used.take(np.arange(samples, 2 * samples))
        return chosen, _Floor(others, chosen, "other real images")
    if len(chosen) < 2:
        return chosen, _Floor()
    halves = np.array_split(rng.permutation(len(chosen)), 2)
    return chosen, _Floor(
        chosen.take(halves[1]),
        chosen.take(halves[0]),
        "halves of the real images",
    )


def generated_images(gan, samples, seed, labels, batch_size):
    """Returns the generated images as `_Drawn`."""
    if not hasattr(gan, "generate"):
        if labels is not None:
            is_pair = isinstance(gan, (tuple, list)) and len(gan) == 2
            gan = (gan[0] if is_pair else gan), labels
        given = SampleSet(gan, "gan")
        if len(given) > samples:
            given = given.take(np.arange(samples), alone=True)
        return _Drawn(
            {"samples": len(given), "model": None},
            len(given),
            lambda: iter([given]),
            given.shape,
        )
    condition = getattr(gan, "condition", None)
    if labels is None:
        asked, classes = in_turn(gan, samples)
        said = "each class in turn" if asked else None
    elif condition is None:
        raise ValueError(
            "`labels` must be None for a model without classes. Received: "
            f"{np.size(labels)} labels"
        )
    else:
        rows = condition.standardize(labels, samples, "labels")
        asked, classes = {"condition": rows}, condition.classes_of(rows)
        said = "given"
    batches = drawn_batches(gan, samples, seed, batch_size, **asked)
    return _Drawn(
        {"samples": samples, **describe_model(gan, seed, said)},
        samples,
        lambda: sets_of(batches, classes, "gan"),
        gan=gan,
    )

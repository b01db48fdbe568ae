"""The losses of the papers in plain NumPy, float64; calls no kerasgan."""

import numpy as np


def _softplus(x):
    return np.logaddexp(0.0, x)


def _relu(x):
    return np.maximum(x, 0.0)


def _half_square(x):
    return 0.5 * np.mean(np.square(x))


def _log_loss(real, fake):
    return np.mean(_softplus(-real)) + np.mean(_softplus(fake))


# Name: discriminator(real, fake), generator(fake, real).
FORMULAS = {
    "minimax": (_log_loss, lambda fake, real: -np.mean(_softplus(fake))),
    "non_saturating": (
        _log_loss,
        lambda fake, real: np.mean(_softplus(-fake)),
    ),
    "least_squares": (
        lambda real, fake: _half_square(real - 1) + _half_square(fake),
        lambda fake, real: _half_square(fake - 1),
    ),
    "wasserstein": (
        lambda real, fake: np.mean(fake) - np.mean(real),
        lambda fake, real: -np.mean(fake),
    ),
    "hinge": (
        lambda real, fake: np.mean(_relu(1 - real)) + np.mean(_relu(1 + fake)),
        lambda fake, real: -np.mean(fake),
    ),
    "relativistic_pairing": (
        lambda real, fake: np.mean(_softplus(-(real - fake))),
        lambda fake, real: np.mean(_softplus(-(fake - real))),
    ),
}


def finite_difference(function, x, step=1e-5):
    """Returns the gradient of a scalar function, by central differences."""
    x = np.array(x, "float64")
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[i] += sign * step
            ends.append(function(moved))
        gradient[i] = (ends[0] - ends[1]) / (2 * step)
    return gradient

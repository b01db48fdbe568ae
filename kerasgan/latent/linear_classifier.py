"""The plane between latents of two kinds."""

import numpy as np

_STEPS = 50


def linear_classifier(latents, labels, penalty=1.0):
    """Returns the normal of the plane that logistic regression finds.

    ```
    min over w, b of  sum log(1 + exp(-y (w z + b))) + penalty / 2 |w|^2
    ```

    with `y` 1 or -1, by Newton's method. Latents are standardized before.

    Args:
        latents: Array, `(n, latent_dim)`.
        labels: Bool array, `(n,)`, with both values.
        penalty: Float. Defaults to 1.

    Returns:
        `w` in the latents' own scale, brought to length 1, which points to
        those that are true; and the share of latents on the right side.

    Example:

    ```python
    import numpy as np
    from kerasgan.latent.linear_classifier import linear_classifier

    latents = np.random.default_rng(0).normal(size=(500, 3))
    normal, share = linear_classifier(latents, latents[:, 1] > 0)
    assert normal[1] > 0.99 and share > 0.97
    ```
    """
    latents = np.asarray(latents, "float64")
    deviation = latents.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    x = (latents - latents.mean(axis=0)) / deviation
    x = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    y = np.asarray(labels, "float64")
    shrink = np.full(x.shape[1], float(penalty))
    shrink[-1] = 1e-6  # The offset is free, but for what is separable.
    w = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 0.5 * (1.0 + np.tanh(0.5 * (x @ w)))
        gradient = x.T @ (p - y) + shrink * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(shrink)
        step = np.linalg.solve(hessian, gradient)
        # Far from the minimum whole steps may lead away.
        w = w - step * min(1.0, 5.0 / max(np.linalg.norm(step), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    share = float(((x @ w > 0) == (y > 0.5)).mean())
    normal = w[:-1] / deviation
    length = np.linalg.norm(normal)
    return normal / (length if length > 0 else 1.0), share

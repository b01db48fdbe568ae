"""Seeds that every backend takes."""

import numbers
import random

# PyTorch keeps the state of a seed generator as int32.
_LIMIT = 2**31


def check_seed(seed, argument="seed", optional=True):
    """Returns a seed as a Python integer, or raises.

    Args:
        seed: Integer from 0 to 2**31 - 1, or `None`.
        argument: Name of the argument that the user gave, for the message.
        optional: Whether it may be `None`. Defaults to `True`.

    Raises:
        ValueError: If it is neither.

    Example:

    ```python
    import numpy as np
    from kerasgan.utils.seeds import check_seed

    assert type(check_seed(np.int64(3))) is int
    ```
    """
    if seed is None and optional:
        return None
    is_whole = isinstance(seed, numbers.Integral) and not isinstance(seed, bool)
    if not is_whole or not 0 <= seed < _LIMIT:
        raise ValueError(
            f"`{argument}` must be {'None or ' * optional}a whole number from "
            f"0 to {_LIMIT - 1}. Received: {argument}={seed!r}"
        )
    return int(seed)


def seed_or_drawn(seed):
    """Returns a seed that was checked, or one of Python's `random`.

    `keras.utils.set_random_seed` decides which ones are drawn.

    Args:
        seed: Integer from 0 to 2**31 - 1, or `None` to draw one.
    """
    seed = check_seed(seed)
    return random.randrange(_LIMIT) if seed is None else seed


def shift_seed(seed, by):
    """Returns another seed, for another part of a model.

    Args:
        seed: Integer, or `None`, which stays `None`.
        by: Integer, at least 0.
    """
    return None if seed is None else (seed + by) % _LIMIT


def second_seed(seed):
    """Returns another seed, for the second network of a model.

    Args:
        seed: Integer from 0 to 2**31 - 1, or `None`, which stays `None`.
    """
    return shift_seed(check_seed(seed), 1000)

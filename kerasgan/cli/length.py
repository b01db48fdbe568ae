"""How long a training is by default."""

_EPOCHS = 20
# Fewer steps than these are noise, of whatever model.
_LEAST_STEPS = 3_000
_LEAST_STEPS_PER_EPOCH = 50


def length_of(steps_in_a_pass, steps_per_epoch=None):
    """Returns how many epochs a training has by default, and of how many steps.

    A run of few images has some thousand steps too, in epochs that are worth
    a picture and a line in the log.

    Args:
        steps_in_a_pass: Integer, steps in one pass over the images.
        steps_per_epoch: Integer, what the user asks for, or `None`.

    Returns:
        Number of epochs, and of steps in each.

    Example:

    ```python
    from kerasgan.cli.length import length_of

    assert length_of(6) == (56, 54)
    ```
    """
    steps = steps_per_epoch
    if steps is None:
        steps = max(steps_in_a_pass, 1)
        steps *= max(-(-_LEAST_STEPS_PER_EPOCH // steps), 1)
    return max(_EPOCHS, -(-_LEAST_STEPS // steps)), steps

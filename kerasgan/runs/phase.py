import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Phase:
    """A part of a run, from where it is to an epoch.

    Args:
        epochs: Integer, the epoch at which it ends, counted from the run's
            start.
        change: Function from the model that the phase before has left to the
            one that is trained now, with its state. Defaults to `None`: the
            same model goes on.
        callbacks: Further callbacks, called before the model is saved.

    Example:

    ```python
    from kerasgan.runs.phase import Phase

    phases = [Phase(epochs=10), Phase(epochs=20)]
    ```
    """

    epochs: int
    change: Callable | None = None
    callbacks: tuple = ()

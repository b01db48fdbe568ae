"""Arguments of a model, and learning rates, as the command line names them."""

import contextlib
import inspect
import re

from kerasgan.utils.look_up import look_up

# What is said by other options, or by the images.
_ELSEWHERE = {
    "dtype": "`--precision`",
    "image_shape": "`--image-size` and `--grayscale`",
    "image_shape_b": "the images",
    "input_shape": "the images",
    "output_shape": "the images",
    "kimg": "`--kimg`",
    "num_classes": "the images",
    "seed": "`--seed`",
}
_NONE = inspect.Parameter.empty
_OTHERS = ("network_config", "self")


def checked(cls, given):
    """Returns arguments of a model that the user has set.

    Args:
        cls: Class of the zoo.
        given: Dict from names to values, or `None`.

    Raises:
        ValueError: If the class has no such argument; near ones are named.

    Example:

    ```python
    import kerasgan
    from kerasgan.cli.customize import checked

    dcgan = kerasgan.applications.DCGAN
    assert checked(dcgan, {"filters": 8}) == {"filters": 8}
    ```
    """
    given = given or {}
    known = _arguments_of(cls) if given else ()
    for name, value in given.items():
        if name in _ELSEWHERE:
            raise ValueError(
                f"`--set {name}` is said by {_ELSEWHERE[name]}. Received: "
                f"--set {name}={value!r}. Leave it out."
            )
        look_up(name, dict.fromkeys(known), "--set")
    return dict(given)


@contextlib.contextmanager
def saying_what_was_set(cls, given, others):
    """A context whose errors say which `--set` may be meant.

    Args:
        cls: Class of the zoo that is made in it.
        given: Dict of the arguments that the user has set.
        others: Dict of those that other options say.

    Raises:
        ValueError: In place of what was raised in it.
    """
    try:
        yield
    except (AttributeError, TypeError, ValueError) as error:
        if not given:
            raise
        words = str(error)
        named = re.findall(r"`([a-z_]+)`", words)
        for name in named:
            if name in given:
                words = words.replace(f"`{name}`", f"`--set {name}=...`")
                raise ValueError(words) from error
        if any(name in others for name in named):
            raise
        said = " ".join(f"--set {k}={v}" for k, v in given.items())
        raise ValueError(
            f"`--set` must fit {cls.__name__}. Received: {said}: {words}"
        ) from error


def set_learning_rates(gan, rates):
    """Gives the players of a model their learning rates.

    Args:
        gan: The model.
        rates: Dict from players to rates, `""` for all others, or `None`.

    Raises:
        ValueError: If there is no such player.
    """
    if not rates:
        return
    gan._make_optimizers()
    players = gan.optimizer.players
    for player in filter(None, rates):
        look_up(player, players, "--learning-rate")
    for player, optimizer in players.items():
        rate = rates.get(player, rates.get(""))
        if rate is not None:
            optimizer.learning_rate = rate


def _arguments_of(cls):
    """Returns the names of all that a class can be given."""
    names = set()
    for base in inspect.getmro(cls):
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(base.__init__).parameters.values()
        names |= {p.name for p in parameters if p.default is not _NONE}
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return sorted(names - {*_OTHERS, *_ELSEWHERE})

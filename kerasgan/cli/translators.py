"""What `kerasgan train` knows of the models that translate images."""

import kerasgan
from kerasgan.applications.translator import Translator
from kerasgan.runs.phase import Phase

#: Options that are for two kinds of images alone, as the dicts have them.
RANGES = ("value_range", "target_range")
OPTIONS = ("targets", "pairs", "crop", "labels", *RANGES)

# Pictures that are held out if nothing is said: at most, and of how many.
_MOST_HELD = 100
_LEAST = 20


def takes_two_kinds(cls):
    """Whether a model learns from two kinds of images.

    Args:
        cls: Class of the zoo.
    """
    models = kerasgan.models
    return issubclass(cls, (models.Pix2Pix, models.CycleGAN))


def is_paired(cls):
    """Whether pictures of the same name belong together for a model.

    Args:
        cls: Class of the zoo.
    """
    return issubclass(cls, kerasgan.models.Pix2Pix)


def usual_batch_size(cls):
    """Returns the paper's size of a batch, or `None` where it is the usual.

    Args:
        cls: Class of the zoo.
    """
    if takes_two_kinds(cls):
        return 1
    return 16 if issubclass(cls, kerasgan.models.SRGAN) else None


def check_pretraining(cls, epochs):
    """Raises `ValueError` where there is none and it is asked for.

    Args:
        cls: Class of the zoo.
        epochs: What `--pretraining-epochs` says, or `None`.
    """
    if epochs is not None and not issubclass(cls, kerasgan.models.SRGAN):
        raise ValueError(
            "`--pretraining-epochs` is for a model that begins without its "
            f"discriminator, and {cls.__name__} does not. Received: "
            f"--pretraining-epochs {epochs}. Leave it out."
        )


def decay_of(cls, options, count):
    """Returns the steps of constant and of falling learning rate, or `None`.

    Args:
        cls: Class of the zoo.
        options: Dict of the options of `kerasgan train`.
        count: Integer, pictures or pairs in the data.

    Raises:
        ValueError: If the model has no such rate, or it would fall for longer
            than the run.
    """
    falling, epochs = options.get("decay_epochs"), options["epochs"]
    if not falling:
        return None
    if not issubclass(cls, Translator):
        raise ValueError(
            "`--decay-epochs` is for models that translate, and "
            f"{cls.__name__} does not. Received: --decay-epochs {falling}. "
            "Leave it out."
        )
    if falling > epochs:
        raise ValueError(
            "`--decay-epochs` must be at most `--epochs`. Received: "
            f"--decay-epochs {falling} and --epochs {epochs}."
        )
    steps = steps_of(options, count)
    return steps * (epochs - falling), steps * falling


def steps_of(options, count):
    """Returns how many steps an epoch has.

    Args:
        options: Dict of the options of `kerasgan train`.
        count: Integer, pictures or pairs in the data.
    """
    batch = min(options["batch_size"], count)
    return options["steps_per_epoch"] or max(count // batch, 1)


def say_of_decay(gan, options, steps, say):
    """Says what becomes of a learning rate that falls before the run's end.

    Args:
        gan: The model.
        options: Dict of the options of `kerasgan train`.
        steps: Integer, how many an epoch has.
        say: Called with the line.
    """
    config = getattr(gan, "_network_config", {})
    decay = config.get("learning_rate_decay")
    if decay is None:
        return
    end = -(-sum(decay) // steps)
    if end < options["epochs"]:
        say(
            f"The learning rate falls to 0 until epoch {end}, as the run was "
            f"begun: epochs {end + 1} to {options['epochs']} change nothing. "
            "To train on, load the model in Python and give `compile` other "
            "optimizers, or begin a run with more epochs."
        )


def phases_of(options, callbacks=()):
    """Returns the phases of a run: a pretraining, if any, and the game.

    Args:
        options: Dict of the options of `kerasgan train`.
        callbacks: Those of each phase. Defaults to none.
    """
    epochs, first = options["epochs"], options.get("pretraining_epochs")
    if not first or first >= epochs:
        return [Phase(epochs, callbacks=callbacks)]
    return [
        Phase(first, callbacks=callbacks),
        Phase(epochs, change=_play, callbacks=callbacks),
    ]


def plain(classes):
    """Returns classes of pictures as JSON has them, lists in place of tuples.

    Args:
        classes: List of integers or colours, or `None`.
    """
    if classes is None:
        return None
    return [list(x) if isinstance(x, tuple) else x for x in classes]


def without_held_out(pairs, count):
    """Returns pairs to train on, and those that are held out, or `None`.

    Args:
        pairs: `kerasgan.datasets.ImagePairs`.
        count: Integer, how many of each kind are held out, or `None` for a
            tenth: at most 100, and none where there are fewer than 20.

    Raises:
        ValueError: If nothing would be left.
    """
    there = min(len(pairs.inputs), len(pairs.targets))
    if count is None:
        count = min(there // 10, _MOST_HELD) if there >= _LEAST else 0
    if count >= there:
        raise ValueError(
            f"`--held-out` must leave something to train on. Received: "
            f"--held-out {count} of {there} pictures."
        )
    return pairs.hold_out(count) if count else (pairs, None)


def _play(game):
    game.pretraining = False
    return game

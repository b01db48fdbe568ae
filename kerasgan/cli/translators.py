"""What `kerasgan train` knows of the models that translate images."""

import kerasgan
from kerasgan.runs.phase import Phase


def takes_two_kinds(cls):
    """Whether a model learns from two kinds of images.

    Args:
        cls: Class of the zoo.
    """
    models = kerasgan.models
    return issubclass(cls, (models.Pix2Pix, models.CycleGAN))


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


def phases_of(options):
    """Returns the phases of a run: a pretraining, if any, and the game.

    Args:
        options: Dict of the options of `kerasgan train`.
    """
    epochs, first = options["epochs"], options.get("pretraining_epochs")
    if not first:
        return [Phase(epochs)]
    if first >= epochs:
        return [Phase(epochs)]
    return [Phase(first), Phase(epochs, change=_play)]


def _play(game):
    game.pretraining = False
    return game

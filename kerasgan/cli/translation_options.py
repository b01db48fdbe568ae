"""What `kerasgan train` and `evaluate` take for models that translate."""

import math

import click

from kerasgan.cli.arguments import FOLDER
from kerasgan.cli.arguments import whole_number


class _Range(click.ParamType):
    """`0,4095`: two numbers, the first one less than the other."""

    name = "LEAST,GREATEST"

    def convert(self, value, param, ctx):
        if isinstance(value, (tuple, list)):
            return tuple(value)
        try:
            least, greatest = (float(part) for part in value.split(","))
        except ValueError:
            least = greatest = math.nan
        if not -math.inf < least < greatest < math.inf:
            shown = repr(value)
            shown = shown if len(shown) <= 60 else f"{shown[:50]}..."
            self.fail(f"{shown} is not like 0,4095.", param, ctx)
        return least, greatest


#: Those of training.
TRAINING = (
    click.option(
        "--labels",
        is_flag=True,
        default=None,
        help="For pix2pix: --data are masks or maps of classes; each "
        "number of a palette, grey or colour becomes a channel.",
    ),
    click.option(
        "--value-range",
        type=_Range(),
        help="For pictures of more than 8 bits in --data: the values that "
        "become black and white. Default: the range of integers.",
    ),
    click.option(
        "--target-range",
        type=_Range(),
        help="The same of --targets.",
    ),
    click.option(
        "--decay-epochs",
        type=whole_number(least=0),
        help="For a model that translates: in how many of the epochs, the "
        "last, the learning rate falls to 0. Default: it stays.",
    ),
    click.option(
        "--pretraining-epochs",
        type=whole_number(least=0),
        help="For srgan: how many of the epochs, the first, have no "
        "discriminator.",
    ),
)


def evaluation_options(command):
    """Adds the options of scoring to a command.

    Args:
        command: Function that click makes a command of.
    """
    return _with(
        command,
        click.option(
            "--targets",
            type=FOLDER,
            metavar="FOLDER",
            help="For a model that translates: what pictures of --data become.",
        ),
        click.option(
            "--pairs",
            type=FOLDER,
            metavar="FOLDER",
            help="In place of both: pictures with both halves.",
        ),
        click.option(
            "--paired",
            is_flag=True,
            help="For cyclegan: pictures of --data and --targets that have one "
            "name belong together, so that more is measured.",
        ),
    )


def _with(command, *options):
    for option in reversed(options):
        command = option(command)
    return command

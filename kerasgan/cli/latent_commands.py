"""The commands for a trained model: project, inpaint, walk and others."""

import click

from kerasgan.cli.arguments import IMAGES
from kerasgan.cli.arguments import NAME
from kerasgan.cli.arguments import PICTURES
from kerasgan.cli.arguments import SHARE
from kerasgan.cli.arguments import backend_option
from kerasgan.cli.arguments import output
from kerasgan.cli.arguments import seed_option
from kerasgan.cli.arguments import whole_number
from kerasgan.cli.backends import use_backend
from kerasgan.cli.signals import Signals

_source = click.argument("source", type=NAME, metavar="DIR|PRESET")
_pictures = click.argument("pictures", type=PICTURES, metavar="FILE|FOLDER")
_folder = click.option(
    "--out",
    required=True,
    type=output("folder"),
    help="New or empty folder to write to.",
)
_label = click.option(
    "--label",
    type=whole_number(least=0),
    help="For conditional models: class of all images. [default: each class]",
)


def _steps(default):
    return click.option(
        "--steps",
        type=whole_number(),
        default=default,
        show_default=True,
        help="Steps of gradient descent.",
    )


def _restarts(default):
    return click.option(
        "--restarts",
        type=whole_number(most=10_000),
        default=default,
        show_default=True,
        help="Places where the search begins; the best result stays.",
    )


def _command(*options, pictures=False):
    """Returns a decorator: a command of a trained model.

    Args:
        *options: Its own options.
        pictures: Whether it reads pictures. Defaults to `False`.
    """
    first = (_source, _pictures) if pictures else (_source,)

    def decorate(function):
        for option in reversed((*first, *options, seed_option, backend_option)):
            function = option(function)
        return click.command()(click.pass_context(function))

    return decorate


def _run(ctx, source, *places, backend, **options):
    """Does the work of the command that is called, in its framework."""
    use_backend(backend, source)
    from kerasgan.cli import after_training

    work = getattr(after_training, ctx.command.name)
    work(source, *places, click.echo, **options)


@_command(
    _folder,
    _steps(250),
    _restarts(4),
    click.option(
        "--loss",
        type=click.Choice(("l1", "l2", "perceptual")),
        default="l1",
        show_default=True,
        help="How images are compared.",
    ),
    _label,
    pictures=True,
)
def project(ctx, source, pictures, out, **options):
    """Find the latents of pictures, by a run, a .keras file or a preset.

    Pictures are cropped and resized to the size of the model's images. Writes
    latents.npy, errors.csv and pictures.png.
    """
    signals = ctx.find_object(Signals)
    _run(ctx, source, pictures, out, signals=signals, **options)


@_command(
    _folder,
    click.option(
        "--mask",
        type=NAME,
        default="centre",
        show_default=True,
        help="What is missing: centre, random, half or strokes; or a picture "
        "that is white there.",
    ),
    click.option(
        "--several",
        type=whole_number(most=1000),
        help="Completions of each picture. [default: the best one]",
    ),
    _steps(250),
    _restarts(8),
    _label,
    pictures=True,
)
def inpaint(ctx, source, pictures, out, **options):
    """Complete pictures where pixels are missing.

    Writes latents.npy, errors.csv, pictures.png and a PNG file each.
    """
    signals = ctx.find_object(Signals)
    _run(ctx, source, pictures, out, signals=signals, **options)


@_command(
    click.option(
        "--out",
        default="walk.gif",
        show_default=True,
        type=output("file", "folder"),
        help="GIF file to write; or a new folder, which also gets latents.npy.",
    ),
    click.option(
        "--points",
        type=whole_number(least=2, most=10_000),
        default=8,
        show_default=True,
        help="Latents that are visited, one after the other and back.",
    ),
    click.option(
        "--steps",
        type=whole_number(most=10_000),
        default=15,
        show_default=True,
        help="Images from one to the next.",
    ),
    click.option(
        "--latents",
        type=PICTURES,
        metavar="FILE",
        help="Latents to visit, as `kerasgan project` writes them, in place of "
        "random ones.",
    ),
    _label,
    click.option(
        "--frame-ms",
        type=whole_number(least=20),
        default=60,
        show_default=True,
        help="How long a frame is shown, in milliseconds.",
    ),
)
def walk(ctx, source, out, **options):
    """Film a way through latent space, which runs for ever."""
    _run(ctx, source, out, **options)


@_command(
    _folder,
    click.option(
        "--method",
        type=click.Choice(("sefa", "pca")),
        default="sefa",
        show_default=True,
        help="How they are found.",
    ),
    click.option(
        "-n",
        type=whole_number(most=10_000),
        default=5,
        show_default=True,
        help="Number of directions.",
    ),
    click.option(
        "--rows",
        type=whole_number(most=1000),
        default=6,
        show_default=True,
        help="Images in a column of each picture.",
    ),
    _label,
)
def directions(ctx, source, out, **options):
    """Find directions along which images change in one way.

    Writes directions.npy, values.csv and a picture of each.
    """
    _run(ctx, source, out, **options)


@_command(
    _folder,
    click.option(
        "--normal",
        required=True,
        type=IMAGES,
        metavar="NAME|FOLDER",
        help="Normal pictures that the model was not trained on: a data set by "
        "name, of which the test part is taken, or a folder.",
    ),
    click.option(
        "--false-alarms",
        type=SHARE,
        default=0.05,
        show_default=True,
        help="Share of normal pictures that may be called odd.",
    ),
    click.option(
        "--most",
        type=whole_number(),
        default=500,
        show_default=True,
        help="Normal pictures that are looked at.",
    ),
    click.option(
        "--worst",
        type=whole_number(most=1000),
        default=16,
        show_default=True,
        help="Pictures that are drawn with a map of where they are odd.",
    ),
    _steps(150),
    _restarts(2),
    pictures=True,
)
def anomalies(ctx, source, pictures, out, **options):
    """Find pictures that are unlike those that a model was trained on.

    Writes anomalies.csv, from the oddest down, with the share of normal
    pictures that score as high, and worst.png.
    """
    signals = ctx.find_object(Signals)
    _run(ctx, source, pictures, out, signals=signals, **options)


COMMANDS = (project, inpaint, walk, directions, anomalies)

import contextlib
import os
import shlex
import signal
import sys
import warnings

import click

from kerasgan.cli.arguments import IMAGE_SIZE
from kerasgan.cli.arguments import IMAGES
from kerasgan.cli.arguments import NAME
from kerasgan.cli.arguments import PICTURES
from kerasgan.cli.arguments import SECONDS
from kerasgan.cli.arguments import backend_option
from kerasgan.cli.arguments import output
from kerasgan.cli.arguments import seed_option
from kerasgan.cli.arguments import whole_number
from kerasgan.cli.backends import settings_of
from kerasgan.cli.backends import use_backend
from kerasgan.cli.group import Commands
from kerasgan.cli.latent_commands import COMMANDS as LATENT_COMMANDS
from kerasgan.cli.processes import needs_processes
from kerasgan.cli.processes import run_processes
from kerasgan.cli.signals import Signals
from kerasgan.cli.streams import Unbreakable
from kerasgan.cli.streams import leave_quietly
from kerasgan.cli.streams import open_closed_streams
from kerasgan.cli.train_options import training_options
from kerasgan.cli.translation_options import evaluation_options

# The labels of conditional models are held in memory.
_MOST_IMAGES = 100_000_000


@click.group(
    cls=Commands,
    commands=LATENT_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="kerasgan")
@click.option(
    "--traceback", is_flag=True, help="Show where an error comes from."
)
def cli(traceback):
    """Generative adversarial networks on Keras."""
    del traceback  # read from the context where an error ends


@cli.command()
@training_options
@click.pass_context
def train(ctx, model, out, devices, deterministic, backend, resume, **options):
    """Train MODEL, such as dcgan, on images.

    After each epoch the model, its optimizers and its seeds are saved to
    OUT/model.keras, and a grid of the same samples is drawn.

    Ctrl-C ends it after the running step, saves the run as it is then, in the
    middle of an epoch too, and says how to go on. A second Ctrl-C ends it at
    once; what was saved last stays.
    """
    if model is None and not resume:
        raise click.UsageError(
            "Missing argument 'MODEL', such as dcgan. `kerasgan list` has all."
        )
    if options["data"] is None and options["pairs"] is None and not resume:
        raise click.UsageError(
            "Missing option '--data', a folder of images or a data set."
        )
    for name in ("set", "learning_rate"):
        options[name] = dict(options[name]) or None
    if deterministic:
        # Which XLA reads at its start; the other frameworks pass over it.
        flags = [
            os.environ.get("XLA_FLAGS"),
            "--xla_gpu_deterministic_ops=true",
        ]
        os.environ["XLA_FLAGS"] = " ".join(filter(None, flags))
    use_backend(backend, out)
    signals = ctx.find_object(Signals)
    if devices > 1 and needs_processes():
        arguments = ctx.find_root().command.arguments
        ctx.exit(run_processes(devices, arguments, signals))

    def stop():
        signals.stop(signal.SIGPIPE)

    default = click.core.ParameterSource.DEFAULT
    given = {
        name for name in options if ctx.get_parameter_source(name) != default
    }
    with contextlib.redirect_stdout(Unbreakable(sys.stdout, stop)):
        from kerasgan.cli.train import train as run

        try:
            run(
                *(model, out, options, given, resume, click.echo),
                devices=devices,
                deterministic=deterministic,
                signals=signals,
            )
        except KeyboardInterrupt as error:
            if settings_of(out):
                words = ["kerasgan", "train", "--out", str(out)]
                words += ["--devices", str(devices)] if devices > 1 else []
                words += ["--deterministic"] if deterministic else []
                error.add_note(
                    "This goes on exactly there: "
                    f"{shlex.join([*words, '--resume'])}"
                )
            raise


@cli.command()
@click.argument("source", type=NAME, metavar="DIR|PRESET")
@click.option(
    "-n",
    "count",
    type=whole_number(most=_MOST_IMAGES),
    default=64,
    show_default=True,
    help="Number of images.",
)
@seed_option
@click.option(
    "--label",
    "labels",
    type=whole_number(least=0),
    multiple=True,
    help="For conditional models: class to draw. May be given more than once.",
)
@click.option(
    "--caption",
    "captions",
    type=NAME,
    multiple=True,
    help="For models of text: what to draw. May be given more than once.",
)
@click.option(
    "--columns", type=whole_number(), help="Images in a row of the grid."
)
@click.option(
    "--each",
    type=output("folder"),
    metavar="FOLDER",
    help="New or empty folder for a PNG file each, in place of a grid.",
)
@click.option(
    "--walk",
    type=whole_number(least=2, most=1000),
    help="Draw a film in place of a grid: a walk by as many images, and back "
    "to the first. --out is then a .gif or .mp4. [default: walk.gif]",
)
@click.option(
    "--seconds",
    type=SECONDS,
    default=6.0,
    show_default=True,
    help="How long the film of --walk takes.",
)
@click.option(
    "--out",
    default="grid.png",
    show_default=True,
    type=output("file", "folder"),
    help="One picture to write: a grid of at most 10,000 images. Or, for any "
    "number, a new or empty folder, such as images/, for a PNG file each, or a "
    "file that ends in .npy, for one uint8 array of all.",
)
@backend_option
@click.pass_context
def generate(ctx, source, count, out, each, walk, seconds, backend, **options):
    """Draw images from a run, a .keras file or a preset.

    They are drawn and written a batch at a time, so any number of them takes
    the same memory. Ctrl-C leaves whole pictures only, and no half array.
    """
    default = click.core.ParameterSource.DEFAULT
    given = {
        name for name in ctx.params if ctx.get_parameter_source(name) != default
    }
    _check_together(given)
    if each is not None:
        out = f"{each}{os.sep}"
    use_backend(backend, source)
    signals = ctx.find_object(Signals)
    if walk is not None:
        from kerasgan.cli.walk import walk as run

        out = out if "out" in given else "walk.gif"
        run(source, walk, seconds, out, click.echo, signals, **options)
        return
    from kerasgan.cli.generate import generate as run

    run(source, count, out=out, say=click.echo, signals=signals, **options)


def _check_together(given):
    """Raises `UsageError` for options of `generate` that exclude others."""
    for one, others in (
        ("each", {"out", "walk", "columns"}),
        ("walk", {"count", "columns"}),
    ):
        if one in given and (both := others & given):
            words = {"count": "-n"}
            raise click.UsageError(
                f"`--{one}` and `{words.get(min(both), f'--{min(both)}')}` "
                "exclude each other."
            )
    if "seconds" in given and "walk" not in given:
        raise click.UsageError("`--seconds` is for a film, with `--walk`.")


@cli.command()
@click.argument("source", type=NAME, metavar="DIR|PRESET")
@click.argument("pictures", type=PICTURES, metavar="FILE|FOLDER")
@click.option(
    "--out",
    required=True,
    type=output("folder"),
    help="Folder to write to: PNG (or TIFF) files of the same names.",
)
@click.option(
    "--to",
    type=click.Choice(("a", "b")),
    help="For models of two ways, such as CycleGAN: to which kind. [default: "
    "b, that of --targets]",
)
@click.option(
    "--tile",
    type=whole_number(least=16, most=8192),
    default=1024,
    show_default=True,
    help="Largest height and width that is computed at once. Larger pictures "
    "are in parts that overlap and are blended.",
)
@seed_option
@backend_option
@click.pass_context
def translate(ctx, source, pictures, out, to, tile, seed, backend):
    """Translate pictures of any size by a run, a .keras file or a preset."""
    use_backend(backend, source)
    from kerasgan.cli.translate import translate as run

    signals = ctx.find_object(Signals)
    run(source, pictures, out, click.echo, to, tile, seed, signals)


@cli.command()
@click.argument("source", type=NAME, metavar="DIR|PRESET|IMAGES")
@click.argument("real", type=IMAGES, required=False, metavar="[REAL]")
@click.option(
    "--data",
    type=IMAGES,
    metavar="NAME|FOLDER",
    help="Real images, also as REAL: a data set by name, or a folder, which "
    "is cropped and resized to the size of the generated images. Default: what "
    "a run has held out of its folder, or the named data set that a run or a "
    "preset was trained on.",
)
@evaluation_options
@click.option(
    "--metrics",
    type=NAME,
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Such as fid,kid. Default: fid, kid, precision_recall and "
    "density_coverage.",
)
@click.option(
    "--features",
    type=NAME,
    metavar="NAME",
    help="Feature network. Default: the classifier of that name for "
    "fashion_mnist and mnist, efficientnet_lite0 for other data.",
)
@click.option(
    "--samples",
    type=whole_number(least=2),
    help="Images on each side. Default: as many as there are real ones, at "
    "most 10,000.",
)
@seed_option
@click.option(
    "--split",
    type=click.Choice(("test", "train")),
    default="test",
    show_default=True,
    help="Part of a named data set to compare with; the other part measures "
    "the floor.",
)
@click.option(
    "--image-size",
    type=IMAGE_SIZE,
    help="For two folders: height and width to crop and resize to. Default: "
    "the size of the pictures in IMAGES.",
)
@click.option("--grayscale", is_flag=True, help="For two folders: no colours.")
@click.option(
    "--json",
    type=output("file"),
    help="File to write scores and protocol to.",
)
@click.option(
    "--cache",
    type=output("folder"),
    help="Folder that keeps the features of real images for the next time.",
)
@backend_option
def evaluate(source, real, data, backend, **options):
    """Score a run, a .keras file, a preset or a folder of images.

    Beside each score stands the floor, what real images score against other
    real ones, and below them how all was measured. Pairs have more scores.
    """
    if real and data:
        raise click.UsageError(
            f"Name the real images once. Received: '{real}' and `--data {data}`"
        )
    use_backend(backend, source)
    from kerasgan.cli.evaluate import evaluate as run

    run(source, real or data, options, say=click.echo)


@cli.command("list")
@click.option("--json", is_flag=True, help="For programs to read.")
def list_(json):
    """List models, presets and data sets, with a line on each."""
    from kerasgan.cli.list import listing

    click.echo(listing(as_json=json))


def _show_warning(message, category, *args, **kwargs):
    # Where in the source it was raised says nothing to who types a command.
    with contextlib.suppress(OSError):
        click.echo(f"Note: {message}", err=True)


def main():
    """Runs the command of this process, which it ends."""
    open_closed_streams()
    warnings.showwarning = _show_warning
    try:
        cli(prog_name="kerasgan")
    finally:
        leave_quietly()
        # Nothing is left that a traceback would be of use for.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

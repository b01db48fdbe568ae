import contextlib
import os
import shlex
import signal
import sys
import warnings

import click

from kerasgan.cli.arguments import FOLDER
from kerasgan.cli.arguments import IMAGE_SIZE
from kerasgan.cli.arguments import IMAGES
from kerasgan.cli.arguments import NAME
from kerasgan.cli.arguments import PICTURES
from kerasgan.cli.arguments import THOUSANDS
from kerasgan.cli.arguments import backend_option
from kerasgan.cli.arguments import output
from kerasgan.cli.arguments import seed_option
from kerasgan.cli.arguments import whole_number
from kerasgan.cli.backends import use_backend
from kerasgan.cli.group import Commands
from kerasgan.cli.latent_commands import COMMANDS as LATENT_COMMANDS
from kerasgan.cli.processes import needs_processes
from kerasgan.cli.processes import run_processes
from kerasgan.cli.signals import Signals
from kerasgan.cli.streams import Unbreakable
from kerasgan.cli.streams import leave_quietly
from kerasgan.cli.streams import open_closed_streams
from kerasgan.cli.translation_options import evaluation_options
from kerasgan.cli.translation_options import training_options

# More than any machine has; on PyTorch each has a process.
_MOST_DEVICES = 64

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
@click.argument("model", type=NAME)
@click.option(
    "--data",
    type=IMAGES,
    metavar="NAME|FOLDER",
    help="A data set by name, such as fashion_mnist, or a folder of images "
    "(write ./mnist for a folder that is called like a data set).",
)
@click.option(
    "--targets",
    type=FOLDER,
    metavar="FOLDER",
    help="For a model that translates: what the images in --data become. For "
    "pix2pix, files of the same names.",
)
@click.option(
    "--pairs",
    type=FOLDER,
    metavar="FOLDER",
    help="For pix2pix, in place of both: pictures whose left half becomes the "
    "right one.",
)
@click.option("--epochs", type=whole_number(), default=20, show_default=True)
@click.option(
    "--out",
    required=True,
    type=output("folder"),
    help="Folder of the run: model.keras, log.csv, samples, settings.json.",
)
@click.option(
    "--batch-size",
    type=whole_number(),
    default=64,
    show_default="64; 1 for two kinds of images, 16 for srgan",
    help="Images in a minibatch.",
)
@click.option(
    "--image-size",
    type=IMAGE_SIZE,
    help="For a folder: height and width to crop and resize to. [default: 64; "
    "for a model that translates: the pictures' own]",
)
@click.option(
    "--crop",
    type=IMAGE_SIZE,
    help="For a model that translates: height and width of what is cut out of "
    "pictures of any size, at random places.",
)
@click.option("--grayscale", is_flag=True, help="For a folder: no colours.")
@seed_option
@click.option(
    "--steps-per-epoch",
    type=whole_number(),
    help="Training steps in an epoch. Default: one pass over the data.",
)
@click.option(
    "--kimg",
    type=THOUSANDS,
    help="For a model that grows: thousands of images in each of its phases.",
)
@training_options
@click.option(
    "--augment",
    is_flag=True,
    default=None,
    help="For few images: change all that the discriminator sees at random.",
)
@click.option(
    "--sample-every",
    type=whole_number(),
    default=1,
    show_default=True,
    help="Epochs between two sample grids.",
)
@click.option(
    "--devices",
    type=whole_number(most=_MOST_DEVICES),
    default=1,
    show_default=True,
    help="How many GPUs, or CPUs, train together on each batch.",
)
@click.option(
    "--deterministic",
    is_flag=True,
    help="Ask the framework for the same bits in each run, at some speed.",
)
@backend_option
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run in --out, exactly as if it had not stopped.",
)
@click.pass_context
def train(ctx, model, out, devices, deterministic, backend, resume, **options):
    """Train MODEL, such as dcgan, on images.

    After each epoch the model, its optimizers and its seeds are saved to
    OUT/model.keras, and a grid of the same samples is drawn.

    Ctrl-C ends it after the running step, saves the run as it is then, in the
    middle of an epoch too, and says how to go on. A second Ctrl-C ends it at
    once; what was saved last stays.
    """
    if options["data"] is None and options["pairs"] is None:
        raise click.UsageError("Missing option '--data'.")
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
            if (out / "settings.json").exists():
                words = ["kerasgan", "train", model]
                for name in ("data", "targets", "pairs"):
                    if options[name] is not None:
                        words += [f"--{name}", options[name]]
                words += ["--epochs", str(options["epochs"]), "--out", str(out)]
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
def generate(ctx, source, count, seed, labels, captions, columns, out, backend):
    """Draw images from a run, a .keras file or a preset.

    They are drawn and written a batch at a time, so any number of them takes
    the same memory. Ctrl-C leaves whole pictures only, and no half array.
    """
    use_backend(backend, source)
    from kerasgan.cli.generate import generate as run

    signals = ctx.find_object(Signals)
    run(
        source,
        count,
        seed,
        labels,
        columns,
        out,
        click.echo,
        signals,
        captions,
    )


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
    "is cropped and resized to the size of the generated images. Default: the "
    "named data set, or held-out pictures, of a run or a preset.",
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
    default=10_000,
    show_default=True,
    help="Images on each side, or as many as a folder has.",
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
def list_():
    """List models, presets and data sets."""
    use_backend(None)
    from kerasgan.cli.list import listing

    click.echo(listing())


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

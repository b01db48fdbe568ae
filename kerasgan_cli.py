"""The `kerasgan` command: what it takes, read before Keras is loaded.

It stands beside the package, not in it, because importing anything of the
package imports Keras: here `kerasgan --help` is instant, and `--backend` is
heard while there is still a choice. The work is done in `kerasgan.cli`.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import warnings

import click

FRAMEWORKS = ("tensorflow", "jax", "torch")


class _Commands(click.Group):
    """A group whose commands end in one clear line where they fail."""

    def main(self, args=None, *more, **kwargs):
        # To start others with the same ones.
        self.arguments = list(sys.argv[1:] if args is None else args)
        return super().main(args, *more, **kwargs)

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            notes = getattr(error, "__notes__", [])
            message = " ".join(" ".join([str(error), *notes]).split())
            if not isinstance(error, (ValueError, OSError, ImportError)):
                message = (
                    f"{type(error).__name__}: {message} "
                    "(`kerasgan --traceback ...` shows where)"
                )
            raise click.ClickException(message) from error


class _ImageSize(click.ParamType):
    """`64`, or `48x96` for 48 high and 96 wide."""

    name = "HEIGHT[xWIDTH]"

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        try:
            sizes = tuple(int(part) for part in value.lower().split("x"))
        except ValueError:
            sizes = ()
        if len(sizes) not in (1, 2) or min(sizes) < 1:
            self.fail(f"{value!r} is not like 64 or 48x96.", param, ctx)
        return sizes if len(sizes) == 2 else sizes * 2


_backend_option = click.option(
    "--backend",
    type=click.Choice(FRAMEWORKS),
    help="Framework to run on. Default: what KERAS_BACKEND or Keras' "
    "configuration says, or the one that is installed.",
)
_seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed gives the same run, or the same pictures.",
)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="kerasgan")
@click.option(
    "--traceback", is_flag=True, help="Show where an error comes from."
)
def cli(traceback):
    """Generative adversarial networks on Keras."""
    del traceback  # read from the context where an error ends


@cli.command()
@click.argument("model")
@click.option(
    "--data",
    required=True,
    metavar="NAME|FOLDER",
    help="A data set by name, such as fashion_mnist, or a folder of images "
    "(write ./mnist for a folder that is called like a data set).",
)
@click.option(
    "--epochs", type=click.IntRange(min=1), default=20, show_default=True
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=pathlib.Path),
    help="Folder of the run: model.keras, log.csv, samples, settings.json.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="Images in a minibatch.",
)
@click.option(
    "--image-size",
    type=_ImageSize(),
    help="For a folder: height and width to crop and resize to. [default: 64]",
)
@click.option("--grayscale", is_flag=True, help="For a folder: no colours.")
@_seed_option
@click.option(
    "--steps-per-epoch",
    type=click.IntRange(min=1),
    help="Training steps in an epoch. Default: one pass over the data.",
)
@click.option(
    "--kimg",
    type=click.FloatRange(min=0, min_open=True),
    help="For a model that grows: thousands of images in each of its phases.",
)
@click.option(
    "--augment",
    is_flag=True,
    default=None,
    help="For few images: change all that the discriminator sees at random.",
)
@click.option(
    "--sample-every",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Epochs between two sample grids.",
)
@click.option(
    "--devices",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many GPUs, or processors, train together on each batch.",
)
@click.option(
    "--deterministic",
    is_flag=True,
    help="Ask the framework for the same bits in each run, at some speed.",
)
@_backend_option
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
    """
    if deterministic:
        # Which XLA reads at its start; the other frameworks pass over it.
        flags = [
            os.environ.get("XLA_FLAGS"),
            "--xla_gpu_deterministic_ops=true",
        ]
        os.environ["XLA_FLAGS"] = " ".join(filter(None, flags))
    _use_backend(backend, out)
    if devices > 1 and _needs_processes():
        arguments = ctx.find_root().command.arguments
        ctx.exit(_run_processes(devices, arguments))
    from kerasgan.cli.training import train as run

    default = click.core.ParameterSource.DEFAULT
    given = {
        name for name in options if ctx.get_parameter_source(name) != default
    }
    signals = []
    try:
        with _sigterm_as_interrupt(signals):
            run(
                *(model, out, options, given, resume, click.echo),
                devices=devices,
                deterministic=deterministic,
            )
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=True)
        if (out / "settings.json").exists():
            words = ["kerasgan", "train", model, "--data", options["data"]]
            words += ["--epochs", str(options["epochs"]), "--out", str(out)]
            words += ["--devices", str(devices)] if devices > 1 else []
            click.echo(
                "This goes on after the last complete epoch: "
                f"{shlex.join([*words, '--resume'])}",
                err=True,
            )
        ctx.exit(128 + (signals or [signal.SIGINT])[0])


@cli.command()
@click.argument("source", metavar="DIR|PRESET")
@click.option(
    "-n",
    "count",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="Number of images.",
)
@_seed_option
@click.option(
    "--label",
    "labels",
    type=click.IntRange(min=0),
    multiple=True,
    help="For conditional models: class to draw. May be given more than once.",
)
@click.option("--columns", type=click.IntRange(min=1), help="Images in a row.")
@click.option(
    "--out",
    default="grid.png",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=pathlib.Path),
    help="Picture to write.",
)
@_backend_option
def generate(source, count, seed, labels, columns, out, backend):
    """Draw a grid of images from a run, a .keras file or a preset."""
    _use_backend(backend, pathlib.Path(source))
    from kerasgan.cli.generating import generate as run

    run(source, count, seed, labels, columns, out, say=click.echo)


@cli.command()
@click.argument("source", metavar="DIR|PRESET|IMAGES")
@click.argument("real", required=False, metavar="[REAL]")
@click.option(
    "--data",
    metavar="NAME|FOLDER",
    help="Real images, also as REAL: a data set by name, or a folder, which "
    "is cropped and resized to the size of the generated images. Default: the "
    "named data set that a run or a preset was trained on.",
)
@click.option(
    "--metrics",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Such as fid,kid. Default: fid, kid, precision_recall and "
    "density_coverage.",
)
@click.option(
    "--features",
    metavar="NAME",
    help="Feature network. Default: the classifier of that name for "
    "fashion_mnist and mnist, efficientnet_lite0 for other data.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=2),
    default=10_000,
    show_default=True,
    help="Images on each side, or as many as a folder has.",
)
@_seed_option
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
    type=_ImageSize(),
    help="For two folders: height and width to crop and resize to. Default: "
    "the size of the pictures in IMAGES.",
)
@click.option("--grayscale", is_flag=True, help="For two folders: no colours.")
@click.option(
    "--json",
    type=click.Path(dir_okay=False, path_type=pathlib.Path),
    help="File to write scores and protocol to.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=pathlib.Path),
    help="Folder that keeps the features of real images for the next time.",
)
@_backend_option
def evaluate(source, real, data, backend, **options):
    """Score a run, a .keras file, a preset or a folder of images.

    Beside each score stands the floor, what real images score against other
    real ones, and below them how all was measured.
    """
    if real and data:
        raise click.UsageError(
            f"Name the real images once. Received: '{real}' and `--data {data}`"
        )
    _use_backend(backend, pathlib.Path(source))
    from kerasgan.cli.evaluating import evaluate as run

    run(source, real or data, options, say=click.echo)


@cli.command("list")
def list_():
    """List models, presets and data sets."""
    _use_backend(None)
    from kerasgan.cli.listing import listing

    click.echo(listing())


def _use_backend(name, run_folder=None):
    """Sets `KERAS_BACKEND`: as asked, as the run was, as set up, as can be."""
    wanted = (
        name
        or (run_folder and _backend_of_run(run_folder))
        or os.environ.get("KERAS_BACKEND")
    )
    if not _is_installed(wanted) and name is None:
        order = (os.environ.get("KERAS_BACKEND"), _configured(), *FRAMEWORKS)
        wanted = next(filter(_is_installed, order), wanted)
    if wanted is None or not _is_installed(wanted):
        wanted = wanted or "tensorflow"
        raise click.ClickException(
            f"The backend {wanted!r} is not installed. Install it with "
            f'`python -m pip install "kerasgan[{wanted}]"`, or choose '
            "another one with `--backend`."
        )
    if "keras" in sys.modules:
        active = sys.modules["keras"].backend.backend()
        if name is not None and name != active:
            raise click.UsageError(
                f"`--backend` comes too late: this process runs on {active!r}."
            )
        return
    os.environ["KERAS_BACKEND"] = wanted
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if wanted == "tensorflow":
        with _no_chatter():
            importlib.import_module("keras")
    else:
        # Keras loads TensorFlow all the same where it is, to look for files;
        # without this it would greet.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def _needs_processes():
    """Returns whether this is the one process that has to start all others.

    On torch each device is trained by a process of its own.
    """
    active = os.environ.get("KERAS_BACKEND")
    if "keras" in sys.modules:
        active = sys.modules["keras"].backend.backend()
    return active == "torch" and "LOCAL_RANK" not in os.environ


def _run_processes(devices, arguments):
    """Runs this command in a process for each device; returns its status."""
    threads = max(1, (os.cpu_count() or 1) // devices)
    return subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *(f"--nproc-per-node={devices}", "-m", "kerasgan_cli"),
            *arguments,
        ],
        env={
            **os.environ,
            "KERAS_BACKEND": "torch",
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(threads)),
        },
    ).returncode


@contextlib.contextmanager
def _sigterm_as_interrupt(received):
    """Ends what is under way as Ctrl-C does, so that it can clean up.

    Args:
        received: List that gets the signal.
    """

    def interrupt(number, frame):
        received.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _no_chatter():
    """Keeps away what TensorFlow's C++ writes past `sys.stderr`."""
    sys.stderr.flush()
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _is_installed(framework):
    if framework not in FRAMEWORKS:
        return False
    return importlib.util.find_spec(framework) is not None


def _backend_of_run(folder):
    return _read(folder / "settings.json").get("backend")


def _configured():
    home = os.environ.get("KERAS_HOME", os.path.expanduser("~/.keras"))
    return _read(pathlib.Path(home, "keras.json")).get("backend")


def _read(path):
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # whoever needs the file says what is wrong with it
    return content if isinstance(content, dict) else {}


def _show_warning(message, category, *args, **kwargs):
    # Where in the source it was raised says nothing to who types a command.
    click.echo(f"Note: {message}", err=True)


def main():
    warnings.showwarning = _show_warning
    cli(prog_name="kerasgan")


if __name__ == "__main__":
    main()

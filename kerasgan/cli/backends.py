"""The choice of a framework, made before Keras is loaded."""

import importlib
import importlib.util
import json
import os
import pathlib
import sys

import click

from kerasgan.cli.streams import no_chatter

FRAMEWORKS = ("tensorflow", "jax", "torch")


def use_backend(name, run_folder=None):
    """Sets `KERAS_BACKEND`: as asked, as the run was, as set up, as can be.

    Args:
        name: Name of a framework, or `None`.
        run_folder: Folder whose run says what it was started on, or `None`.
    """
    asked = os.environ.get("KERAS_BACKEND")
    if asked and asked not in FRAMEWORKS and name is None:
        raise click.ClickException(
            "KERAS_BACKEND must be one of "
            f"{', '.join(FRAMEWORKS)}. Received: '{asked}'. Set another, or "
            "choose one with `--backend`."
        )
    wanted = name or (run_folder and _backend_of_run(run_folder)) or asked
    if not is_installed(wanted) and name is None:
        # What was asked for is not passed over without a word.
        order = (asked,) if asked else (configured(), *FRAMEWORKS)
        wanted = next(filter(is_installed, order), asked or wanted)
    if wanted is None or not is_installed(wanted):
        wanted = wanted or "tensorflow"
        raise click.ClickException(
            f"The backend {wanted!r} is not installed. Install it with "
            f'`python -m pip install "kerasgan[{wanted}]"`, or choose '
            "another one with `--backend`."
        )
    if "keras" in sys.modules:
        active = active_backend()
        if name is not None and name != active:
            raise click.UsageError(
                f"`--backend` comes too late: this process runs on {active!r}."
            )
        return
    os.environ["KERAS_BACKEND"] = wanted
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if wanted == "tensorflow":
        # On processors without instructions for neural networks TensorFlow
        # leaves oneDNN out, without which steps take twice as long and more.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
        with no_chatter():
            importlib.import_module("keras")
    else:
        # Keras loads TensorFlow all the same where it is, to look for files;
        # without this it would greet.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def active_backend():
    """Returns the framework that Keras runs on, or will run on."""
    if "keras" in sys.modules:
        return sys.modules["keras"].backend.backend()
    return os.environ.get("KERAS_BACKEND")


def is_installed(framework):
    """Whether a framework, of those that Keras has, can be imported."""
    if framework not in FRAMEWORKS:
        return False
    return importlib.util.find_spec(framework) is not None


def configured():
    """Returns the framework that the user's `keras.json` names, or `None`."""
    home = os.environ.get("KERAS_HOME", os.path.expanduser("~/.keras"))
    return _read(pathlib.Path(home, "keras.json")).get("backend")


def _backend_of_run(folder):
    return settings_of(folder).get("backend")


def settings_of(folder):
    """Returns the settings of a run, as far as there are any to be read."""
    return _read(pathlib.Path(folder) / "settings.json")


def _read(path):
    try:
        content = json.loads(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError, RecursionError):
        return {}  # whoever needs the file says what is wrong with it
    return content if isinstance(content, dict) else {}

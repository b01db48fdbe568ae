"""What the values of arguments and options may be."""

import ast
import json
import math
import os
import pathlib
import stat

import click

from kerasgan.cli.backends import FRAMEWORKS

# The largest number that every framework takes for a seed or a counter.
MOST = 2**31 - 1

_LONGEST_SIDE = 8192

_LARGEST_RATE = 1000.0

# Bytes; no file system in use takes more.
_LONGEST_NAME = 255


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
            self.fail(f"{_shown(value)} is not like 64 or 48x96.", param, ctx)
        if max(sizes) > _LONGEST_SIDE:
            self.fail(
                f"{_shown(value)} is larger than {_LONGEST_SIDE} pixels a "
                "side.",
                param,
                ctx,
            )
        return sizes if len(sizes) == 2 else sizes * 2


class _WholeNumber(click.IntRange):
    """A whole number from 1, or another least one, to a most."""

    def __init__(self, least=1, most=MOST):
        super().__init__(min=least, max=most)

    def convert(self, value, param, ctx):
        if isinstance(value, str) and len(value) > 40:
            self.fail(f"{_shown(value)} is no such number.", param, ctx)
        return super().convert(value, param, ctx)


class _Finite(click.FloatRange):
    """A number of a range: not NaN, which Click takes for one."""

    name = "float"

    def convert(self, value, param, ctx):
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not finite.", param, ctx)
        return number


class _Name(click.ParamType):
    """The name of something, or a path, which stays a string."""

    name = "text"

    def convert(self, value, param, ctx):
        self.check(value, param, ctx)
        return value

    def check(self, value, param, ctx):
        """Fails unless the value can be a name or a path at all."""
        if not str(value).strip():
            self.fail("it must not be empty.", param, ctx)
        if "\0" in str(value):
            self.fail(f"{_shown(value)} has a null character.", param, ctx)

    def status(self, value, param, ctx):
        """Returns the `os.stat_result` of a path, `None` for none."""
        path = pathlib.Path(value)
        # In folders that are not there yet the system does not say so.
        if any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
            self.fail(f"{_shown(value)} has too long a name.", param, ctx)
        try:
            # With the separator at its end, which a path object drops.
            end = os.sep if value.endswith(os.sep) else ""
            return os.stat(f"{path.expanduser()}{end}")
        except FileNotFoundError:
            return None
        except RuntimeError:
            self.fail(f"{_shown(value)} names no user's folder.", param, ctx)
        except OSError as error:
            self.fail(
                f"{_shown(value)} cannot be used: {error.strerror}.", param, ctx
            )


class _Images(_Name):
    """The name of a data set, or a folder, which must be there."""

    def convert(self, value, param, ctx):
        self.check(value, param, ctx)
        status = self.status(value, param, ctx)
        is_folder = status is not None and stat.S_ISDIR(status.st_mode)
        if not is_folder and (os.sep in value or value[0] in "~."):
            self.fail(f"there is no folder {_shown(value)}.", param, ctx)
        return value


class _Input(_Name):
    """What to read: a file, a folder, or either of them; it is there."""

    def __init__(self, *kinds):
        self.kinds = kinds
        self.name = " or ".join(kinds)

    def convert(self, value, param, ctx):
        self.check(value, param, ctx)
        status = self.status(value, param, ctx)
        is_there = status is not None and {
            "file": stat.S_ISREG(status.st_mode),
            "folder": stat.S_ISDIR(status.st_mode),
        }
        if not is_there or not any(is_there[kind] for kind in self.kinds):
            self.fail(f"there is no {self.name} {_shown(value)}.", param, ctx)
        return value


class _Output(_Name):
    """Where to write: a file, a folder, or either of them."""

    def __init__(self, *kinds):
        self.kinds = kinds
        self.name = " or ".join(kinds)

    def convert(self, value, param, ctx):
        if isinstance(value, pathlib.Path):
            return value
        self.check(value, param, ctx)
        status = self.status(value, param, ctx)
        if self.kinds == ("file",) and value.endswith(os.sep):
            self.fail(f"{_shown(value)} names no file.", param, ctx)
        if status is not None:
            is_there = {
                "file": stat.S_ISREG(status.st_mode),
                "folder": stat.S_ISDIR(status.st_mode),
            }
            if not any(is_there[kind] for kind in self.kinds):
                self.fail(
                    f"{_shown(value)} must be a {self.name}, and something "
                    "else is there.",
                    param,
                    ctx,
                )
        # Where both may be, a separator at the end says which is meant.
        both = len(self.kinds) > 1
        return value if both else pathlib.Path(value).expanduser()


class _Setting(click.ParamType):
    """`NAME=VALUE`, the value as Python writes it, or a word as it is."""

    name = "NAME=VALUE"

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        name, is_there, text = value.partition("=")
        name = name.strip().replace("-", "_")
        if not is_there or not name.isidentifier() or not text.strip():
            self.fail(f"{_shown(value)} is not like filters=32.", param, ctx)
        try:
            found = ast.literal_eval(text.strip())
            json.dumps(found, allow_nan=False)
        except (ValueError, TypeError, SyntaxError, MemoryError):
            found = text.strip()
        except RecursionError:
            self.fail(f"{_shown(value)} is too deep.", param, ctx)
        words = {"true": True, "false": False, "null": None}
        if isinstance(found, str):
            found = words.get(found, found)
        return name, found


class _LearningRate(click.ParamType):
    """`2e-4`, or `generator=1e-4` for one player."""

    name = "RATE|PLAYER=RATE"

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        player, is_there, text = value.rpartition("=")
        if is_there and not player.strip().isidentifier():
            self.fail(f"{_shown(value)} names no player.", param, ctx)
        try:
            rate = float(text) if len(text) <= 40 and "_" not in text else 0
        except ValueError:
            rate = 0
        if not 0 < rate <= _LARGEST_RATE:
            self.fail(
                f"{_shown(value)} is not like 2e-4 or generator=1e-4.",
                param,
                ctx,
            )
        return player.strip(), rate


IMAGE_SIZE = _ImageSize()
SETTING = _Setting()
LEARNING_RATE = _LearningRate()
SECONDS = _Finite(min=0, max=3600, min_open=True)  # of a film
THOUSANDS = _Finite(min=0, max=MOST // 1000, min_open=True)
SHARE = _Finite(min=0, max=1, min_open=True, max_open=True)
NAME = _Name()
IMAGES = _Images()
FILE = _Input("file")
FOLDER = _Input("folder")
PICTURES = _Input("file", "folder")


def whole_number(least=1, most=MOST):
    """Returns the type of a whole number in a range."""
    return _WholeNumber(least, most)


def output(*kinds):
    """Returns the type of a path to write to.

    Args:
        *kinds: `"file"`, `"folder"` or both.
    """
    return _Output(*kinds)


#: Options of several commands.
backend_option = click.option(
    "--backend",
    type=click.Choice(FRAMEWORKS),
    help="Framework to run on. Default: what KERAS_BACKEND or Keras' "
    "configuration says, or the one that is installed.",
)
seed_option = click.option(
    "--seed",
    type=whole_number(least=0),
    default=0,
    show_default=True,
    help="The same seed gives the same run, or the same pictures.",
)


def _shown(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}...{text[-10:]}"

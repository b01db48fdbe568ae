import contextlib
import os
import re
import signal
import sys

import click

from kerasgan.cli.signals import Signals
from kerasgan.cli.streams import take_all_texts

# Longest message that is shown whole; it may quote what was given.
_LONGEST = 1000

# What a shell shows for a process that SIGPIPE has ended.
_BROKEN_PIPE = 141


class Commands(click.Group):
    """A group whose commands end in one clear line where they fail.

    The exit status is 2 where an argument is wrong, 1 where something else
    fails, and 128 and its number after a signal.
    """

    def main(self, args=None, *more, **kwargs):
        # To start others with the same ones.
        self.arguments = list(sys.argv[1:] if args is None else args)
        take_all_texts()
        return super().main(args, *more, **kwargs)

    def make_context(self, *args, **kwargs):
        with _in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx):
        # The processes of one training are told one by one.
        together = 3.0 if "LOCAL_RANK" in os.environ else 0.5
        with Signals(together) as signals:
            ctx.obj = signals
            try:
                with _in_one_line(ctx.params.get("traceback"), self, ctx):
                    result = super().invoke(ctx)
            except KeyboardInterrupt as error:
                signals.caught()
                _say_stopped(error)
                ctx.exit(128 + (signals.number or signal.SIGINT))
            if signals.number is not None:
                ctx.exit(128 + signals.number)
            return result


def _say_stopped(error):
    lines = [f"Stopped{str(error) and ' '}{error}."]
    lines += getattr(error, "__notes__", [])
    with contextlib.suppress(OSError):
        # Beneath the line that Ctrl-C, or a progress bar, has begun.
        click.echo("\n".join(["", *lines]), err=True)


# What the library calls otherwise than the options that say it.
_OPTIONS = {
    "filepath": "the file",
    "path": "the path",
    "pretrained": "the preset",
}


def _in_words_of(command, message):
    """Returns an error of the library in the words of a command."""
    options = {} if command is None else {**_OPTIONS}
    for parameter in getattr(command, "params", ()):
        option = parameter.opts[0]
        if not option.startswith("-"):
            option = (parameter.metavar or option.upper()).strip("[]")
        options[parameter.name] = option
    if "image_size" in options:
        options["image_shape"] = options["image_size"]

    def option_of(match):
        option = options.get(match[1])
        if option is None:
            return match[0]
        return f"`{option}`" if option[0] == "-" else option

    return re.sub(r"`([a-z_]+)`", option_of, message)


@contextlib.contextmanager
def _in_one_line(is_traceback_wanted=False, group=None, ctx=None):
    """Turns each exception into one that click shows as one line."""
    try:
        yield
    except (click.Abort, click.exceptions.Exit):
        raise
    except click.UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        message = error.format_message()
        if error.ctx is not None:
            message += f" (`{error.ctx.command_path} --help` shows what may be)"
        raise _Failure(message, status=2) from error
    except click.ClickException:
        raise
    except BrokenPipeError:
        raise click.exceptions.Exit(_BROKEN_PIPE) from None
    except Exception as error:
        if is_traceback_wanted:
            raise
        notes = getattr(error, "__notes__", [])
        command = ctx and group.commands.get(ctx.invoked_subcommand)
        message = _in_words_of(command, " ".join([str(error), *notes]))
        if not isinstance(error, (ValueError, OSError, ImportError)):
            message = (
                f"{type(error).__name__}: {message} "
                "(`kerasgan --traceback ...` shows where)"
            )
        is_wrong = isinstance(error, ValueError)
        raise _Failure(message, status=2 if is_wrong else 1) from error


class _Failure(click.ClickException):
    def __init__(self, message, status):
        message = " ".join(message.split())
        if len(message) > _LONGEST:
            half = _LONGEST // 2
            message = f"{message[:half]} ... {message[-half:]}"
        super().__init__(message)
        self.exit_code = status

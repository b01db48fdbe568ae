"""Files that are there whole or not at all."""

import contextlib
import os
import pathlib
import tempfile


def check_writable(folder, argument="path"):
    """Makes a folder and writes into it for a moment.

    Args:
        folder: The folder; it and those above it are made where missing.
        argument: Name of the argument that the user gave, for the message.

    Returns:
        The folder as a `pathlib.Path`.

    Raises:
        OSError: If the folder cannot be made or nothing can be written there.
    """
    folder = pathlib.Path(folder).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(
            f"`{argument}` must lead to a folder that can be written to. "
            f"Received: '{folder}' ({error.strerror or error}). Choose another "
            "folder, or change the rights or the file that is in the way."
        ) from error
    return folder


@contextlib.contextmanager
def replacing(path, argument="path"):
    """Gives a temporary path that takes the place of `path` at the end.

    A reader therefore never sees half a file, and an error leaves an older
    file as it was, and says so in a note. Each process has a temporary file
    of its own: several may write one cache.

    Args:
        path: The file to write.
        argument: Name of the argument that the user gave, for the message.

    Yields:
        A `pathlib.Path` in the same folder and with the same suffixes.

    Raises:
        OSError: If the folder cannot be written to.
    """
    path = pathlib.Path(path).expanduser()
    if path.is_dir():
        raise IsADirectoryError(
            f"`{argument}` must be a file. Received: '{path}', which is a "
            "folder. Add a file name."
        )
    check_writable(path.parent, argument)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException as error:
        if path.exists():
            error.add_note(f"'{path}' is as it was before.")
        raise
    finally:
        temporary.unlink(missing_ok=True)

"""Files that are there whole or not at all."""

import contextlib
import functools
import os
import pathlib
import shutil
import tempfile
import time

# A temporary folder beside the file to be written. In it, what is written;
# a lock, which its owner holds for as long as it lives; and, as soon as what
# is written is complete and on the disk, a mark.
_PREFIX = ".kerasgan-"
_FILES = "files"
_LOCK = "lock"
_READY = "ready"

# Held while files that belong together are put in their places.
_FOLDER_LOCK = ".kerasgan-lock"
_LONGEST_WAIT = 60.0
_LONGEST_START = 60.0  # from making a temporary folder to locking it


def check_writable(folder, argument="path"):
    """Makes a folder and writes into it for a moment.

    Args:
        folder: The folder; it and those above it are made where missing.
        argument: Name of the argument that the user gave, for the message.

    Returns:
        The folder as a `pathlib.Path`.

    Raises:
        ValueError: If the path is empty.
        OSError: If the folder cannot be made or nothing can be written there.
    """
    folder = _expanded(folder, argument)
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
    file as it was, and says so in a note. Each writer has a temporary file
    of its own: several may write one cache. What a writer that was killed has
    left is removed by the next one.

    Args:
        path: The file to write.
        argument: Name of the argument that the user gave, for the message.

    Yields:
        A `pathlib.Path` of the same name, in a new folder beside `path`.

    Raises:
        ValueError: If the path is empty.
        OSError: If the folder cannot be written to.
    """
    path = _expanded(path, argument)
    if path.is_dir():
        raise IsADirectoryError(
            f"`{argument}` must be a file. Received: '{path}', which is a "
            "folder. Add a file name."
        )
    folder = check_writable(path.parent, argument)
    with _own_folder(folder) as own:
        temporary = own / _FILES / path.name
        try:
            yield temporary
            _sync(temporary)
            os.replace(temporary, path)
        except BaseException as error:
            if path.exists():
                error.add_note(f"'{path}' is as it was before.")
            raise
    _sync_folder(folder)


@contextlib.contextmanager
def replacing_together(folder, names, argument="folder"):
    """Gives a temporary folder whose files take their places all at once.

    For files that belong together. Writers wait for each other. One that is
    killed between two of the files leaves the rest where `states_of` finds it,
    until the next writer puts it in its place.

    Args:
        folder: Folder of the files. Made if it is missing.
        names: Names of the files, in the order in which they take their
            places. One that the body does not write stays as it is.
        argument: Name of the argument that the user gave, for the message.

    Yields:
        A `pathlib.Path`: the folder to write the files to.

    Raises:
        ValueError: If the path is empty.
        OSError: If the folder cannot be written to. Nothing has changed then.
    """
    folder = check_writable(folder, argument)
    with _own_folder(folder) as own:
        yield own / _FILES
        for file in (own / _FILES).iterdir():
            _sync(file)
        _sync_folder(own / _FILES)
        with locked(folder / _FOLDER_LOCK, _LONGEST_WAIT):
            for other in _temporary_folders(folder):
                # If it cannot be, what follows takes the place of all of it.
                with contextlib.suppress(OSError):
                    if (other / _READY).exists():
                        put = functools.partial(_put, other, names, folder)
                        _take_over(other, put)
            # Readers may be other users than the writer.
            own.chmod(0o755)
            (own / _READY).touch(exist_ok=False)
            _sync_folder(own)
            _put(own, names, folder)
            _sync_folder(folder)
            (own / _READY).unlink()


def states_of(folder, names):
    """Yields where files are that `replacing_together` writes.

    First in the folder itself; then as they will be when a writer has put the
    rest in its place, where one is at it or was killed at it.

    Args:
        folder: `pathlib.Path`.
        names: Names of the files.

    Yields:
        Dicts from names to `pathlib.Path`s.
    """
    places = {name: folder / name for name in names}
    yield places
    for other in _temporary_folders(folder):
        with contextlib.suppress(OSError):
            if (other / _READY).exists():
                found = {file.name: file for file in (other / _FILES).iterdir()}
                yield {name: found.get(name, places[name]) for name in names}


@contextlib.contextmanager
def temporary_folder():
    """Gives a folder of the system's for temporary files, and removes it.

    What a process that was killed has left there goes with the next one.

    Yields:
        A `pathlib.Path`.
    """
    with _own_folder(tempfile.gettempdir()) as own:
        yield own / _FILES


@contextlib.contextmanager
def locked(path, timeout):
    """Holds a lock between processes, and leaves no file behind.

    The lock ends with the process that holds it, however that ends.

    Args:
        path: `pathlib.Path` of the file to lock by.
        timeout: Float, for how many seconds to wait for other holders.

    Raises:
        BlockingIOError: If it was held all the time.
    """
    # Here, since importing kerasgan should not import it.
    import filelock

    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=timeout, poll_interval=0.01)
    except filelock.Timeout as error:
        raise BlockingIOError(
            f"'{path}' must be free. Received: a lock that another process "
            f"has held for {timeout:g} seconds. Wait for its end, or end it."
        ) from error
    try:
        yield
    finally:
        # While it is held: whoever waits for it takes a new file. Windows
        # does not delete what is open, and keeps it.
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()


def _expanded(path, argument):
    if not str(path):
        raise ValueError(
            f"`{argument}` must be a path. Received: an empty one. Write "
            "'.' for the folder that you are in."
        )
    try:
        return pathlib.Path(path).expanduser()
    except RuntimeError as error:
        raise OSError(
            f"`{argument}` must be a path. Received: '{path}' ({error}). "
            "Write the home folder out."
        ) from error


@contextlib.contextmanager
def _own_folder(parent):
    """Makes a folder that nobody else touches while this process lives."""
    _clean_up(parent)
    own, lock = _locked_folder(parent)
    try:
        (own / _FILES).mkdir()
        yield own
    finally:
        lock.release()
        # What could not be put in its place as a whole is still needed.
        if not (own / _READY).exists():
            _remove(own)


def _locked_folder(parent):
    import filelock

    while True:
        own = pathlib.Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        lock = filelock.FileLock(own / _LOCK)
        try:
            lock.acquire(timeout=0)
        except (filelock.Timeout, FileNotFoundError):
            continue  # taken for left over, in the moment before it is locked
        except BaseException:
            _remove(own)
            raise
        return own, lock


def _clean_up(parent):
    """Removes temporary folders whose owners are gone."""
    for other in _temporary_folders(parent):
        with contextlib.suppress(OSError):
            # What is ready is put in its place by who locks the folder.
            if not (other / _READY).exists():
                _take_over(other)


def _take_over(other, act=None):
    """Removes a temporary folder, after a last act, if nobody owns it."""
    import filelock

    if not (other / _LOCK).exists():
        # Its owner may be about to lock it. It is empty, or stays.
        if time.time() - other.stat().st_mtime > _LONGEST_START:
            other.rmdir()
        return
    lock = filelock.FileLock(other / _LOCK)
    with contextlib.suppress(filelock.Timeout):
        lock.acquire(timeout=0)
        try:
            if act is not None:
                act()
        finally:
            lock.release()
        _remove(other)


def _temporary_folders(parent):
    """Returns the temporary folders in a folder; links are none."""
    with os.scandir(parent) as entries:
        return [
            pathlib.Path(entry.path)
            for entry in entries
            if entry.name.startswith(_PREFIX)
            and entry.is_dir(follow_symlinks=False)
        ]


def _remove(folder):
    """Removes a temporary folder, the lock last: without it, it would stay."""
    with contextlib.suppress(OSError):
        (folder / _READY).unlink(missing_ok=True)
        shutil.rmtree(folder / _FILES, ignore_errors=True)
        (folder / _LOCK).unlink(missing_ok=True)
        folder.rmdir()


def _put(temporary, names, folder):
    """Puts the files of a temporary folder in their places."""
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            os.replace(temporary / _FILES / name, folder / name)


def _sync(path):
    """Waits until a file is on the disk."""
    # Windows wants to be able to write what it syncs.
    flags = os.O_RDWR if os.name == "nt" else os.O_RDONLY
    file = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(path):
    """Waits until the names in a folder are on the disk, where one can."""
    with contextlib.suppress(OSError):
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

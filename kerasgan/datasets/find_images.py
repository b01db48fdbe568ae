import os
import warnings

_ENDINGS = (".jpeg", ".jpg", ".png", ".webp")
_TIFF = (".tif", ".tiff")
_SHOWN = 5  # names in one message


def find_images(path, with_tiff=False):
    """Returns the names of the pictures in a folder and all folders in it.

    Symbolic links to folders are followed when all real folders are known,
    and each folder once, by whatever way it is reached. A warning says which
    ways were not taken again, which links lead nowhere, and which files have
    two names.

    Args:
        path: The folder.
        with_tiff: Whether TIFF files are among them. Defaults to `False`.

    Returns:
        Sorted list of names, as seen from `path`.

    Raises:
        ValueError: If there is no picture.
        OSError: If a folder is missing or cannot be read.

    Example:

    ```python
    import pathlib
    import tempfile
    from kerasgan.datasets.find_images import find_images

    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "a.png").touch()
        assert find_images(folder) == ["a.png"]
    ```
    """
    is_path = isinstance(path, (str, os.PathLike))
    if not is_path or not os.path.isdir(path):
        shown = os.fspath(path) if is_path else path
        raise OSError(
            f"`path` must be a folder that exists. Received: path={shown!r}"
        )
    endings = _ENDINGS + _TIFF if with_tiff else _ENDINGS
    tree = _Tree(os.fspath(path), endings)
    while tree.links:
        tree.links.sort()
        tree.walk(tree.links.pop(0))
    if not tree.names:
        raise ValueError(
            f"`path` must have files that end in {', '.join(endings)}, "
            "directly or in folders in it. "
            f"Received: path='{os.fspath(path)}', which has none."
        )
    tree.warn()
    return sorted(tree.names)


class _Tree:
    """What is known of a folder while it is walked through."""

    def __init__(self, path, endings):
        self.path, self.endings = path, endings
        self.names = []
        #: Ways to folders that are still to be walked through.
        self.links = [""]
        self._folders = {}  # from what a folder is to its first name
        self._files = {}
        self._again, self._copies, self._nowhere = [], [], []

    def walk(self, name):
        """Walks through a folder and all real folders in it."""
        folders = [name]
        while folders:
            name = folders.pop()
            folder = os.path.join(self.path, name)
            state = os.stat(folder)
            first = self._folders.setdefault((state.st_dev, state.st_ino), name)
            if first != name:
                self._again.append(f"'{name}' is '{first or os.curdir}'")
                continue
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    if not entry.name.startswith("."):
                        self._see(entry, name, state.st_dev, folders)

    def _see(self, entry, folder, device, folders):
        name = os.path.join(folder, entry.name)
        is_link = entry.is_symlink()
        if os.path.isdir(entry.path) if is_link else entry.is_dir():
            (self.links if is_link else folders).append(name)
        elif entry.name.lower().endswith(self.endings):
            self.names.append(name)
            file = device, entry.inode()
            if is_link and os.path.exists(entry.path):
                state = os.stat(entry.path)
                file = state.st_dev, state.st_ino
            first = self._files.setdefault(file, name)
            if first != name and file[1]:
                self._copies.append(f"'{name}' is '{first}'")
        elif is_link and not os.path.exists(entry.path):
            self._nowhere.append(f"'{name}'")

    def warn(self):
        """Says what is there under two names, or not at all."""
        for found, what in (
            (
                self._again,
                "folders have another name too, and are read once",
            ),
            (self._copies, "files have another name too, and are read twice"),
            (self._nowhere, "links lead nowhere"),
        ):
            if found:
                shown = "; ".join(sorted(found)[:_SHOWN])
                warnings.warn(
                    f"In '{self.path}', {len(found)} {what}: {shown}"
                    f"{' and more' * (len(found) > _SHOWN)}.",
                    stacklevel=4,
                )

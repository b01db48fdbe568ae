import collections
import os
import warnings

from kerasgan.datasets.pictures import readable_formats

_ENDINGS = (
    *(".jpeg", ".jpg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    *(".jpe", ".jfif", ".mpo", ".apng", ".dib", ".jp2", ".j2k", ".jpx"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".qoi", ".tga", ".psd", ".pcx"),
    *(".sgi", ".dds", ".ico"),
)

# Endings of formats that Pillow reads with a plug-in alone.
_WITH_PLUG_IN = {
    ".heic": ("HEIF", "pillow-heif"),
    ".heif": ("HEIF", "pillow-heif"),
    ".hif": ("HEIF", "pillow-heif"),
    ".avif": ("AVIF", "pillow-avif-plugin"),
}
_SHOWN = 5  # names in one message


def find_images(path, left_out=None):
    """Returns the names of the pictures in a folder and all folders in it.

    They are told by their ends, which are those of formats that Pillow reads.

    Symbolic links to folders are followed when all real folders are known,
    and each folder once, by whatever way it is reached. A warning says which
    ways were not taken again, which links lead nowhere, and which files have
    two names, and which are pictures that only a plug-in of Pillow reads.

    Args:
        path: The folder.
        left_out: List to which `(name, reason)` of each file that is no
            picture, or cannot be read, is added. Names that begin with a dot
            are passed over. Defaults to `None`.

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
    tree = _Tree(os.fspath(path))
    while tree.links:
        tree.links.sort()
        tree.walk(tree.links.pop(0))
    if left_out is not None:
        left_out += tree.left_out
    if not tree.names:
        raise ValueError(
            f"`path` must have files that end in {', '.join(_ENDINGS[:6])} or "
            "another format that Pillow reads, directly or in folders in it. "
            f"Received: path='{os.fspath(path)}', which has none"
            f"{tree.words_of_left_out()}."
        )
    tree.warn()
    if left_out is None and tree.unread:
        warnings.warn(
            f"In '{os.fspath(path)}', {len(tree.unread)} pictures are left "
            f"out: {describe_left_out(tree.unread)}.",
            stacklevel=2,
        )
    return sorted(tree.names)


def describe_left_out(left_out):
    """Returns words on files that were left out, as many of each kind.

    Args:
        left_out: List of `(name, reason)`.

    Example:

    ```python
    from kerasgan.datasets.find_images import describe_left_out

    left_out = [("a.txt", "no picture"), ("b.txt", "no picture")]
    assert describe_left_out(left_out) == "2 .txt (no picture)"
    ```
    """
    kinds = collections.Counter(
        (reason, os.path.splitext(name)[1].lower() or "without an end")
        for name, reason in left_out
    )
    return ", ".join(
        f"{count} {end} ({reason})"
        for (reason, end), count in kinds.most_common()
    )


def _is_picture(name):
    end = os.path.splitext(name)[1].lower()
    if end in _WITH_PLUG_IN:
        return _WITH_PLUG_IN[end][0] in readable_formats()
    return end in _ENDINGS


class _Tree:
    """What is known of a folder while it is walked through."""

    def __init__(self, path):
        self.path = path
        self.names = []
        #: Ways to folders that are still to be walked through.
        self.links = [""]
        self._folders = {}  # from what a folder is to its first name
        self._files = {}
        self._again, self._copies, self._nowhere = [], [], []
        #: Names of files that are not taken, each with the reason.
        self.left_out = []
        #: Those of them that are pictures.
        self.unread = []

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
        elif _is_picture(name):
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
        else:
            end = os.path.splitext(name)[1].lower()
            reason = "no picture that Pillow reads"
            if end in _WITH_PLUG_IN:
                _, plug_in = _WITH_PLUG_IN[end]
                reason = f"`python -m pip install {plug_in}` lets them be read"
                self.unread.append((name, reason))
            self.left_out.append((name, reason))

    def words_of_left_out(self):
        """Returns what is there instead of pictures, if anything."""
        if not self.left_out:
            return ""
        return f" but {describe_left_out(self.left_out)}"

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

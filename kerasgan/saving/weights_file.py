"""Weights in HDF5 files from elsewhere: whole, and of a size."""

import contextlib
import dataclasses
import math
import os

# Bytes that arrays may take in memory, beside so many for each in the file:
# weights that are all zero compress well.
_FREE_BYTES = 2**23
_EXPANSION = 100
_MOST_OBJECTS = 100_000

# How much a model may make for each that is stored: an average, the optimizers
# of a constructor and those of a file after them. Beside it, what is never
# stored, such as a network that a loss looks through.
_VARIABLES = 5
_FREE_VARIABLES = 300
_FREE_ELEMENTS = 2**24

_LONGEST_ATTRIBUTE = 2**16


@dataclasses.dataclass(frozen=True)
class StoredWeights:
    """What is stored in a file of weights.

    Args:
        arrays: Integer, number of arrays.
        elements: Integer, number of weights in them.
        layers: Integer, number of layers and the like that they are of.

    Example:

    ```python
    from kerasgan.saving.weights_file import StoredWeights

    assert StoredWeights(arrays=2, elements=12, layers=1).elements == 12
    ```
    """

    arrays: int
    elements: int
    layers: int

    @property
    def limits(self):
        """How many variables, and numbers in them, their model may have."""
        return (
            _VARIABLES * self.arrays + _FREE_VARIABLES,
            _VARIABLES * self.elements + _FREE_ELEMENTS,
        )


def check_weights(file, path, advice):
    """Returns what a file of weights holds, or says what is wrong with it.

    Nothing of the weights is read. What passes holds arrays of numbers, no
    links to other files, and does not take much more memory than room on the
    disk.

    Args:
        file: Path, or binary file object that can seek.
        path: Path, for messages.
        advice: What to do if the file is another, a sentence.

    Returns:
        A `StoredWeights`.

    Raises:
        OSError: If it is no such file, is cut off or is broken.
    """
    import h5py

    try:
        size = _size_of(file)
        with h5py.File(file, "r") as content:
            return _check_content(content, size)
    except Exception as error:
        # HDF5 has many errors of its own for what is broken.
        raise OSError(
            f"'{path}' must be an HDF5 file of weights. Received: "
            f"{_words(error)}. {advice}"
        ) from error


@contextlib.contextmanager
def naming(path, advice):
    """A context in which all errors become ones that name a file.

    Args:
        path: Path of what is read.
        advice: What to do about it, a sentence.

    Raises:
        ValueError: In place of any other error than `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise OSError(
            f"'{path}' could not be read. Received: {_words(error)}. {advice}"
        ) from error
    except Exception as error:
        raise ValueError(
            f"'{path}' must hold what its model can be made of. Received: "
            f"{type(error).__name__}: {_words(error)}. {advice}"
        ) from error


def _words(error):
    """Returns the message of an error in one line of some length."""
    return " ".join(str(error)[:500].split())


def _size_of(file):
    if not hasattr(file, "seek"):
        return os.path.getsize(file)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _check_content(content, size):
    census = _Census(content.id, size)
    # HDF5 comes to each object once, also where groups hold each other. It
    # does not let errors pass, but stops at what it is given.
    error = content.id.links.visit(census.visit, info=True)
    if error is not None:
        raise error
    return StoredWeights(census.arrays, census.elements, census.layers)


class _Census:
    """Counts what is in a file, link by link."""

    def __init__(self, content, size):
        self.content = content
        self.size = size
        self.bytes_left = _FREE_BYTES + _EXPANSION * size
        self.arrays = self.elements = self.layers = self.objects = 0

    def visit(self, name, link):
        """Counts what a link leads to, or returns an error."""
        try:
            self._count(name, link)
        except Exception as error:
            return error

    def _count(self, name, link):
        from h5py import h5l
        from h5py import h5o

        self.objects += 1
        if self.objects > _MOST_OBJECTS:
            raise ValueError(f"more than {_MOST_OBJECTS} groups and arrays")
        if link.type != h5l.TYPE_HARD:
            raise ValueError(f"{name}, a link to elsewhere")
        if h5o.get_info(self.content, name).type == h5o.TYPE_GROUP:
            self.layers += name.rpartition(b"/")[2] == b"vars"
            return
        elements, room = _check_array(self.content, name)
        self.arrays += 1
        self.elements += elements
        self.bytes_left -= room
        if self.bytes_left < 0:
            raise ValueError(
                f"arrays that unpack to more than {_EXPANSION} times the "
                f"{self.size} bytes of the file"
            )


def _check_array(content, name):
    """Returns how many numbers an array has, and their bytes in memory."""
    from h5py import h5a
    from h5py import h5d

    # Raises for what is no array.
    array = h5d.open(content, name)
    shape, dtype, layout = array.shape, array.dtype, array.get_create_plist()
    if shape is None or dtype.kind not in "biufV" or dtype.hasobject:
        raise ValueError(f"{name}, of {dtype}, not of numbers")
    if layout.get_layout() == h5d.VIRTUAL or layout.get_external_count():
        raise ValueError(f"{name}, which lies in another file")
    chunk = ()
    if layout.get_layout() == h5d.CHUNKED:
        chunk = layout.get_chunk()
    if any(part > max(whole, 1) for part, whole in zip(chunk, shape)):
        raise ValueError(f"{name}, of chunks larger than itself")
    for index in range(h5a.get_num_attrs(array)):
        if h5a.open(array, index=index).get_storage_size() > _LONGEST_ATTRIBUTE:
            raise ValueError(f"{name}, with a long attribute")
    elements = math.prod(shape)
    return elements, elements * dtype.itemsize

"""Reads weights that PyTorch wrote, without PyTorch."""

import collections
import pickle
import zipfile

import numpy as np

_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
}
# How a file of before PyTorch 1.6 begins.
_MAGIC = 0x1950A86A20F9469CFC6C


def read_torch_file(path):
    """Returns the tensors in a `.pth` file, both the old and the new kind.

    Only what a dict of tensors needs is taken from the file; a pickle that
    asks for anything else is refused before it can run.

    Args:
        path: File with a dict of tensors.

    Returns:
        Dict from names to NumPy arrays.

    Raises:
        OSError: If the file is cut off, or holds something else.
    """
    try:
        if zipfile.is_zipfile(path):
            return _read_zip(path)
        return _read_sequence(path)
    except (
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        EOFError,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        AttributeError,
    ) as error:
        raise OSError(
            f"'{path}' must be a PyTorch file with a dict of tensors. "
            f"Received: {type(error).__name__}: {error}"
        ) from error


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("/data.pkl")]
        folder = name.removesuffix("data.pkl")

        def numbers_of(dtype, key, count):
            found = np.frombuffer(archive.read(f"{folder}data/{key}"), dtype)
            return found[:count]

        with archive.open(name) as file:
            return _arrays(_load(file, numbers_of))


def _read_sequence(path):
    with open(path, "rb") as file:
        if _load(file) != _MAGIC:
            raise ValueError("no PyTorch file")
        for _ in ("version of the format", "facts about the machine"):
            _load(file)
        wanted = {}

        def numbers_of(dtype, key, count):
            # The numbers follow all names: filled in below.
            return wanted.setdefault(key, np.empty(count, dtype))

        tensors = _load(file, numbers_of)
        for key in _load(file):
            count = int.from_bytes(file.read(8), "little")
            numbers = wanted[key]
            content = file.read(count * numbers.itemsize)
            numbers[:] = np.frombuffer(content, numbers.dtype, count)
        return _arrays(tensors)


def _arrays(tensors):
    return {name: np.array(tensor) for name, tensor in tensors.items()}


def _rebuild_tensor(numbers, offset, size, stride, *_):
    itemsize = numbers.itemsize
    if size and 0 not in size:
        last = offset + sum((n - 1) * step for n, step in zip(size, stride))
        if min((offset, *stride)) < 0 or last >= len(numbers):
            raise ValueError("a tensor that reaches beyond its numbers")
    # Rows need not come first: weights may be stored channels last.
    return np.lib.stride_tricks.as_strided(
        numbers[offset:],
        size,
        [step * itemsize for step in stride],
        writeable=False,
    )


def _rebuild_parameter(tensor, *_):
    return tensor


def _load(file, numbers_of=None):
    """Returns what one pickle holds, if it is tensors or plain data."""
    return _Unpickler(file, numbers_of).load()


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, numbers_of):
        super().__init__(file)
        self._numbers_of = numbers_of

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _rebuild_parameter
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, identifier):
        _, dtype, key, _, count, *_ = identifier
        return self._numbers_of(dtype, key, count)

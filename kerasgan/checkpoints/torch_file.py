"""Reads weights that PyTorch wrote, without PyTorch."""

import collections
import errno
import math
import os
import pickle
import struct
import zipfile
import zlib

import numpy as np

# By what a storage is called in the file; "bf16" has no name in NumPy.
_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
    "BFloat16Storage": "bf16",
}
# How a file of before PyTorch 1.6 begins.
_MAGIC = 0x1950A86A20F9469CFC6C


def read_torch_file(path):
    """Returns the tensors in a `.pth` file, both the old and the new kind.

    Only what a dict of tensors needs is taken from the file; a pickle that
    asks for anything else is refused before it can run. A small
    file cannot fill the memory: compressed files, which PyTorch does not
    write, and tensors that together are many times as large as the file are
    refused.

    Args:
        path: File with a dict of tensors.

    Returns:
        Dict from names to NumPy arrays.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is cut off, or holds something else.
    """
    try:
        if zipfile.is_zipfile(path):
            return _read_zip(path)
        return _read_sequence(path)
    except (
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        ArithmeticError,
        ImportError,
        LookupError,
        MemoryError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
    ) as error:
        # Of a place before the beginning, where a changed file leads to.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ValueError(
            f"'{path}' must be a PyTorch file with a dict of tensors. "
            f"Received: {type(error).__name__}: {error}"
        ) from error


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        if any(i.compress_type != zipfile.ZIP_STORED for i in archive.filelist):
            raise ValueError("a compressed file, which PyTorch does not write")
        (name,) = [n for n in archive.namelist() if n.endswith("/data.pkl")]
        folder = name.removesuffix("data.pkl")
        storages, budget = {}, _Budget(path)

        def numbers_of(dtype, key, count):
            if key not in storages:
                entry = archive.getinfo(f"{folder}data/{key}")
                budget.spend(entry.file_size)
                content = archive.read(entry)
                storages[key] = np.frombuffer(content, _stored(dtype))[:count]
            return storages[key], dtype

        with archive.open(name) as file:
            return _arrays(_load(file, numbers_of), budget)


def _read_sequence(path):
    budget = _Budget(path)
    with open(path, "rb") as file:
        if _load(file) != _MAGIC:
            raise ValueError("no PyTorch file")
        for _ in ("version of the format", "facts about the machine"):
            _load(file)
        wanted = {}

        def numbers_of(dtype, key, count):
            # The numbers follow all names: filled in below.
            stored = np.dtype(_stored(dtype))
            if key not in wanted:
                budget.spend(count * stored.itemsize)
                wanted[key] = np.empty(count, stored)
            return wanted[key], dtype

        tensors = _load(file, numbers_of)
        for key in _load(file):
            count = int.from_bytes(file.read(8), "little")
            numbers = wanted[key]
            if count != len(numbers):
                raise ValueError("another number of numbers than announced")
            content = file.read(count * numbers.itemsize)
            numbers[:] = np.frombuffer(content, numbers.dtype, count)
        return _arrays(tensors, budget)


class _Budget:
    """How much memory the content of a file may take."""

    def __init__(self, path):
        # Tied weights are there twice; a few numbers need no care.
        self.left = 8 * os.path.getsize(path) + 2**20

    def spend(self, count):
        self.left -= count
        if count < 0 or self.left < 0:
            raise ValueError("more numbers than the file has")


def _stored(dtype):
    if dtype not in _DTYPES.values():
        raise pickle.UnpicklingError(f"it asks for numbers of type {dtype!r}")
    return "<u2" if dtype == "bf16" else dtype


class _Tensor:
    """Where a tensor's numbers are, until they have been read."""

    def __init__(self, numbers, offset, size, stride, *_):
        self.numbers, self.dtype = numbers
        self.offset, self.size, self.stride = offset, size, stride

    def array(self, budget):
        numbers, offset = self.numbers, self.offset
        count = math.prod(self.size)
        budget.spend(count * numbers.itemsize)
        if len(self.size) != len(self.stride):
            raise ValueError("a tensor of other strides than sides")
        if min((offset, *self.size, *self.stride), default=0) < 0:
            raise ValueError("a tensor that reaches beyond its numbers")
        if count:
            steps = zip(self.size, self.stride)
            last = offset + sum((n - 1) * step for n, step in steps)
            if last >= len(numbers):
                raise ValueError("a tensor that reaches beyond its numbers")
        # Rows need not come first: weights may be stored channels last.
        found = np.lib.stride_tricks.as_strided(
            numbers[offset:],
            self.size,
            [step * numbers.itemsize for step in self.stride],
            writeable=False,
        )
        if self.dtype == "bf16":
            return (found.astype("<u4") << 16).view("<f4")
        return np.array(found)


def _arrays(tensors, budget):
    if not isinstance(tensors, dict):
        raise ValueError("no dict of tensors")
    return {name: _array(name, x, budget) for name, x in tensors.items()}


def _array(name, tensor, budget):
    if not isinstance(name, str) or not isinstance(tensor, _Tensor):
        raise ValueError(f"{name!r} is no tensor")
    return tensor.array(budget)


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
            return _Tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _rebuild_parameter
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, identifier):
        _, dtype, key, _, count, *_ = identifier
        if self._numbers_of is None:
            raise pickle.UnpicklingError("numbers where there are none")
        return self._numbers_of(dtype, key, count)

import gzip
import math
import zlib

import numpy as np


def read_idx(path):
    """Returns the array of an IDX file of unsigned bytes.

    The format of MNIST: two zero bytes, the type (8 for unsigned bytes), the
    rank, each dimension as a big-endian 32-bit integer, then the values.

    Args:
        path: File, compressed by gzip if its name ends in `.gz`.

    Returns:
        A uint8 array.

    Raises:
        OSError: If the file cannot be read, is of another format, or holds
            fewer or more bytes than its header says.
    """
    try:
        with (gzip.open if str(path).endswith(".gz") else open)(
            path, "rb"
        ) as file:
            data = file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise OSError(
            f"Cannot read '{path}': {error}. The file may be cut short; "
            "fetch it again."
        ) from error
    rank = data[3] if data[:3] == b"\0\0\x08" and len(data) > 3 else 0
    if not rank or len(data) < 4 + 4 * rank:
        raise OSError(
            f"'{path}' must be an IDX file of unsigned bytes, which begins "
            "with 00 00 08 and the rank. "
            f"Received: {data[:4].hex(' ') or 'an empty file'}. "
            "Fetch the file again, or name the folder that holds IDX files."
        )
    shape = tuple(np.frombuffer(data, ">u4", rank, offset=4).tolist())
    received = len(data) - 4 - 4 * rank
    if received != math.prod(shape):
        raise OSError(
            f"'{path}' must hold {math.prod(shape)} bytes of data, as its "
            f"header says (shape {shape}). Received: {received} bytes. "
            "Fetch the file again."
        )
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * rank)
    return values.reshape(shape).copy()  # `data` cannot be written to

"""Writes PNG files from the standard, to know what is in them."""

import struct
import zlib

import numpy as np

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
# Adam7: where the pixels of each pass begin, and how far apart they are.
_PASSES = (
    (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2),
    (0, 1, 2, 2), (1, 0, 2, 1),
)  # fmt: skip


def write_png(
    path, samples, kind, depth, transparent=None, palette=None, interlaced=False
):
    """Writes samples as they are.

    Args:
        path: The file.
        samples: Integers `(height, width, samples a pixel)`.
        kind: The colour type of the standard.
        depth: Bits a sample.
        transparent: Bytes of the `tRNS` chunk, or the samples of the one
            transparent colour; or `None`.
        palette: uint8 array `(colours, 3)`, or `None`.
        interlaced: Whether the rows come in Adam7's seven passes.
    """
    height, width, count = samples.shape
    assert count == _SAMPLES[kind] and samples.max() < 2**depth
    header = struct.pack(
        ">IIBBBBB", width, height, depth, kind, 0, 0, interlaced
    )
    chunks = [(b"IHDR", header)]
    if palette is not None:
        chunks.append((b"PLTE", np.asarray(palette, "uint8").tobytes()))
    if transparent is not None:
        if not isinstance(transparent, bytes):
            transparent = struct.pack(f">{len(transparent)}H", *transparent)
        chunks.append((b"tRNS", transparent))
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        _rows(samples[top::down, left::right], depth)
        for top, left, down, right in passes
    )
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, data in chunks:
            file.write(struct.pack(">I", len(data)) + name + data)
            file.write(struct.pack(">I", zlib.crc32(name + data)))


def _rows(samples, depth):
    if not samples.size:
        return b""
    rows = samples.reshape(len(samples), -1)
    if depth == 16:
        packed = rows.astype(">u2").view("uint8")
    elif depth == 8:
        packed = rows.astype("uint8")
    else:
        bits = (rows[..., None] >> np.arange(depth)[::-1]) & 1
        packed = np.packbits(bits.reshape(len(rows), -1), axis=1)
    # Each row begins with its filter: none.
    return np.pad(packed, ((0, 0), (1, 0))).tobytes()

"""Images seen through an affine map of the plane, one map an image."""

import math

from keras import ops


def inverse_map(parameters, height, width):
    """Returns where each pixel of the new image comes from, as a matrix.

    Positions are `(x, y, 1)` in pixels from the centre, x to the right and y
    downwards.

    Args:
        parameters: Dict of float32 tensors, `(batch,)`, all 0 for the
            identity, of what is done to the image in this order:
            `flip`, 1 to mirror left and right;
            `turns`, quarter turns counterclockwise;
            `shift_x`, `shift_y`, shares of the sides, rounded to pixels;
            `log2_scale`;
            `angle_before`, in radians, clockwise as y points down;
            `log2_stretch`, of the width, and the inverse of the height;
            `angle_after`;
            `move_x`, `move_y`, shares of the sides.
        height: Integer, in pixels.
        width: Integer, in pixels.

    Returns:
        Float32 tensor, `(batch, 3, 3)`.
    """
    given = parameters
    zero = ops.zeros_like(given["flip"])
    # The first change is undone last: it stands on the left.
    steps = (
        _linear(1.0 - 2.0 * given["flip"], zero, zero, zero + 1.0),
        _quarter_turns(given["turns"]),
        _translation(
            -ops.round(given["shift_x"] * width),
            -ops.round(given["shift_y"] * height),
        ),
        _scale(-given["log2_scale"], -given["log2_scale"]),
        _rotation(-given["angle_before"]),
        _scale(-given["log2_stretch"], given["log2_stretch"]),
        _rotation(-given["angle_after"]),
        _translation(-given["move_x"] * width, -given["move_y"] * height),
    )
    product, *others = steps
    for matrix in others:
        # No matmul, which GPUs may compute with fewer digits than positions
        # need.
        product = ops.sum(
            product[:, :, :, None] * matrix[:, None, :, :], axis=2
        )
    return product


def warp(images, matrices):
    """Returns images whose pixels come from other places of the old ones.

    Between pixels values are interpolated linearly along both sides; outside
    of the image there is its mirror image, the outermost pixels not repeated.
    Whole pixels are met exactly.

    Args:
        images: Float tensor, `(batch, height, width, channels)`.
        matrices: Float32 tensor, `(batch, 3, 3)`; see `inverse_map`.

    Returns:
        Tensor of the shape and dtype of `images`, which has first and second
        derivatives with respect to them.
    """
    height, width, channels = images.shape[1:]
    x = ops.arange(width, dtype="float32") - (width - 1) / 2
    y = ops.arange(height, dtype="float32")[:, None] - (height - 1) / 2
    # Entries of shape (batch, 1, 1), positions of (batch, height, width)
    entry = [
        [matrices[:, i, j, None, None] for j in range(3)] for i in range(2)
    ]
    from_x, from_y = (a * x + b * y + c for a, b, c in entry)
    left, right, to_right = _neighbours(from_x + (width - 1) / 2, width)
    above, below, downwards = _neighbours(from_y + (height - 1) / 2, height)

    batch = ops.shape(images)[0]
    first = ops.arange(batch, dtype="int32")[:, None, None] * (height * width)
    # Of rank 3: PyTorch's gather has a faster gradient than its embedding.
    pixels = ops.reshape(images, (-1, 1, channels))

    def weighted(row, column, weight):
        index = ops.reshape(first + row * width + column, (-1,))
        weight = ops.cast(ops.reshape(weight, (-1, 1, 1)), images.dtype)
        return weight * ops.take(pixels, index, axis=0)

    result = (
        weighted(above, left, (1.0 - downwards) * (1.0 - to_right))
        + weighted(above, right, (1.0 - downwards) * to_right)
        + weighted(below, left, downwards * (1.0 - to_right))
        + weighted(below, right, downwards * to_right)
    )
    return ops.reshape(result, (-1, height, width, channels))


def _neighbours(position, size):
    """Returns the pixels on both sides of a position, and how far it is.

    Args:
        position: Float32 tensor; pixels are at 0, 1, ..., `size - 1`.
        size: Integer.

    Returns:
        Two int32 tensors, and the distance from the first pixel, in [0, 1).
    """
    last = size - 1
    if last == 0:
        return [ops.zeros_like(position, dtype="int32")] * 2 + [0.0 * position]
    position = ops.mod(ops.abs(position), 2 * last)
    position = last - ops.abs(last - position)
    before = ops.floor(position)
    index = ops.cast(before, "int32")
    return index, ops.minimum(index + 1, last), position - before


def _matrix(rows):
    """Stacks six tensors, `(batch,)`, as the upper rows of 3x3 matrices."""
    zero = ops.zeros_like(rows[0])
    return ops.reshape(
        ops.stack([*rows, zero, zero, zero + 1.0], axis=-1), (-1, 3, 3)
    )


def _linear(a, b, c, d):
    zero = ops.zeros_like(a)
    return _matrix([a, b, zero, c, d, zero])


def _scale(log2_x, log2_y):
    zero = ops.zeros_like(log2_x)
    return _linear(ops.exp2(log2_x), zero, zero, ops.exp2(log2_y))


def _rotation(angle):
    cosine, sine = ops.cos(angle), ops.sin(angle)
    return _linear(cosine, -sine, sine, cosine)


def _quarter_turns(turns):
    # Rounded, so that a turn is exact.
    cosine, sine = (
        ops.round(function(turns * (math.pi / 2)))
        for function in (ops.cos, ops.sin)
    )
    return _linear(cosine, -sine, sine, cosine)


def _translation(x, y):
    zero = ops.zeros_like(x)
    return _matrix([zero + 1.0, zero, x, zero, zero + 1.0, y])

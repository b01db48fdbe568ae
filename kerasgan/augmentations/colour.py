"""Other colours, one change an image."""

import math

from keras import ops


def recolour(images, parameters):
    """Returns images of other brightness, contrast, hue and saturation.

    A colour is its mean over the channels, the luma, and the rest. Each part
    of the change scales the one or turns the other, so that all of them
    together are, with the contrast `c`, the saturation `s`, the hue `h` and
    `l = -1` where luma is flipped, else 1:

    ```
    luma:   l c (luma + brightness)
    rest:   s c (rest, turned by h about the axis of greys)
    ```

    Args:
        images: Float tensor, `(batch, height, width, channels)`; 0 is the
            middle of the range of values.
        parameters: Dict of float32 tensors, `(batch,)`, all 0 for the
            identity: `brightness`, which is added; `log2_contrast`;
            `luma_flip`, 1 to flip; `hue`, in radians, which counts where
            there are 3 channels; `log2_saturation`.

    Returns:
        Tensor of the shape and dtype of `images`.
    """
    contrast = ops.exp2(parameters["log2_contrast"])
    luma = (1.0 - 2.0 * parameters["luma_flip"]) * contrast
    rest = ops.exp2(parameters["log2_saturation"]) * contrast
    is_rgb = images.shape[-1] == 3
    straight = rest * ops.cos(parameters["hue"]) if is_rgb else rest

    def each(x):  # (batch, 1, 1, 1)
        return ops.cast(x[:, None, None, None], images.dtype)

    # In this form images without a change stay the same to the last bit.
    result = each(straight) * images + each(luma * parameters["brightness"])
    mean = ops.mean(images, axis=-1, keepdims=True)
    result = result + each(luma - straight) * mean
    if is_rgb:
        across = rest * ops.sin(parameters["hue"]) / math.sqrt(3)
        red, green, blue = ops.split(images, 3, axis=-1)
        # The cross product of the axis of greys and the colour.
        turned = ops.concatenate(
            [blue - green, red - blue, green - red], axis=-1
        )
        result = result + each(across) * turned
    return result

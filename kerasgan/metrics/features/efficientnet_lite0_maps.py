"""What EfficientNet-Lite0 sees where in an image."""

import keras
from keras import layers

from kerasgan.metrics.features.efficientnet_lite0 import NAME
from kerasgan.metrics.features.efficientnet_lite0 import first_stages
from kerasgan.metrics.features.packaged import verified_weights
from kerasgan.networks.pieces import builder

# From the fraction of the size that maps have to the stages before them.
_STAGES_BEFORE = {2: 1, 4: 2, 8: 3, 16: 5}


@builder
def efficientnet_lite0_maps(image_shape, fraction=8, name="features"):
    """Returns a network from images to maps, with the packaged weights.

    The maps are those after the first 1x1 convolution and ReLU6 of a stage,
    before it halves the size. No image is resized before.

    Args:
        image_shape: Tuple `(height, width, channels)`, with 3 channels or 1,
            which is repeated.
        fraction: Integer, 2, 4, 8 or 16: the 96, 144, 240 or 672 maps have
            that fraction of the image's height and width. Defaults to 8.
        name: String, the model's name.

    Returns:
        A `keras.Model` from images in [-1, 1] to maps, which is not trained.

    Raises:
        ValueError: If images have other channels, or there are no such maps.
        OSError: If the weights are not there, or have another digest.

    Example:

    ```python
    from kerasgan.metrics.features.efficientnet_lite0_maps import (
        efficientnet_lite0_maps,
    )

    network = efficientnet_lite0_maps((32, 48, 1))
    assert network.output_shape == (None, 4, 6, 240)
    ```
    """
    channels = image_shape[2]
    if channels not in (1, 3):
        raise ValueError(
            f"'{NAME}' sees images of 1 or 3 channels. Received: image_shape="
            f"{tuple(image_shape)}. Give a network of your own, or None for "
            "the images themselves."
        )
    if fraction not in _STAGES_BEFORE:
        raise ValueError(
            f"`feature_fraction` must be one of {list(_STAGES_BEFORE)}. "
            f"Received: feature_fraction={fraction!r}"
        )
    images = x = keras.Input(image_shape, name="images")
    if channels == 1:
        x = layers.Concatenate(name="coloured")([x, x, x])
    x = first_stages(x, _STAGES_BEFORE[fraction])
    network = keras.Model(images, x, name=name)
    # Layers are found by their number; the file has more than these.
    network.load_weights(verified_weights(NAME)[1])
    network.trainable = False
    return network

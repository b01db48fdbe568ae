"""EfficientNet-Lite0, a small network that was trained on ImageNet."""

import keras
from keras import layers

from kerasgan.metrics.features.feature_network import FeatureNetwork
from kerasgan.metrics.features.packaged import verified_weights

NAME = "efficientnet_lite0"
#: Side of the images that it is given here, in pixels.
SIZE = 96

# Of each stage: blocks, kernel size, strides, expansion, channels.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def efficientnet_lite0_network():
    """Returns the `FeatureNetwork` with the packaged weights.

    Raises:
        OSError: If the weights are not there, or have another digest.
    """
    facts, path = verified_weights(NAME)
    model = efficientnet_lite0()
    model.load_weights(path)
    return FeatureNetwork(
        model,
        name=NAME,
        resizing="bilinear",
        batch_size=64,
        sha256=facts["sha256"],
    )


def efficientnet_lite0_112_network():
    """Returns the `FeatureNetwork` of the first five of the seven stages.

    Its features are the means over the image of the 112 maps, at a sixteenth
    of the size, that the fifth stage ends with. A FID of 1,280 features of
    some hundred images is mostly bias, of real images too; of 112 it is not.

    Raises:
        OSError: If the weights are not there, or have another digest.
    """
    whole = efficientnet_lite0_network()
    width = _STAGES[4][-1]
    # With the sums of the ways around, which are no layers.
    steps = [x for x in whole.model.operations if x.output.shape[-1] == width]
    maps = steps[-1].output
    features = layers.GlobalAveragePooling2D(name="features_112")(maps)
    return FeatureNetwork(
        keras.Model(whole.model.input, features),
        name=f"{NAME}_{width}",
        resizing=whole.resizing,
        batch_size=whole.batch_size,
        sha256=whole.sha256,
    )


def efficientnet_lite0(size=SIZE):
    """Builds the network, with weights of zero, to load others.

    A convolution, seven stages of inverted bottlenecks (a 1x1 convolution to
    more channels, a depthwise one, a 1x1 convolution to fewer, and a way
    around where the shapes allow), a 1x1 convolution to 1,280 channels and
    their mean over the image. ReLU6 in the place of swish, and no
    squeeze-and-excitation, unlike EfficientNet-B0.

    Args:
        size: Integer, side of the images in pixels. Defaults to 96; it was
            trained with 224, which takes five times as long.

    Returns:
        A `keras.Model` from images `(batch, size, size, 3)` in [-1, 1] to a
        list: features `(batch, 1280)` and the logits of 1,000 classes.

    Example:

    ```python
    from kerasgan.metrics.features.efficientnet_lite0 import (
        efficientnet_lite0,
    )

    assert efficientnet_lite0(32).count_params() == 4_694_024
    ```

    Reference:
        Tan and Le, 2019, arXiv 1905.11946; the Lite variants are those of
        TensorFlow's repository of TPU models, 2020.
    """
    images = keras.Input((size, size, 3), name="images")
    x = _convolve(_stages(images, len(_STAGES)), 1280)
    features = layers.GlobalAveragePooling2D(name="features")(x)
    logits = layers.Dense(1000, kernel_initializer="zeros", name="logits")
    logits = logits(features)
    return keras.Model(images, [features, logits], name=NAME)


def first_stages(images, count):
    """Returns the maps with which the stage after some stages begins.

    Args:
        images: Symbolic tensor, images in [-1, 1] of 3 channels.
        count: Integer, how many stages are before it.
    """
    x = _stages(images, count)
    return _convolve(x, _STAGES[count][3] * x.shape[-1])


def _stages(images, count):
    # From [-1, 1] to the (pixel - 127) / 128 of its training.
    x = layers.Rescaling(127.5 / 128, offset=0.5 / 128)(images)
    x = _convolve(x, 32, 3, strides=2)
    for blocks, kernel_size, strides, expansion, filters in _STAGES[:count]:
        for index in range(blocks):
            x = _bottleneck(
                x, filters, kernel_size, 1 if index else strides, expansion
            )
    return x


def _bottleneck(x, filters, kernel_size, strides, expansion):
    channels = x.shape[-1]
    y = x
    if expansion != 1:
        y = _convolve(y, expansion * channels)
    y = layers.DepthwiseConv2D(
        kernel_size,
        strides,
        padding="same",
        use_bias=False,
        depthwise_initializer="zeros",
    )(y)
    y = _normalize(y)
    y = _convolve(y, filters, activation=False)
    return x + y if strides == 1 and channels == filters else y


def _convolve(x, filters, kernel_size=1, strides=1, activation=True):
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides,
        padding="same",
        use_bias=False,
        kernel_initializer="zeros",
    )(x)
    return _normalize(x, activation)


def _normalize(x, activation=True):
    x = layers.BatchNormalization(epsilon=1e-3)(x)
    return layers.ReLU(max_value=6.0)(x) if activation else x

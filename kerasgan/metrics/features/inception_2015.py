"""The Inception network whose FID papers report."""

import keras
from keras import layers

from kerasgan.metrics.features.feature_network import FeatureNetwork
from kerasgan.metrics.features.torch_file import read_torch_file

NAME = "inception_2015"
SIZE = 299
_URL = (
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
    "weights-inception-2015-12-05-6726825d.pth"
)
_SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


def inception_2015_network():
    """Returns the `FeatureNetwork`; its weights are downloaded once.

    96 MB, under Apache-2.0, converted by torch-fidelity from TensorFlow's
    `inception-2015-12-05`; kept in the cache of Keras, `KERAS_HOME` or
    `~/.keras`. The graph is tested against torch-fidelity's with random
    weights, on all backends; with the real weights it has not been run by
    the authors of kerasgan.

    Raises:
        OSError: If they cannot be downloaded, or have another digest.
    """
    try:
        path = keras.utils.get_file(
            _URL.rpartition("/")[2],
            origin=_URL,
            file_hash=_SHA256,
            cache_subdir="kerasgan",
        )
    except Exception as error:
        # `get_file` raises bare exceptions when there is no connection.
        raise OSError(
            f"The weights of '{NAME}' must come from '{_URL}'. Received: "
            f"{error}. Check the connection, or put the file into the folder "
            "`kerasgan` of the cache of Keras; 'efficientnet_lite0' needs no "
            "download."
        ) from error
    model = inception_2015()
    fill(model, read_torch_file(path))
    return FeatureNetwork(
        model,
        name=NAME,
        resizing="bilinear_2015",
        batch_size=32,
        sha256=_SHA256,
    )


def inception_2015(size=SIZE):
    """Builds the network, with weights of zero: `fill` gives it others.

    Inception-v3 as it is in the graph of December 2015, which differs from
    later ones: its average pools leave the padding out of the mean, the pool
    in the last block takes the maximum, and there are 1,008 classes. Logits
    are without the bias, as the code of the Inception score has them.

    Args:
        size: Integer, side of the images in pixels, at least 75. Defaults to
            299.

    Returns:
        A `keras.Model` from images `(batch, size, size, 3)` in [-1, 1] to a
        list: features `(batch, 2048)`, the mean over the image of the last
        block, and logits `(batch, 1008)`.

    Example:

    ```python
    from kerasgan.metrics.features.inception_2015 import inception_2015

    features, logits = inception_2015(75).outputs
    assert features.shape == (None, 2048) and logits.shape == (None, 1008)
    ```

    Reference:
        Szegedy et al., 2016, arXiv 1512.00567; Heusel et al., 2017, arXiv
        1706.08500.
    """
    images = keras.Input((size, size, 3), name="images")
    # From [-1, 1] to the (pixel - 128) / 128 of the graph.
    x = layers.Rescaling(127.5 / 128, offset=-0.5 / 128)(images)
    x = _convolve(x, "Conv2d_1a_3x3", 32, 3, strides=2, padding="valid")
    x = _convolve(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _convolve(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _convolve(x, "Conv2d_3b_1x1", 80)
    x = _convolve(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, 2)(x)
    x = _block_35(x, "Mixed_5b", 32)
    x = _block_35(x, "Mixed_5c", 64)
    x = _block_35(x, "Mixed_5d", 64)
    x = _to_17(x, "Mixed_6a")
    for name, filters in (("b", 128), ("c", 160), ("d", 160), ("e", 192)):
        x = _block_17(x, f"Mixed_6{name}", filters)
    x = _to_8(x, "Mixed_7a")
    x = _block_8(x, "Mixed_7b", _mean_around)
    x = _block_8(x, "Mixed_7c", layers.MaxPooling2D(3, 1, padding="same"))
    features = layers.GlobalAveragePooling2D(name="features")(x)
    logits = layers.Dense(
        1008, use_bias=False, kernel_initializer="zeros", name="fc"
    )(features)
    return keras.Model(images, [features, logits], name=NAME)


def fill(model, state):
    """Gives the network weights that are named as torch-fidelity does.

    Args:
        model: What `inception_2015` returned.
        state: Dict from names to NumPy arrays.

    Raises:
        ValueError: If one is missing, or has another shape.
    """
    # Names of layers cannot hold dots on all backends.
    state = {key.replace(".", "_"): value for key, value in state.items()}
    filled = {}
    for layer in model.layers:
        if not layer.weights:
            continue
        if isinstance(layer, layers.Conv2D):
            weight = _taken(state, layer, "weight")
            filled[layer] = [weight.transpose(2, 3, 1, 0)]
        elif isinstance(layer, layers.BatchNormalization):
            names = ("weight", "bias", "running_mean", "running_var")
            filled[layer] = [_taken(state, layer, name) for name in names]
        else:
            filled[layer] = [_taken(state, layer, "weight").T]
    for layer, weights in filled.items():
        layer.set_weights(weights)


def _taken(state, layer, name):
    key = f"{layer.name}_{name}"
    if key not in state:
        raise ValueError(
            f"`state` must have weights named '{key}'. Received: "
            f"{len(state)} arrays without it"
        )
    return state[key]


def _convolve(x, name, filters, kernel_size=1, strides=1, padding="same"):
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides,
        padding=padding,
        use_bias=False,
        kernel_initializer="zeros",
        name=f"{name}_conv",
    )(x)
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU()(x)


def _mean_around(x):
    """Returns the mean of 3 x 3 pixels, of fewer at the rim."""
    return layers.AveragePooling2D(3, 1, padding="same")(x)


def _join(*parts):
    return layers.Concatenate(axis=-1)(list(parts))


def _block_35(x, name, pool_filters):
    a = _convolve(x, f"{name}_branch1x1", 64)
    b = _convolve(x, f"{name}_branch5x5_1", 48)
    b = _convolve(b, f"{name}_branch5x5_2", 64, 5)
    c = _convolve(x, f"{name}_branch3x3dbl_1", 64)
    c = _convolve(c, f"{name}_branch3x3dbl_2", 96, 3)
    c = _convolve(c, f"{name}_branch3x3dbl_3", 96, 3)
    d = _convolve(_mean_around(x), f"{name}_branch_pool", pool_filters)
    return _join(a, b, c, d)


def _to_17(x, name):
    a = _convolve(x, f"{name}_branch3x3", 384, 3, 2, "valid")
    b = _convolve(x, f"{name}_branch3x3dbl_1", 64)
    b = _convolve(b, f"{name}_branch3x3dbl_2", 96, 3)
    b = _convolve(b, f"{name}_branch3x3dbl_3", 96, 3, 2, "valid")
    return _join(a, b, layers.MaxPooling2D(3, 2)(x))


def _block_17(x, name, filters):
    a = _convolve(x, f"{name}_branch1x1", 192)
    b = _convolve(x, f"{name}_branch7x7_1", filters)
    b = _convolve(b, f"{name}_branch7x7_2", filters, (1, 7))
    b = _convolve(b, f"{name}_branch7x7_3", 192, (7, 1))
    c = _convolve(x, f"{name}_branch7x7dbl_1", filters)
    c = _convolve(c, f"{name}_branch7x7dbl_2", filters, (7, 1))
    c = _convolve(c, f"{name}_branch7x7dbl_3", filters, (1, 7))
    c = _convolve(c, f"{name}_branch7x7dbl_4", filters, (7, 1))
    c = _convolve(c, f"{name}_branch7x7dbl_5", 192, (1, 7))
    d = _convolve(_mean_around(x), f"{name}_branch_pool", 192)
    return _join(a, b, c, d)


def _to_8(x, name):
    a = _convolve(x, f"{name}_branch3x3_1", 192)
    a = _convolve(a, f"{name}_branch3x3_2", 320, 3, 2, "valid")
    b = _convolve(x, f"{name}_branch7x7x3_1", 192)
    b = _convolve(b, f"{name}_branch7x7x3_2", 192, (1, 7))
    b = _convolve(b, f"{name}_branch7x7x3_3", 192, (7, 1))
    b = _convolve(b, f"{name}_branch7x7x3_4", 192, 3, 2, "valid")
    return _join(a, b, layers.MaxPooling2D(3, 2)(x))


def _block_8(x, name, pool):
    a = _convolve(x, f"{name}_branch1x1", 320)
    b = _convolve(x, f"{name}_branch3x3_1", 384)
    b1 = _convolve(b, f"{name}_branch3x3_2a", 384, (1, 3))
    b2 = _convolve(b, f"{name}_branch3x3_2b", 384, (3, 1))
    c = _convolve(x, f"{name}_branch3x3dbl_1", 448)
    c = _convolve(c, f"{name}_branch3x3dbl_2", 384, 3)
    c1 = _convolve(c, f"{name}_branch3x3dbl_3a", 384, (1, 3))
    c2 = _convolve(c, f"{name}_branch3x3dbl_3b", 384, (3, 1))
    d = _convolve(pool(x), f"{name}_branch_pool", 192)
    return _join(a, b1, b2, c1, c2, d)

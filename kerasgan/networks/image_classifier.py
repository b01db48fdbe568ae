"""A small classifier, whose features small images are scored with."""

import keras
from keras import layers

from kerasgan.networks.pieces import Seeds
from kerasgan.networks.pieces import builder
from kerasgan.utils import check_count
from kerasgan.utils.image_shape import as_image_shape


@builder
def image_classifier(
    image_shape=(28, 28, 1),
    num_classes=10,
    filters=32,
    features=128,
    dropout=0.4,
    seed=None,
    name="image_classifier",
):
    """Builds a small convolutional classifier that also gives its features.

    Two blocks of two 3x3 convolutions, the second of stride 2, a third block
    with one, and a fully connected layer, whose outputs are the features.
    BatchNormalization and ReLU after each. No pooling to a single pixel: the
    features know where in the image something is.

    Args:
        image_shape: Tuple `(height, width, channels)` of the images, each
            side at least 4. Defaults to `(28, 28, 1)`.
        num_classes: Integer. Defaults to 10.
        filters: Integer, channels of the first block; the next ones have
            twice and four times as many. Defaults to 32.
        features: Integer, length of the features. Defaults to 128.
        dropout: Float, share of values dropped in training before the fully
            connected layers. Defaults to 0.4.
        seed: Integer or `None`, for the initial weights and the dropout.
            Defaults to `None`.
        name: String, the model's name.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` in [-1, 1] to
        a list: features `(batch, features)`, none of them negative, and
        logits `(batch, num_classes)`.

    Raises:
        ValueError: If a size is not as described.

    Example:

    ```python
    from kerasgan.networks import image_classifier

    classifier = image_classifier((8, 8, 1), num_classes=3, filters=4)
    features, logits = classifier.outputs
    assert features.shape == (None, 128) and logits.shape == (None, 3)
    ```
    """
    image_shape = as_image_shape(image_shape, least=1)
    height, width, channels = image_shape
    for argument, count in (
        ("image_shape", channels),
        ("num_classes", num_classes),
        ("filters", filters),
        ("features", features),
    ):
        check_count(argument, count)
    if min(height, width) < 4:
        raise ValueError(
            "`image_shape` must have sides of at least 4 pixels. Received: "
            f"image_shape={tuple(image_shape)}"
        )
    seeds = Seeds(seed)

    def normalize(x):
        return layers.ReLU()(layers.BatchNormalization()(x))

    # === Functional Model ===
    images = keras.Input(tuple(image_shape), name="images")
    x = images
    for scale, strides in ((1, 1), (1, 2), (2, 1), (2, 2), (4, 1)):
        x = layers.Conv2D(
            scale * filters,
            3,
            strides,
            padding="same",
            use_bias=False,
            kernel_initializer=seeds.like("he_normal"),
        )(x)
        x = normalize(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(dropout, seed=seeds.next())(x)
    x = layers.Dense(
        features, use_bias=False, kernel_initializer=seeds.like("he_normal")
    )(x)
    # float32 also where the rest is computed in half precision.
    x = layers.BatchNormalization(dtype="float32")(x)
    x = layers.ReLU(dtype="float32", name="features")(x)
    logits = layers.Dense(
        num_classes,
        kernel_initializer=seeds.like("he_normal"),
        dtype="float32",
        name="logits",
    )(layers.Dropout(dropout, seed=seeds.next(), dtype="float32")(x))
    return keras.Model(images, [x, logits], name=name)

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from kerasgan.layers import ConditionalBatchNormalization

FEATURES = np.random.default_rng(0).normal(2, 3, (6, 3, 2, 4)).astype("float32")
LABELS = np.array([0, 2, 1, 0, 2, 2], "int32")


def numpy(x):
    return ops.convert_to_numpy(x)


def test_scale_one_and_shift_zero_is_plain_batch_normalization():
    plain = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    conditional = ConditionalBatchNormalization(num_classes=3)
    for training in (True, False):
        np.testing.assert_allclose(
            numpy(conditional([FEATURES, LABELS], training=training)),
            numpy(plain(FEATURES, training=training)),
            rtol=1e-5,
            atol=1e-6,
        )


@pytest.mark.parametrize("shape", [(6, 4), (6, 3, 2, 4)], ids=str)
def test_each_image_gets_the_scale_and_shift_of_its_class(shape):
    features = FEATURES[:, 0, 0] if len(shape) == 2 else FEATURES
    layer = ConditionalBatchNormalization(num_classes=3)
    plain = numpy(layer([features, LABELS], training=True))
    gamma, beta = np.arange(12.0).reshape(3, 4), -np.arange(12.0).reshape(3, 4)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    actual = numpy(layer([features, LABELS], training=True))
    for one, image, label in zip(actual, plain, LABELS):
        expected = image * gamma[label] + beta[label]
        np.testing.assert_allclose(one, expected, rtol=1e-4, atol=1e-5)


def test_half_precision_normalizes_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = ConditionalBatchNormalization(num_classes=3)
    outputs = layer([FEATURES, LABELS], training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    assert {v.dtype for v in layer.variables} == {"float32"}


def test_a_model_with_it_survives_saving(tmp_path):
    features = keras.Input((3, 2, 4))
    labels = keras.Input((), dtype="int32")
    layer = ConditionalBatchNormalization(3, gamma_initializer="random_normal")
    model = keras.Model([features, labels], layer([features, labels]))
    assert model.output_shape == (None, 3, 2, 4)
    model([FEATURES, LABELS], training=True)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        numpy(copy([FEATURES, LABELS])),
        numpy(model([FEATURES, LABELS])),
        rtol=1e-6,
    )


@pytest.mark.parametrize("num_classes", [0, 2.0, True], ids=str)
def test_a_number_of_classes_that_is_none_is_refused(num_classes):
    with pytest.raises(ValueError, match="`num_classes`.*Received"):
        ConditionalBatchNormalization(num_classes)


def test_vectors_scale_and_shift_linearly():
    norm = ConditionalBatchNormalization()
    features = np.random.default_rng(0).normal(size=(4, 3, 3, 2))
    features = features.astype("float32")
    vectors = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], "float32")
    plain = keras.ops.convert_to_numpy(norm([features, vectors], training=True))
    # It begins as plain BatchNormalization.
    np.testing.assert_allclose(plain.mean((0, 1, 2)), 0, atol=1e-5)
    norm.gamma.assign([[1, 2], [3, 4]])
    norm.beta.assign([[0.5, 0], [0, 0.25]])
    outputs = norm([features, vectors], training=True)
    gamma = 1 + vectors @ [[1, 2], [3, 4]]
    beta = vectors @ [[0.5, 0], [0, 0.25]]
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(outputs),
        plain * gamma[:, None, None] + beta[:, None, None],
        atol=1e-5,
    )
    other = ConditionalBatchNormalization.from_config(norm.get_config())
    assert other.num_classes is None

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.metrics import FID
from kerasgan.metrics import InceptionScore
from kerasgan.metrics import features
from kerasgan.metrics.features import FeatureNetwork


def small_classifier(shape=(4, 4, 1), seed=0):
    images = keras.Input(shape)
    x = layers.Flatten()(images)
    init = keras.initializers.GlorotUniform(seed=seed)
    x = layers.Dense(5, kernel_initializer=init)(x)
    logits = layers.Dense(3, kernel_initializer=init)(x)
    return keras.Model(images, [x, logits], name="small")


def pixels(n=7, shape=(4, 4, 1)):
    return np.random.default_rng(0).integers(0, 256, (n, *shape), np.uint8)


def flat(images):
    return images.reshape(len(images), -1)


def test_bytes_floats_and_tensors_give_the_same_features():
    network = FeatureNetwork(small_classifier(), batch_size=3)
    images = pixels()
    floats = (images / 127.5 - 1).astype("float32")
    expected = network.features(images)
    assert expected.shape == (7, 5) and expected.dtype == "float32"
    for other in (floats, keras.ops.convert_to_tensor(floats)):
        np.testing.assert_allclose(network.features(other), expected, atol=1e-6)
    direct, logits = network.model(floats)
    np.testing.assert_allclose(
        expected, keras.ops.convert_to_numpy(direct), atol=1e-5
    )
    np.testing.assert_allclose(
        network.probabilities(images),
        keras.ops.convert_to_numpy(keras.ops.softmax(logits)),
        atol=1e-6,
    )


def test_floats_are_rounded_to_what_a_file_keeps_unless_told_otherwise():
    images = np.full((1, 1, 1, 1), 0.1234, "float32")
    network = FeatureNetwork(flat)
    level = np.rint(1.1234 * 127.5) / 127.5 - 1
    assert network.features(images) == pytest.approx(level, abs=1e-6)
    assert network.features(images, quantize=False) == images[0, 0, 0, 0]


def test_grey_images_are_repeated_for_a_network_of_three_colours():
    network = FeatureNetwork(flat, image_shape=(None, None, 3))
    grey = pixels(2, (1, 2, 1))
    expected = FeatureNetwork(flat).features(np.repeat(grey, 3, axis=3))
    np.testing.assert_array_equal(network.features(grey), expected)


def test_a_model_that_was_not_called_yet_takes_any_size():
    model = keras.Sequential([layers.GlobalAveragePooling2D()], name="late")
    network = FeatureNetwork(model)
    assert network.image_shape == (None, None, None)
    assert network.features(pixels()).shape == (7, 1)


def test_the_digest_is_of_the_weights():
    first, same, other = [
        FeatureNetwork(small_classifier(seed=seed)).sha256 for seed in (0, 0, 1)
    ]
    assert first == same != other
    assert FeatureNetwork(flat).sha256 is None


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((1, 4, 4, 1), np.nan), "`images` must be finite.*16 values"),
        (np.full((1, 4, 4, 1), 255.0), r"float in \[-1, 1\].*from 255 to 255"),
        (np.zeros((1, 4, 4, 1), int), "Received: dtype int64"),
        (np.zeros((4, 4, 1)), r"\(n, height, width, channels\).*\(4, 4, 1\)"),
        (np.zeros((1, 5, 4, 1)), "4 x 4 pixels.*does not resize.*5, 4, 1"),
        (np.zeros((1, 4, 4, 3)), "1 channels.*'small'.*4, 4, 3"),
    ],
    ids=["nan", "range", "type", "rank", "size", "channels"],
)
def test_images_that_do_not_fit_are_refused(images, message):
    network = FeatureNetwork(small_classifier())
    with pytest.raises(ValueError, match=message):
        network.features(images)
    metric = FID(network)
    with pytest.raises(ValueError, match=message):
        metric.update_real(images)
    with pytest.raises(ValueError, match="real images. Received: 0"):
        metric.result()


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (lambda x: np.zeros((1, 2)), r"one row an image.*\(1, 2\) for 7"),
        (lambda x: flat(x) * np.inf, "outputs of .* must be finite"),
    ],
    ids=["rows", "infinite"],
)
def test_a_network_whose_outputs_are_no_features_is_refused(outputs, message):
    with pytest.raises(ValueError, match=message):
        FeatureNetwork(outputs, name="strange").features(pixels() + 1)


def test_a_network_without_classes_is_refused_where_they_are_needed():
    with pytest.raises(ValueError, match="a classifier.*Received: 'flat'"):
        InceptionScore(flat).update_state(pixels())


def test_images_of_different_sizes_are_refused():
    metric = FID(flat)
    metric.update_real(pixels())
    with pytest.raises(ValueError, match="one size"):
        metric.update_state(pixels(shape=(5, 4, 1)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": 3}, "`model`.*Received: 3"),
        ({"model": flat, "resizing": "cubic"}, "`resizing`.*'cubic'"),
        ({"model": flat, "resizing": "bilinear"}, "`image_shape` must state"),
        ({"model": flat, "image_shape": (4, 4)}, "`image_shape` must be"),
    ],
    ids=["model", "resizing", "size", "shape"],
)
def test_arguments_that_make_no_network_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        FeatureNetwork(**arguments)


def test_get_takes_models_functions_and_networks_and_knows_near_names():
    network = FeatureNetwork(flat)
    assert features.get(network) is network
    assert features.get(None) is None
    assert features.get(small_classifier()).name == "small"
    with pytest.raises(ValueError, match="'fashion_mnist'.*'fashion_mnis'"):
        features.get("fashion_mnis")
    with pytest.raises(ValueError, match="Known names: .*mnist"):
        features.get(7)


def test_the_metric_is_named_after_the_network():
    assert FID(small_classifier()).name == "fid_small"
    assert FID(small_classifier(), name="mine").name == "mine"


def test_a_config_without_the_weights_is_refused_when_it_is_read():
    metric = FID(small_classifier())
    config = keras.saving.serialize_keras_object(metric)
    assert keras.saving.deserialize_keras_object(config).name == "fid_small"
    metric.network.model.set_weights(
        [weight + 1 for weight in metric.network.model.get_weights()]
    )
    config = keras.saving.serialize_keras_object(metric)
    with pytest.raises(ValueError, match="`features` must have the weights"):
        keras.saving.deserialize_keras_object(config)

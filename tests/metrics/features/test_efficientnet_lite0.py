import keras
import numpy as np
import pytest

from kerasgan.metrics import features

# What the original network for torch makes of `gradients()` in single
# precision: the five largest features and logits.
FEATURES = {113: 4.740743, 897: 4.0394793, 930: 3.165859}
CLASSES = [818, 782, 727, 149, 615]


def gradients(size=96):
    """Returns one image whose colours run across it, uint8."""
    y, x = np.mgrid[:size, :size]
    return np.stack([2 * x, 2 * y, 255 - x - y], axis=-1)[None].astype("uint8")


def test_the_packaged_network_is_the_original_up_to_half_precision():
    network = features.get("efficientnet_lite0")
    found, probabilities = network.read(gradients())
    assert found.shape == (1, 1280)
    assert found.mean() == pytest.approx(0.07431127, rel=0.02)
    assert found.std() == pytest.approx(0.35070118, rel=0.02)
    for index, value in FEATURES.items():
        assert found[0, index] == pytest.approx(value, rel=0.02)
    assert np.argsort(-probabilities[0])[:5].tolist() == CLASSES
    assert network.describe()["network_input"] == [96, 96, 3]


def test_grey_images_of_any_size_are_taken():
    network = features.get("efficientnet_lite0")
    colour = np.repeat(gradients(20)[..., :1], 3, axis=3)
    # One channel is resized alone, or three at once, which rounds otherwise.
    np.testing.assert_allclose(
        network.features(colour[..., :1]), network.features(colour), atol=1e-4
    )


def test_the_network_has_the_size_and_outputs_of_the_original():
    model = features.get("efficientnet_lite0").model
    assert model.count_params() == 4_694_024
    assert [output.shape for output in model.outputs] == [
        (None, 1280),
        (None, 1000),
    ]


def test_few_features_are_those_of_the_fifth_stage():
    whole = features.get("efficientnet_lite0").model
    # The sixth stage begins by widening the maps of the fifth.
    wide = [x for x in whole.layers if getattr(x, "filters", None) == 672]
    maps = keras.Model(whole.input, wide[-1].input)
    network = features.get("efficientnet_lite0_112")
    found, probabilities = network.read(gradients())
    wanted = maps.predict_on_batch(gradients() / 127.5 - 1.0)
    assert wanted.shape == (1, 6, 6, 112)
    np.testing.assert_allclose(
        found, wanted.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5
    )
    assert probabilities is None
    assert network.name == "efficientnet_lite0_112"
    assert network.sha256 == features.get("efficientnet_lite0").sha256

import functools

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.metrics import features
from kerasgan.metrics.features import FeatureNetwork
from kerasgan.metrics.features import inception_2015 as module
from tests.metrics import peers

SIZE = 75


@functools.cache
def empty_network():
    """Returns the network, built once for all tests here."""
    return module.inception_2015(SIZE)


def torch_network(monkeypatch, torch):
    """Returns torch-fidelity's network with random weights."""
    peer = peers.torch_fidelity("feature_extractor_inceptionv3")
    network = peer.FeatureExtractorInceptionV3
    monkeypatch.setattr(network, "INPUT_IMAGE_SIZE", SIZE)
    monkeypatch.setattr(peer, "load_state_dict_from_url", lambda *_, **__: {})
    monkeypatch.setattr(network, "load_state_dict", lambda *_: None)
    torch.manual_seed(0)
    made = network("peer", ["2048", "logits_unbiased"])
    for name, value in made.state_dict().items():
        if name.endswith(("running_mean", "bn.bias")):
            value.normal_(std=0.1)
        elif name.endswith(("running_var", "bn.weight")):
            value.uniform_(0.5, 1.5)
        elif name.endswith("conv.weight"):
            # So that nothing dies out on the way through.
            torch.nn.init.kaiming_normal_(value)
    return made


def test_the_graph_is_torch_fidelitys_which_is_tensorflows(monkeypatch):
    torch = pytest.importorskip("torch")
    peer = torch_network(monkeypatch, torch)
    state = {k: v.numpy() for k, v in peer.state_dict().items()}
    model = empty_network()
    module.fill(model, state)
    network = FeatureNetwork(model, resizing="bilinear_2015", batch_size=2)
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 40, 3), np.uint8)
    found, probabilities = network.read(images)
    with torch.no_grad():
        nchw = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
        expected, logits = peer(nchw)
    expected = expected.numpy()
    assert expected.std() > 0.01
    np.testing.assert_allclose(
        found, expected, rtol=1e-3, atol=1e-4 * expected.max()
    )
    np.testing.assert_allclose(
        probabilities, logits.softmax(dim=1).numpy(), rtol=1e-3
    )


def test_average_pools_leave_the_padding_out_of_the_mean():
    ones = keras.ops.ones((1, 4, 4, 1))
    pooled = layers.AveragePooling2D(3, 1, padding="same")(ones)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(pooled), 1.0)


def test_missing_weights_are_named_and_nothing_is_changed():
    model = empty_network()
    before = model.layers[2].get_weights()
    with pytest.raises(ValueError, match="'Conv2d_1a_3x3_conv_weight'"):
        module.fill(model, {})
    for old, new in zip(before, model.layers[2].get_weights()):
        np.testing.assert_array_equal(old, new)


def test_without_a_connection_the_error_says_where_the_weights_are(
    monkeypatch,
):
    def get_file(*args, file_hash, **kwargs):
        assert len(file_hash) == 64
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    with pytest.raises(OSError, match="'https://.*Received: URL fetch"):
        features.get("inception_2015")

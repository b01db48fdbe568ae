"""What the tests of several networks ask."""

import keras
import numpy as np
from keras import layers
from keras import ops

SHAPES = [(28, 28, 1), (32, 32, 3), (20, 36, 1)]


def only_shapes():
    """Returns a scope in which networks are built but draw no weights.

    JAX compiles the drawing of each shape of weight for tenths of a second.
    """
    return keras.StatelessScope(initialize_variables=False)


def trainable(network):
    return sum(int(np.prod(w.shape)) for w in network.trainable_weights)


def kinds(network, *classes):
    return [layer for layer in network.layers if isinstance(layer, classes)]


def values(outputs):
    return ops.convert_to_numpy(outputs)


def check_normalization(network, count):
    """Checks the settings of DCGAN's authors and how many layers have them."""
    found = kinds(network, layers.BatchNormalization)
    assert len(found) == count
    for layer in found:
        assert layer.momentum == 0.9
        assert layer.epsilon == 1e-5
        gamma = values(layer.gamma)
        assert 0 < abs(gamma - 1).max() < 0.1


def check_copy_through_a_file(network, inputs, path):
    """Checks that a `.keras` file gives the same network back."""
    path = path / "network.keras"
    network.save(path)
    copy = keras.saving.load_model(path)
    one, two = network(inputs), copy(inputs)
    if not isinstance(one, list):
        one, two = [one], [two]
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(values(a), values(b), rtol=1e-5, atol=1e-6)


def check_seeds(build):
    """Checks that a seed fixes the weights and that no two kernels agree."""
    first, same, other = (build(seed).trainable_weights for seed in (1, 1, 9))
    for one, two in zip(first, same, strict=True):
        np.testing.assert_array_equal(values(one), values(two))
    assert not np.allclose(values(first[0]), values(other[0]))
    starts = [
        values(w).ravel()[:3] for w in first if w.name in ("kernel", "gamma")
    ]
    for index, start in enumerate(starts):
        for later in starts[index + 1 :]:
            n = min(len(start), len(later))
            assert not np.allclose(start[:n], later[:n])


def dtype(tensor):
    return keras.backend.standardize_dtype(tensor.dtype)

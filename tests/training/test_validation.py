import warnings

import keras
import pytest
from keras import layers

import kerasgan
from kerasgan.regularizers import get
from kerasgan.training.validation import warn_of_coupling
from tests.models.tiny_games import perceptrons


def discriminator(layer, is_nested=False):
    inner = [layers.Dense(3), layer, layers.Dense(1)]
    if is_nested:
        inner = [keras.Sequential([keras.Input((2,)), *inner])]
    return keras.Sequential([keras.Input((2,)), *inner])


PENALTIES = ["gradient_penalty", "dragan", "r1", "r2"]


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_penalty_on_a_critic_with_batch_statistics_warns(penalty):
    norm = layers.BatchNormalization(name="the_norm")
    generator, _ = perceptrons()
    with pytest.warns(UserWarning, match=f"'{penalty}'.*: the_norm. Use"):
        gan = kerasgan.models.GAN(
            generator, discriminator(norm), regularizers=[penalty], seed=0
        )
    assert gan.optimizer


@pytest.mark.parametrize(
    "layer",
    [
        layers.BatchNormalization(name="inner"),
        kerasgan.layers.MinibatchDiscrimination(2, 2, name="inner"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_the_layer_is_named_wherever_it_stands(layer):
    network = discriminator(layer, is_nested=True)
    with pytest.warns(UserWarning, match="depend on each other: inner"):
        warn_of_coupling(network, [get("drift"), get("r1")])


def test_class_conditional_normalization_couples_too():
    images, labels = keras.Input((2,)), keras.Input((), dtype="int32")
    norm = kerasgan.layers.ConditionalBatchNormalization(3, name="by_class")
    network = keras.Model([images, labels], norm([images, labels]))
    with pytest.warns(UserWarning, match="by_class"):
        warn_of_coupling(network, [get("r2")])


def frozen():
    norm = layers.BatchNormalization()
    norm.trainable = False
    return norm


@pytest.mark.parametrize(
    ("layer", "penalties"),
    [
        (layers.BatchNormalization, ["drift"]),
        (layers.BatchNormalization, []),
        (layers.LayerNormalization, PENALTIES),
        # It uses its own statistics, not those of the batch.
        (frozen, PENALTIES),
    ],
)
def test_what_couples_nothing_does_not_warn(layer, penalties):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_coupling(discriminator(layer()), [get(p) for p in penalties])


def test_a_users_penalty_says_itself_whether_it_minds():
    class Slope(kerasgan.regularizers.Regularizer):
        needs_uncoupled_images = True

    network = discriminator(layers.BatchNormalization(name="norm"))
    with pytest.warns(UserWarning, match="'slope'.*norm"):
        warn_of_coupling(network, [Slope(1.0, name="slope")])

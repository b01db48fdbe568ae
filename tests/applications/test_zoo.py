import keras
import pytest

import kerasgan
from kerasgan import networks

SIZE = (8, 8, 1)
DISCRIMINATORS = {
    "acgan": lambda: networks.acgan_discriminator(SIZE, 3, (2, 2)),
    "bigan": lambda: networks.bigan_discriminator(SIZE, 3, 2, units=4),
    "cgan": lambda: networks.cgan_discriminator(SIZE, 3, 2, 4),
    "dagan": lambda: networks.dagan_discriminator(SIZE, 2, units=4),
    "dcgan": lambda: networks.dcgan_discriminator(SIZE, 2),
    "infogan": lambda: networks.infogan_discriminator(SIZE, 4, 2, 4),
    "mlp": lambda: networks.mlp_discriminator(SIZE, (4,)),
    "patch": lambda: networks.patch_discriminator(
        (16, 16, 1), filters=2, receptive_field=16
    ),
    "projection": lambda: networks.projection_discriminator(SIZE, 3, 2),
    "resnet": lambda: networks.resnet_discriminator(SIZE, (2, 2)),
    "semi_supervised": lambda: networks.semi_supervised_discriminator(
        SIZE, 3, 2
    ),
    "noisy_mlp": lambda: networks.noisy_mlp_discriminator(SIZE, 3, (4, 2)),
    "sndcgan": lambda: networks.sndcgan_discriminator(SIZE, 2),
    "sndcgan projection": lambda: networks.sndcgan_discriminator(
        SIZE, 2, num_classes=3
    ),
    "srgan": lambda: networks.srgan_discriminator((16, 16, 1), 2, units=4),
    "wgan_gp": lambda: networks.wgan_gp_discriminator(SIZE, 2),
}


def activations(network):
    """Yields the activation functions of all layers."""
    for layer in network.layers:
        layer = getattr(layer, "layer", layer)  # out of its wrapper
        if getattr(layer, "activation", None) is not None:
            yield layer.name, layer.activation


@pytest.mark.parametrize("kind", DISCRIMINATORS)
def test_discriminators_end_in_raw_logits(kind):
    with keras.StatelessScope(initialize_variables=False):
        network = DISCRIMINATORS[kind]()
    used = dict(activations(network))
    squashing = {keras.activations.sigmoid, keras.activations.softmax}
    assert not squashing & set(used.values())
    # What gives the outputs is linear.
    linear = keras.activations.linear
    heads = {x._keras_history.operation for x in network.outputs}
    for head in heads:
        head = getattr(head, "layer", head)
        assert getattr(head, "activation", None) in (None, linear), head.name
        assert not isinstance(head, keras.layers.LeakyReLU)


def test_every_discriminator_that_there_is_was_looked_at():
    builders = [
        name.removesuffix("_discriminator")
        for name in dir(networks)
        if name.endswith("_discriminator") and callable(getattr(networks, name))
    ]
    assert sorted(builders) == sorted(
        kind for kind in DISCRIMINATORS if " " not in kind
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dcgan", "DCGAN"),
        ("WGAN-GP", "WGANGP"),
        ("unrolled_gan", "UnrolledGAN"),
    ],
)
def test_models_are_found_by_any_spelling(name, expected):
    assert kerasgan.applications.get(name).__name__ == expected


def test_an_unknown_model_gets_the_near_matches():
    with pytest.raises(ValueError, match="`model`.*'dcgan'.*Received: 'dcgam'"):
        kerasgan.applications.get("dcgam")


def test_an_unknown_network_gets_the_near_matches():
    with pytest.raises(ValueError, match="`network`.*'resnet'"):
        kerasgan.applications.SNGAN(network="resnt")
    with pytest.raises(ValueError, match="`network`.*'plain'"):
        kerasgan.applications.WGANGP(network="plane")

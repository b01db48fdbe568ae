"""Plays two steps of every model of the zoo, without chance.

What a framework draws by itself is given here: weights, latents, where a
penalty looks. Dropout is off.
"""

import keras
import numpy as np
from keras import ops

import kerasgan

BATCH, STEPS = 4, 2


def play_zoo():
    """Returns `{model: (initial weights, final weights)}`."""
    from tests.models.test_conformance import CASES

    changes = {
        "ACGAN": dict(dropout=0.0, num_classes=3),
        "BiGAN": dict(dropout=0.0),
        "DAGAN": dict(dropout=0.0),
        # So that generated images count on both sides.
        "EBGAN": dict(margin=5.0, pulling_away_weight=1.0),
        # Large steps would make large differences of small ones.
        "CycleGAN": dict(cycle_weight=1.0),
        "DualGAN": dict(dropout=0.0, cycle_weight=1.0),
        "Pix2Pix": dict(dropout=0.0, l1_weight=1.0),
        "SemiSupervisedGAN": dict(noise=0.0, dropout=0.0),
        "UnrolledGAN": dict(unrolling_steps=2),
        "WGAN": dict(clip=0.1),
    }
    results = {}
    for name, (kwargs, data) in CASES.items():
        kwargs = {**kwargs, **changes.get(name, {}), "seed": 0}
        gan = kerasgan.applications.get(name)(**kwargs)
        results[name] = _play(gan, data)
    return results


def _play(gan, data):
    # Equalized layers scale their weights, and so the gradients, down.
    is_equalized = isinstance(gan, kerasgan.models.ProGAN)
    deviation, rate = (1.0, 1.0) if is_equalized else (0.2, 0.05)
    if isinstance(gan, (kerasgan.models.CycleGAN, kerasgan.models.DAGAN)):
        # Normalizing maps of few pixels makes much of rounding errors.
        rate = 0.01
    _give_weights(_networks(gan), deviation)
    if hasattr(gan, "_sample_latents"):
        _give_latents(gan)
    # Of latents that an encoder gives.
    gan._noise = lambda shape: 0.5 * ops.ones(shape)
    for penalty in gan.regularizers:
        penalty.points = _between
    gan.compile(
        # Their steps are as exact as the gradients. Adam's is tested with
        # DCGAN: where a gradient is 0 it walks along the rounding errors.
        **{
            f"{player}_optimizer": keras.optimizers.SGD(rate, momentum=0.5)
            for player in gan._player_variables()
        }
    )
    initial = _weights(gan)
    rows = BATCH * gan._minibatches_per_step
    for i in range(STEPS):
        gan.train_on_batch(*(part[i * rows : (i + 1) * rows] for part in data))
    return initial, _weights(gan)


def _weights(gan):
    return [w for network in _networks(gan) for w in network.get_weights()]


def _networks(gan):
    names = [n for n in gan._network_names if n not in gan._averages]
    return [getattr(gan, name) for name in names]


def _give_weights(networks, deviation):
    rng = np.random.default_rng(0)
    for network in networks:
        for weight in network.weights:
            kind = weight.path.split("/")[-1]
            if weight.trainable:
                center = 1.0 if kind == "gamma" else 0.0
                value = center + deviation * rng.standard_normal(weight.shape)
                weight.assign(value.astype("float32"))
            elif kind == "u":  # spectral normalization's direction
                value = rng.standard_normal(weight.shape)
                value /= np.linalg.norm(value)
                weight.assign(value.astype("float32"))


def _give_latents(gan):
    """Lets the game take its latents from a table, in turn."""
    count = gan._minibatches_per_step
    table = np.stack(
        [
            gan.sample_inputs(BATCH, seed=i)["latents"]
            for i in range(STEPS * count)
        ]
    )
    calls = []

    def sample_latents(batch_size):
        # A trace of the step calls it `count` times.
        calls.append(1)
        turn = (len(calls) - 1) % count
        return ops.take(
            ops.convert_to_tensor(table),
            gan.steps_seen.value * count + turn,
            axis=0,
        )

    gan._sample_latents = sample_latents


def _between(real, fake, seed):
    return real + 0.3 * (fake - real)

"""Networks on TensorFlow, whose batches are normalised by one operation.

Keras normalises a batch by elementary operations, each of which passes over
all maps, forward and backward. Besides, TensorFlow's variance, which it uses,
has the right gradient, but the gradient of that gradient, by which R1 and
other penalties train, lacks a term. That of the one operation is right.
"""

import keras
import tensorflow as tf

from kerasgan.backend.known_networks import fits
from kerasgan.backend.known_networks import graph_of
from kerasgan.backend.known_networks import is_plain_normalization
from kerasgan.backend.known_networks import run


def call_network(network, inputs, training):
    """See `kerasgan.backend.networks.call_network`."""
    graph = graph_of(network) if training else None
    if graph is None or not fits(graph, inputs, _is_plain):
        return network(inputs, training=training)
    return run(graph, inputs, training, _NATIVE)


def _is_plain(x):
    """Whether a tensor has numbers, and no mask or other precision."""
    return (
        isinstance(x, tf.Tensor)
        and x.dtype in (tf.float32, tf.int32, tf.int64)
        and getattr(x, "_keras_mask", None) is None
    )


def _is_fusible(layer):
    return (
        is_plain_normalization(layer)
        and layer.trainable
        and layer.scale
        and layer.center
    )


def _batch_normalization(layer, inputs, training):
    flat = inputs.shape.rank == 2
    maps = inputs[:, tf.newaxis, tf.newaxis, :] if flat else inputs
    maps, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=maps,
        scale=layer.gamma.value,
        offset=layer.beta.value,
        mean=[],
        variance=[],
        epsilon=layer.epsilon,
    )
    # The operation returns the unbiased variance, Keras keeps the other.
    count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
    variance *= (count - 1.0) / count
    for variable, value in (
        (layer.moving_mean, mean),
        (layer.moving_variance, variance),
    ):
        share = layer.momentum
        variable.assign(variable.value * share + value * (1.0 - share))
    return maps[:, 0, 0, :] if flat else maps


_NATIVE = {
    keras.layers.BatchNormalization: (_is_fusible, _batch_normalization),
}

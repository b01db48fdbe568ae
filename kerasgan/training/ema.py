"""A slow copy of a network that follows it during training."""

import keras
from keras import ops

from kerasgan import backend


def frozen_copy(network):
    """Returns a copy with weights of its own, that no optimizer updates.

    Args:
        network: Built Keras model.

    Returns:
        A model of the same class and weights, with `trainable=False`.
    """
    name = f"ema_{network.name}"
    # The scope keeps the paths of its variables apart from the original's.
    with keras.name_scope(name):
        with backend.without_tensorflow():
            config = {**network.get_config(), "name": name}
        copy = network.__class__.from_config(config)
        if not copy.built:
            copy.build(network.input_shape)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy


def follow(average, network, decay, trained=None):
    """Moves the average to `decay * average + (1 - decay) * network`.

    What is not trained, such as the statistics of BatchNormalization, is
    copied: it is an average already.

    Args:
        average: What `frozen_copy` returned.
        network: The network that it follows.
        decay: Float or scalar tensor in [0, 1].
        trained: Set of the `id`s of the weights that are averaged. Defaults
            to `None`: those that are trained now.
    """
    for slow, fast in zip(average.weights, network.weights):
        is_trained = fast.trainable if trained is None else id(fast) in trained
        if is_trained:
            slow.assign(fast + ops.cast(decay, slow.dtype) * (slow - fast))
        else:
            slow.assign(fast)


def decay_of(images, half_life, ramp_up, images_seen):
    """Returns the factor by which the past counts after one step.

    Args:
        images: Number of real images in the step.
        half_life: Float, in images.
        ramp_up: Float or `None`. If given, the half-life is at most this
            share of the images seen.
        images_seen: Float32 tensor, those of this step included.
    """
    if ramp_up is not None:
        half_life = ops.minimum(half_life, ramp_up * images_seen)
    return 0.5 ** (ops.cast(images, "float32") / half_life)

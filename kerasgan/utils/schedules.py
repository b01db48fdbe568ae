"""Numbers that may follow a schedule over the images shown."""

import keras

from kerasgan.utils.check_number import check_number

_Schedule = keras.optimizers.schedules.LearningRateSchedule


def check_scheduled(name, value, **limits):
    """Returns a number or a schedule of numbers, or raises `ValueError`.

    Args:
        name: Name of the argument, for the message.
        value: Number; `keras.optimizers.schedules.LearningRateSchedule` over
            the real images shown; or a serialized one.
        **limits: Limits of a number, as in `check_number`.
    """
    if isinstance(value, dict):
        value = keras.saving.deserialize_keras_object(value)
    if not isinstance(value, _Schedule):
        check_number(name, value, **limits)
    return value


def value_at(value, images_seen):
    """Returns a number, or what a schedule says.

    Args:
        value: Number or schedule.
        images_seen: Float32 scalar, real images shown so far, or `None` for
            none.
    """
    if not isinstance(value, _Schedule):
        return value
    return value(0.0 if images_seen is None else images_seen)


def schedule_config(value):
    """Returns a number or a schedule as a config."""
    if isinstance(value, _Schedule):
        return keras.saving.serialize_keras_object(value)
    return value

"""Checks of arguments that several games share."""

import numbers

import keras


def check_built(name, network):
    """Raises `ValueError` unless `network` is a Keras model with weights."""
    if not isinstance(network, keras.Model) or not network.built:
        raise ValueError(
            f"`{name}` must be a built Keras model: start a `Sequential` "
            "with `keras.Input(shape)`, or call the model once. Received: "
            f"{network!r}"
        )


def check_count(name, value):
    """Raises `ValueError` unless `value` is a whole number of at least 1."""
    if (
        not isinstance(value, numbers.Integral)
        or isinstance(value, bool)
        or value < 1
    ):
        raise ValueError(
            f"`{name}` must be a whole number, at least 1. Received: "
            f"{name}={value!r}"
        )


def check_positive(**values):
    """Raises `ValueError` unless each value is positive or `None`."""
    for name, value in values.items():
        if value is not None and not value > 0:
            raise ValueError(
                f"`{name}` must be positive. Received: {name}={value!r}"
            )

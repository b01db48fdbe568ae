"""Gradients on TensorFlow: one tape a call."""

import contextlib

import tensorflow as tf


def vjp(fn, variables):
    """See `kerasgan.backend.common.contract.vjp`."""
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for value in values:
            tape.watch(value)
        output, aux = fn()

    def pullback(cotangent=None):
        gradients = tape.gradient(
            output,
            values,
            output_gradients=cotangent,
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        return [tf.convert_to_tensor(gradient) for gradient in gradients]

    return output, aux, pullback


def input_gradient(fn, x, create_graph=False):
    """See `kerasgan.backend.common.contract.input_gradient`."""
    del create_graph  # A tape around this call sees the gradient in any case.
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value, aux = fn(x)
    gradient = tape.gradient(
        value, x, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return value, aux, gradient


def no_gradients():
    """See `kerasgan.backend.common.contract.no_gradients`."""
    return contextlib.nullcontext()

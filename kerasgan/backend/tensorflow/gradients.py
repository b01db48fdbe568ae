"""Gradients and updates on TensorFlow: one tape a call."""

import contextlib
import functools

import keras
import tensorflow as tf

from kerasgan.backend.tensorflow.distribution import replica_count


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


def apply_gradients(optimizer, gradients, variables):
    """See `kerasgan.backend.common.contract.apply_gradients`.

    With a constraint on a weight, TensorFlow's graph optimizer may otherwise
    let its update overtake the backward pass that still reads the weight.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if replica_count() > 1:
        # The gradients are averages already. Keras would add them up after
        # it has clipped those of each replica.
        inner._all_reduce_sum_gradients = list
    with fused_updates(inner), tf.control_dependencies(gradients):
        gradients = [tf.identity(gradient) for gradient in gradients]
        optimizer.apply(gradients, variables)


@contextlib.contextmanager
def fused_updates(optimizer):
    """A context in which Adam reads and writes its moments once a step.

    Keras computes the same formula from elementary operations, each of which
    passes over all weights. Clipping, decay, accumulation and constraints,
    around that formula, stay Keras' own.

    Several replicas are left to Keras.

    Args:
        optimizer: Keras optimizer, not a wrapper. Others than Adam are left
            as they are.
    """
    kinds = (keras.optimizers.Adam, keras.optimizers.AdamW)
    fusible = type(optimizer) in kinds and not optimizer.amsgrad
    if not fusible or replica_count() > 1:
        yield
        return
    optimizer.update_step = functools.partial(_update, optimizer)
    try:
        yield
    finally:
        del optimizer.update_step


def _update(optimizer, gradient, variable, learning_rate):
    if keras.backend.standardize_dtype(variable.dtype) != "float32":
        own = type(optimizer).update_step
        own(optimizer, gradient, variable, learning_rate)
        return
    at = optimizer._get_variable_index(variable)
    step = keras.ops.cast(optimizer.iterations + 1, "float32")
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=optimizer._momentums[at].value.handle,
        v=optimizer._velocities[at].value.handle,
        beta1_power=tf.pow(optimizer.beta_1, step),
        beta2_power=tf.pow(optimizer.beta_2, step),
        lr=tf.cast(learning_rate, tf.float32),
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        epsilon=optimizer.epsilon,
        grad=tf.cast(gradient, tf.float32),
    )

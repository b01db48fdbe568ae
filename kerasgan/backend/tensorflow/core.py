"""Control flow, compilation and determinism on TensorFlow."""

import contextlib

import keras
import tensorflow as tf

from kerasgan.backend.tensorflow.distribution import replica_count


def run_if(condition, fn, arguments=()):
    """See `kerasgan.backend.common.contract.run_if`."""
    if replica_count() == 1:
        _choose(condition, lambda: fn(*arguments))
        return

    # TensorFlow has no branches within replicas that work together.
    def run(strategy, conditions, arguments):
        condition = strategy.experimental_local_results(conditions)[0]
        replicas = strategy.extended.call_for_each_replica
        _choose(condition, lambda: replicas(fn, args=arguments))

    context = tf.distribute.get_replica_context()
    context.merge_call(run, args=(condition, arguments))


def _choose(condition, fn):
    def branch():
        fn()
        return tf.constant(0)  # Both branches must return the same.

    tf.cond(condition, branch, lambda: tf.constant(0))


def compiled(fn, variables):
    """See `kerasgan.backend.common.contract.compiled`."""
    del variables  # A graph reads them where they are.
    function = tf.function(fn)

    def call(*arguments):
        # A graph would be traced anew for each array of NumPy.
        return function(
            *keras.tree.map_structure(keras.ops.convert_to_tensor, arguments)
        )

    return call


def low_optimization_compile():
    """See `kerasgan.backend.common.contract.low_optimization_compile`."""
    return contextlib.nullcontext()


def make_deterministic():
    """See `kerasgan.backend.common.contract.make_deterministic`."""
    tf.config.experimental.enable_op_determinism()

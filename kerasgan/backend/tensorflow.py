"""The seam on TensorFlow: gradient tapes and distribution strategies."""

import contextlib

import keras
import tensorflow as tf

from kerasgan.backend.minibatches import split_batch


class Trainer:
    """Supplies Keras' steps from `adversarial_step` and `evaluation_step`."""

    def train_step(self, data):
        return self.adversarial_step(data)

    def test_step(self, data):
        return self.evaluation_step(data)

    def train_in_minibatches(self, args, prepare):
        """Plays the next batch in minibatches, each with a step chosen anew.

        Args:
            args: What Keras calls a model's `train_function` with.
            prepare: Function that returns the compiled step to play next, and
                the size of its minibatch or `None` for all that is left. It
                is called with two functions: one that reads an integer
                variable during training, and one that gives a variable
                another value.

        Returns:
            What Keras expects from a model's `train_function`.
        """
        (iterator,) = args
        step, size = prepare(_read, _write)
        if size is None:
            return step(iterator)
        replicas = self.distribute_strategy.num_replicas_in_sync
        if replicas > 1:
            raise ValueError(
                "A batch that is spread over several replicas cannot be cut "
                "into minibatches. Leave out `batch_sizes`, and give the data "
                f"set the size of its minibatches. Received: {replicas} "
                "replicas"
            )
        minibatch, rest = split_batch(next(iterator), size)
        logs = step(iter([minibatch]))
        while rest is not None:
            # However it is cut, a batch is one step of `fit`.
            self.steps_seen.assign_sub(1)
            step, size = prepare(_read, _write)
            minibatch, rest = split_batch(rest, size)
            logs = step(iter([minibatch]))
        return logs


def _read(variable):
    return int(keras.ops.convert_to_numpy(variable))


def _write(variable, value):
    variable.assign(value)


def vjp(fn, variables):
    """Runs `fn` and returns `(output, aux, pullback)`.

    Args:
        fn: Function of nothing that returns `(output, aux)`, with `output`
            a tensor and `aux` any structure of tensors.
        variables: Keras variables to differentiate for.

    Returns:
        `output`; `aux`; and `pullback(cotangent=None)`, which returns the
        gradients of `sum(output * cotangent)`, one a variable. It can be
        called once.
    """
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
    """Returns `(value, aux, gradient)` of `fn(x) -> (value, aux)` for `x`.

    Args:
        fn: Function of a tensor that returns a scalar and any structure of
            tensors.
        x: The tensor, or structure of tensors, to differentiate for.
        create_graph: Whether the gradient itself will be differentiated. A
            tape around this call sees it in any case.

    Returns:
        The scalar, the structure and the gradient, shaped like `x`.
    """
    del create_graph
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value, aux = fn(x)
    gradient = tape.gradient(
        value, x, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return value, aux, gradient


def no_gradients():
    """A context for computations that nobody will differentiate."""
    return contextlib.nullcontext()


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` by `optimizer`, as `optimizer.apply` does.

    No weight changes before all gradients are there: with a constraint on a
    weight, TensorFlow's graph optimizer may otherwise let its update overtake
    the backward pass that still reads it.
    """
    with tf.control_dependencies(gradients):
        gradients = [tf.identity(gradient) for gradient in gradients]
        optimizer.apply(gradients, variables)


def run_if(condition, fn):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor.
        fn: Function of nothing that returns nothing.
    """
    tf.cond(condition, lambda: _nothing(fn()), lambda: tf.constant(0))


def _nothing(_):
    # Both branches must return the same.
    return tf.constant(0)


def all_reduce_mean(gradients):
    """Averages gradients over replicas.

    Keras' optimizers sum over the replicas of a strategy when they apply, so
    what is left to do is to divide.
    """
    count = replica_count()
    if count == 1:
        return gradients
    return [gradient / count for gradient in gradients]


def replica_id():
    """Index of the replica that runs this code."""
    context = tf.distribute.get_replica_context()
    return 0 if context is None else context.replica_id_in_sync_group


def replica_count():
    """Number of replicas that average their gradients."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def prefers_subpixel():
    """Returns whether transposed convolutions train faster as sub-pixel ones.

    On TensorFlow that has not been measured, so the stock form is kept.
    """
    return False


def process_index():
    """Index of this process among those that train together."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    return 0 if resolver is None else resolver.task_id or 0


def check_distribution():
    """Raises if Keras' distribution API would be accepted and ignored."""

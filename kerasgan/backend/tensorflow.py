"""The seam on TensorFlow: gradient tapes and distribution strategies."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from kerasgan.backend.interrupts import INTERRUPTS
from kerasgan.backend.minibatches import play_in_parts
from kerasgan.backend.survival import Survival
from kerasgan.backend.tensorflow_adam import fused_updates
from kerasgan.backend.tensorflow_distribution import Replicas
from kerasgan.backend.tensorflow_distribution import averageable
from kerasgan.backend.tensorflow_distribution import replica_count


class Trainer(Survival, Replicas):
    """Supplies Keras' steps from `training_step` and `testing_step`.

    Nothing in a step happens before its batch is there: where the data has
    no known length, TensorFlow asks for one batch more than there is, and
    would meanwhile compute what depends on no data.
    """

    fixed_compile_arguments = {}
    _kept = None

    def train_step(self, data):
        self._keep_state()
        with tf.control_dependencies(_tensors_of(data)):
            logs = self.training_step(data)
            self.average_statistics()
        return averageable(logs)

    def test_step(self, data):
        self._keep_state()
        with tf.control_dependencies(_tensors_of(data)):
            return averageable(self.testing_step(data))

    def fit(self, *args, **kwargs):
        if self.replicas > 1 and self.processes == 1:
            self._keep_state()
        return super().fit(*args, **kwargs)

    def _keep_state(self):
        """Keeps what a step begins with, for `recover`.

        Within a step this happens where it is traced, or each time that it
        runs eagerly: errors come up in the first run of a graph, the values
        of whose variables are read outside of it.
        """
        if tf.distribute.in_cross_replica_context() or self.replicas == 1:
            with tf.init_scope():
                # Past Keras, which would look for variables in it.
                self.__dict__["_kept"] = [
                    (variable, np.array(variable.value.numpy()))
                    for variable in [
                        *self.variables,
                        *self.optimizer.variables,
                    ]
                ]

    def _make_function(self, step_function):
        function = super()._make_function(step_function)

        def forgetful(iterator):
            outputs = function(iterator)
            self._kept = None
            INTERRUPTS.listen()
            return outputs

        return forgetful

    def listening(self):
        # TensorFlow may abort where Python raises in what it calls, such as
        # in the making of a pipeline. Signals are heard after each step.
        return INTERRUPTS.whole()

    def recover(self):
        for variable, value in self._kept or ():
            variable.assign(value)

    def forget_steps(self):
        self._kept = None

    def train_in_minibatches(self, args, prepare):
        """Plays the next batch in minibatches, each with a step chosen anew.

        Args:
            args: What Keras calls a model's `train_function` with.
            prepare: Function that returns the compiled step to play next; the
                size of its minibatch or `None` for all that is left; and a
                function from how many images it is played with to pairs of
                an integer variable and the value that the step leaves there.
                It is called with two functions: one that reads an integer
                variable during training, and one that gives a variable
                another value.

        Returns:
            What Keras expects from a model's `train_function`.
        """
        (iterator,) = args
        if self.replicas > 1:
            step, size, _ = prepare(_read, _write)
            if size is None:
                return step(iterator)
            raise ValueError(
                "A batch that is spread over several replicas cannot be cut "
                "into minibatches. Leave out `batch_sizes`, and give the data "
                f"set the size of its minibatches. Received: {self.replicas} "
                "replicas"
            )

        def choose():
            step, size, _ = prepare(_read, _write)
            return lambda minibatch: step(iter([minibatch])), size

        # However it is cut, a batch is one step of `fit`.
        return play_in_parts(
            next(iterator), choose, lambda: self.steps_seen.assign_sub(1)
        )


def _tensors_of(data):
    return [x for x in keras.tree.flatten(data) if tf.is_tensor(x)]


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
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if replica_count() > 1:
        # The gradients are averages already. Keras would add them up after
        # it has clipped those of each replica.
        inner._all_reduce_sum_gradients = list
    with fused_updates(inner), tf.control_dependencies(gradients):
        gradients = [tf.identity(gradient) for gradient in gradients]
        optimizer.apply(gradients, variables)


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor, the same on all replicas.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with.
    """
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


def compiling_lightly():
    """A context for computations that are cheaper than their compilation."""
    return contextlib.nullcontext()


def make_deterministic():
    """Lets the same operations on the same numbers give the same bits."""
    tf.config.experimental.enable_op_determinism()

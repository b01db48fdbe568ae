"""How each backend runs a training step, for tests of what happens in it."""

import keras


def run_plain(body, variables):
    """Runs `body` as it is."""
    return body()


def run_in_scope(body, variables):
    """Runs `body` as Keras' JAX trainer does, but not compiled.

    All reads and writes of the variables go through a stateless scope, which
    is the common case on JAX and may happen anywhere with
    `Layer.stateless_call`.
    """
    with keras.StatelessScope([(v, v.value) for v in variables]) as scope:
        output = body()
    for variable in variables:
        variable.assign(scope.get_current_value(variable))
    return output


def run_compiled(body, variables):
    """Runs `body` compiled, as `fit` does; torch compiles nothing."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(body)()
    if keras.backend.backend() == "jax":
        import jax

        def pure(values):
            with keras.StatelessScope(zip(variables, values)) as scope:
                output = body()
            return output, [scope.get_current_value(v) for v in variables]

        output, values = jax.jit(pure)([v.value for v in variables])
        for variable, value in zip(variables, values):
            variable.assign(value)
        return output
    return body()


def ways():
    """Returns the ways to run a step that the backend has."""
    if keras.backend.backend() == "jax":
        return [run_plain, run_in_scope, run_compiled]
    if keras.backend.backend() == "tensorflow":
        return [run_plain, run_compiled]
    return [run_plain]

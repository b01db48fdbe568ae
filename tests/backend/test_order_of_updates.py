import keras
import pytest

from kerasgan.backend import apply_gradients


def test_no_weight_changes_before_all_gradients_are_there(backend):
    if backend != "tensorflow":
        pytest.skip("the other backends have no order to guard")
    import tensorflow as tf

    limit = keras.constraints.MaxNorm(1.0)
    weights = [keras.Variable([1.0, 2.0]), keras.Variable([3.0, 4.0])]
    for weight in weights:
        weight.constraint = limit
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build(weights)

    @tf.function
    def step(x):
        gradients = [tf.sin(x), tf.cos(x)]
        apply_gradients(optimizer, gradients, weights)

    graph = step.get_concrete_function(tf.zeros(2)).graph

    def before(op, seen):
        """Collects the kinds of all operations that `op` waits for."""
        for other in (*op.control_inputs, *(x.op for x in op.inputs)):
            if other not in seen:
                seen.add(other)
                before(other, seen)
        return {other.type for other in seen}

    changes = [
        op
        for op in graph.get_operations()
        if "Assign" in op.type or "Apply" in op.type
    ]
    # Two updates, two constraints, one count of the step.
    assert len(changes) >= 5
    assert "ResourceApplyAdam" in {op.type for op in changes}
    for op in changes:
        assert {"Sin", "Cos"} <= before(op, set()), op.name

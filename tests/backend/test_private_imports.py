"""The private names of Keras that the package relies on, and how.

If a test of the scopes fails after an upgrade of Keras,
`kerasgan/backend/common/scope.py` needs another way to learn which one is open.
"""

import keras
import numpy as np
import pytest
from keras.src.backend.common.stateless_scope import get_stateless_scope
from keras.src.models.functional import Functional
from keras.src.saving import serialization_lib
from keras.src.utils import module_utils


def test_no_scope_is_none():
    assert get_stateless_scope() is None


def test_it_names_the_innermost_scope_and_the_outer_one_again_afterwards():
    with keras.StatelessScope() as outer:
        assert get_stateless_scope() is outer
        with keras.StatelessScope() as inner:
            assert get_stateless_scope() is inner
        assert get_stateless_scope() is outer
    assert get_stateless_scope() is None


def test_a_scope_keeps_values_by_the_identity_of_variables():
    variable = keras.Variable(1.0, trainable=False)
    value = keras.ops.convert_to_tensor(2.0)
    with keras.StatelessScope([(variable, value)]) as scope:
        assert set(scope.state_mapping) == {id(variable)}
        assert float(variable.value) == 2
        variable.assign(3.0)
        assert float(scope.state_mapping[id(variable)]) == 3
        assert float(scope.get_current_value(variable)) == 3
    assert float(variable.value) == 1


def test_scopes_do_not_inherit_which_is_why_the_package_has_its_own():
    variable = keras.Variable(1.0, trainable=False)
    with (
        keras.StatelessScope([(variable, keras.ops.zeros(()))]),
        keras.StatelessScope(),
    ):
        assert float(variable.value) == 1


def test_every_assignment_goes_through_add_update():
    seen = []

    class Watching(keras.StatelessScope):
        def add_update(self, update):
            seen.append(update[0])
            super().add_update(update)

    variable = keras.Variable(1.0, trainable=False)
    with Watching():
        variable.assign(2.0)
        variable.assign_add(1.0)
    assert [v is variable for v in seen] == [True, True]


def test_a_functional_model_can_be_run_node_by_node():
    # `kerasgan/backend/common/fast_forward.py` depends on these names.
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)]
    )
    graph, called = model._functional, []
    assert type(graph) is Functional

    def name(operation):
        called.append(operation.name)
        return operation

    outputs = graph._run_through_graph(
        graph._standardize_inputs(np.zeros((4, 3), "float32")),
        operation_fn=name,
    )
    assert called == [layer.name for layer in model.layers]
    assert outputs.shape == (4, 2)


def test_every_variable_gets_its_initial_value_by_one_method(monkeypatch):
    # `kerasgan/backend/common/skip_initializers.py` stands in for it.
    seen = []
    original = keras.Variable._initialize_with_initializer

    def watch(variable, initializer):
        seen.append(type(initializer).__name__)
        original(variable, initializer)

    monkeypatch.setattr(keras.Variable, "_initialize_with_initializer", watch)
    keras.layers.Dense(2).build((None, 3))
    assert seen == ["GlorotUniform", "Zeros"]


def test_serialization_asks_one_object_for_tensorflow():
    # `kerasgan/backend/common/serialization.py` lets it answer no.
    assert serialization_lib.tf is module_utils.tensorflow
    assert module_utils.tensorflow._available in (None, True)
    assert module_utils.tensorflow.available


def test_adam_updates_by_one_method_from_known_moments(backend):
    # `kerasgan/backend/*/{optimizers,cpu_kernels}.py` stand in for it.
    name = {"tensorflow": "update_step", "torch": "_parallel_update_step"}
    for cls in (keras.optimizers.Adam, keras.optimizers.AdamW):
        optimizer = cls()
        weight = keras.Variable([1.0])
        optimizer.build([weight])
        at = optimizer._get_variable_index(weight)
        assert optimizer._momentums[at].shape == weight.shape
        assert optimizer._velocities[at].shape == weight.shape
        assert hasattr(type(optimizer), name.get(backend, "update_step"))


@pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="only there it is called"
)
def test_what_plays_a_step_is_made_of_a_compiled_one():
    # `kerasgan/backend/jax/trainer.py` compiles it with options.
    model = keras.Model()
    model.steps_per_execution = 1
    play = model._make_function(lambda state, data: (data, state))
    assert play("state", iter(["batch"])) == ("batch", "state")


@pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="only there state is handed out"
)
def test_keras_keeps_the_state_of_a_step_under_known_names():
    # `kerasgan/backend/jax/trainer.py` puts it back where a step fails.
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd")
    state = model._get_jax_state(
        trainable_variables=True,
        non_trainable_variables=True,
        purge_model_variables=False,
    )
    assert [len(group) for group in state] == [2, 0]
    model._purge_model_variables(trainable_variables=True)
    assert model.trainable_variables[0]._value is None
    model._jax_state = {"trainable_variables": state[0]}
    model._jax_state_synced = False
    model.jax_state_sync()
    assert model._jax_state_synced
    assert model.get_weights()[0].shape == (2, 1)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="only there it is so"
)
def test_keras_plays_a_step_by_a_function_of_an_iterator():
    # `kerasgan/backend/tensorflow/trainer.py` adds to it.
    model = keras.Model()
    model.run_eagerly, model.steps_per_execution = True, 1
    play = model._make_function(lambda data: data)
    assert play(iter(["batch"])) == "batch"


def test_what_several_devices_override_is_there_to_be_overridden(backend):
    # Under another name, what Keras does would go on beside what we do.
    names = {
        keras.layers.BatchNormalization: ["_moments"],
        keras.Model: {
            "tensorflow": ["_maybe_symbolic_build"],
            "jax": ["_get_state_sharding_spec"],
            "torch": [],
        }[backend],
        keras.optimizers.Adam: {
            "tensorflow": ["_all_reduce_sum_gradients"],
            "jax": [],
            "torch": [],
        }[backend],
    }
    for cls, overridden in names.items():
        assert [name for name in overridden if not hasattr(cls, name)] == []

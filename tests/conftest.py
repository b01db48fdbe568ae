"""What every test starts from: one backend, the processor, known seeds.

The backend is the one that `KERAS_BACKEND` names (TensorFlow where it names
none); `python -m tests` runs the suite once for each. With
`KERASGAN_TEST_DEVICE=any` the frameworks take the device that they find.
"""

import os

# Before any framework is imported: they read these once.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if os.environ.get("KERASGAN_TEST_DEVICE", "cpu") == "cpu":
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    os.environ["JAX_PLATFORMS"] = "cpu"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("MPLBACKEND", "Agg")
# Compiling takes longer than running what the tests compile.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

import keras  # noqa: E402
import pytest  # noqa: E402


def _optimize_graphs(on):
    """Switches what TensorFlow does to each graph before its first run."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options(
            {"disable_meta_optimizer": not on}
        )


# Optimizing a graph takes longer than the few runs of it in a test.
_optimize_graphs(False)


@pytest.fixture(autouse=True)
def fresh_keras_state():
    """Gives each test the same seeds and Keras' own defaults."""
    keras.utils.clear_session(free_memory=False)
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(1234)
    yield
    keras.config.set_dtype_policy("float32")
    _allow_any_order()


def _allow_any_order():
    """Takes back what `make_deterministic` has asked of the framework."""
    if keras.backend.backend() == "tensorflow":
        from tensorflow.python.framework import config

        config.disable_op_determinism()
    elif keras.backend.backend() == "torch":
        import torch

        torch.use_deterministic_algorithms(False)


@pytest.fixture
def optimized_graphs():
    """Runs the steps of a test as users do: TensorFlow's graphs optimized."""
    _optimize_graphs(True)
    yield
    _optimize_graphs(False)


@pytest.fixture
def without_graphs():
    """Lets TensorFlow run functions as they are: tracing takes longer.

    For what is played for a step or two, to see that it runs. Whether it can
    be traced shows on JAX.
    """
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def where_compiling_is_cheap():
    """Skips scripts on JAX, which compiles each of their few steps.

    They call what is tested there elsewhere, and are run on the others.
    """
    if keras.backend.backend() == "jax":
        pytest.skip("run on the other backends, which need not compile")


@pytest.fixture
def backend():
    """Name of the backend that this run tests."""
    return keras.backend.backend()


def pytest_collection_modifyitems(items):
    """Refuses names with addresses in them: each worker has others."""
    bad = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if bad:
        raise pytest.UsageError(f"give these parameters ids: {bad}")

"""The seam between the games and the framework that runs them.

Everything in kerasgan is written in `keras.ops`; what Keras does not offer
on all backends stands here, once per backend, under the same names. The
choice is made once, at import, as Keras makes it.
"""

import keras

from kerasgan.backend.initial_values import without_initial_values
from kerasgan.backend.networks import upscale
from kerasgan.backend.replicas import synchronizing
from kerasgan.backend.scope import frozen_state
from kerasgan.backend.serialization import load_keras_file
from kerasgan.backend.serialization import without_tensorflow
from kerasgan.backend.variable_budget import limited_variables

if keras.backend.backend() == "tensorflow":
    from kerasgan.backend.networks import average_pool
    from kerasgan.backend.networks import call_layer
    from kerasgan.backend.networks import lay_out_kernels
    from kerasgan.backend.tensorflow import Trainer
    from kerasgan.backend.tensorflow import apply_gradients
    from kerasgan.backend.tensorflow import compiling_lightly
    from kerasgan.backend.tensorflow import input_gradient
    from kerasgan.backend.tensorflow import make_deterministic
    from kerasgan.backend.tensorflow import no_gradients
    from kerasgan.backend.tensorflow import run_if
    from kerasgan.backend.tensorflow import vjp
    from kerasgan.backend.tensorflow_distribution import all_reduce_mean
    from kerasgan.backend.tensorflow_distribution import alone
    from kerasgan.backend.tensorflow_distribution import check_distribution
    from kerasgan.backend.tensorflow_distribution import data_parallel
    from kerasgan.backend.tensorflow_distribution import process_index
    from kerasgan.backend.tensorflow_distribution import replica_count
    from kerasgan.backend.tensorflow_distribution import replica_id
    from kerasgan.backend.tensorflow_distribution import spread
    from kerasgan.backend.tensorflow_distribution import waits_for_processes
    from kerasgan.backend.tensorflow_networks import call_network
    from kerasgan.backend.tensorflow_networks import conv
    from kerasgan.backend.tensorflow_networks import conv_transpose
    from kerasgan.backend.tensorflow_networks import is_on_processor
    from kerasgan.backend.tensorflow_networks import prefers_subpixel
    from kerasgan.backend.tensorflow_networks import subpixel_conv_transpose
elif keras.backend.backend() == "jax":
    from kerasgan.backend.jax import Trainer
    from kerasgan.backend.jax import apply_gradients
    from kerasgan.backend.jax import compiling_lightly
    from kerasgan.backend.jax import input_gradient
    from kerasgan.backend.jax import make_deterministic
    from kerasgan.backend.jax import no_gradients
    from kerasgan.backend.jax import run_if
    from kerasgan.backend.jax import vjp
    from kerasgan.backend.jax_distribution import all_reduce_mean
    from kerasgan.backend.jax_distribution import alone
    from kerasgan.backend.jax_distribution import check_distribution
    from kerasgan.backend.jax_distribution import data_parallel
    from kerasgan.backend.jax_distribution import process_index
    from kerasgan.backend.jax_distribution import replica_count
    from kerasgan.backend.jax_distribution import replica_id
    from kerasgan.backend.jax_distribution import spread
    from kerasgan.backend.jax_distribution import waits_for_processes
    from kerasgan.backend.jax_networks import call_layer
    from kerasgan.backend.jax_networks import call_network
    from kerasgan.backend.jax_networks import conv
    from kerasgan.backend.jax_networks import is_on_processor
    from kerasgan.backend.jax_networks import prefers_subpixel
    from kerasgan.backend.jax_networks import subpixel_conv_transpose
    from kerasgan.backend.networks import average_pool
    from kerasgan.backend.networks import conv_transpose
    from kerasgan.backend.networks import lay_out_kernels
elif keras.backend.backend() == "torch":
    from kerasgan.backend.torch import Trainer
    from kerasgan.backend.torch import apply_gradients
    from kerasgan.backend.torch import compiling_lightly
    from kerasgan.backend.torch import input_gradient
    from kerasgan.backend.torch import make_deterministic
    from kerasgan.backend.torch import no_gradients
    from kerasgan.backend.torch import run_if
    from kerasgan.backend.torch import vjp
    from kerasgan.backend.torch_distribution import all_reduce_mean
    from kerasgan.backend.torch_distribution import alone
    from kerasgan.backend.torch_distribution import check_distribution
    from kerasgan.backend.torch_distribution import data_parallel
    from kerasgan.backend.torch_distribution import process_index
    from kerasgan.backend.torch_distribution import replica_count
    from kerasgan.backend.torch_distribution import replica_id
    from kerasgan.backend.torch_distribution import spread
    from kerasgan.backend.torch_distribution import waits_for_processes
    from kerasgan.backend.torch_networks import average_pool
    from kerasgan.backend.torch_networks import call_layer
    from kerasgan.backend.torch_networks import call_network
    from kerasgan.backend.torch_networks import conv
    from kerasgan.backend.torch_networks import conv_transpose
    from kerasgan.backend.torch_networks import is_on_processor
    from kerasgan.backend.torch_networks import lay_out_kernels
    from kerasgan.backend.torch_networks import prefers_subpixel
    from kerasgan.backend.torch_networks import subpixel_conv_transpose
else:
    raise ImportError(
        "kerasgan trains on the Keras backends 'tensorflow', 'jax' and "
        f"'torch'. Received: KERAS_BACKEND={keras.backend.backend()!r}"
    )

__all__ = [
    "Trainer",
    "all_reduce_mean",
    "alone",
    "apply_gradients",
    "average_pool",
    "call_layer",
    "call_network",
    "check_distribution",
    "compiling_lightly",
    "conv",
    "conv_transpose",
    "data_parallel",
    "frozen_state",
    "input_gradient",
    "is_on_processor",
    "lay_out_kernels",
    "limited_variables",
    "load_keras_file",
    "make_deterministic",
    "no_gradients",
    "prefers_subpixel",
    "process_index",
    "replica_count",
    "replica_id",
    "run_if",
    "spread",
    "subpixel_conv_transpose",
    "synchronizing",
    "upscale",
    "vjp",
    "waits_for_processes",
    "without_initial_values",
    "without_tensorflow",
]

"""The seam between the games and the framework that runs them.

Everything in kerasgan is written in `keras.ops`. Functions that Keras does not
offer on all backends are here, in a folder for each framework, under the same
names; their contracts are in `common/contract.py`. The choice is made once, at
import, as Keras makes it.
"""

import keras

from kerasgan.backend.common.distribution import synchronizing
from kerasgan.backend.common.fresh_names import fresh_names
from kerasgan.backend.common.nn import reflect
from kerasgan.backend.common.nn import upscale
from kerasgan.backend.common.scope import frozen_state
from kerasgan.backend.common.serialization import is_for_hdf5
from kerasgan.backend.common.serialization import load_keras_file
from kerasgan.backend.common.serialization import trusted_configs
from kerasgan.backend.common.serialization import without_tensorflow
from kerasgan.backend.common.skip_initializers import skip_initializers
from kerasgan.backend.common.variable_budget import limited_variables

if keras.backend.backend() == "tensorflow":
    from kerasgan.backend import tensorflow as _framework
elif keras.backend.backend() == "jax":
    from kerasgan.backend import jax as _framework
elif keras.backend.backend() == "torch":
    from kerasgan.backend import torch as _framework
else:
    raise ImportError(
        "kerasgan trains on the Keras backends 'tensorflow', 'jax' and "
        f"'torch'. Received: KERAS_BACKEND={keras.backend.backend()!r}"
    )

Trainer = _framework.Trainer
all_reduce_mean = _framework.all_reduce_mean
apply_gradients = _framework.apply_gradients
average_pool = _framework.average_pool
call_network = _framework.call_network
centred_conv_transpose = _framework.centred_conv_transpose
check_distribution = _framework.check_distribution
compiled = _framework.compiled
conv = _framework.conv
conv_transpose = _framework.conv_transpose
data_parallel = _framework.data_parallel
input_gradient = _framework.input_gradient
instance_normalization = _framework.instance_normalization
low_optimization_compile = _framework.low_optimization_compile
make_deterministic = _framework.make_deterministic
no_gradients = _framework.no_gradients
outside_distribution = _framework.outside_distribution
process_index = _framework.process_index
reflection_pad = _framework.reflection_pad
replica_count = _framework.replica_count
replica_id = _framework.replica_id
run_if = _framework.run_if
set_memory_format = _framework.set_memory_format
shard_batch = _framework.shard_batch
upscale_conv = _framework.upscale_conv
vjp = _framework.vjp
waits_for_processes = _framework.waits_for_processes

__all__ = [
    "Trainer",
    "all_reduce_mean",
    "apply_gradients",
    "average_pool",
    "call_network",
    "centred_conv_transpose",
    "check_distribution",
    "compiled",
    "conv",
    "conv_transpose",
    "data_parallel",
    "fresh_names",
    "frozen_state",
    "input_gradient",
    "instance_normalization",
    "is_for_hdf5",
    "limited_variables",
    "load_keras_file",
    "low_optimization_compile",
    "make_deterministic",
    "no_gradients",
    "outside_distribution",
    "process_index",
    "reflect",
    "reflection_pad",
    "replica_count",
    "replica_id",
    "run_if",
    "set_memory_format",
    "shard_batch",
    "skip_initializers",
    "synchronizing",
    "trusted_configs",
    "upscale",
    "upscale_conv",
    "vjp",
    "waits_for_processes",
    "without_tensorflow",
]

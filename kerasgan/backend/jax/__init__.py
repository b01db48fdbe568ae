"""The seam on JAX."""

from kerasgan.backend.jax.core import compiled
from kerasgan.backend.jax.core import low_optimization_compile
from kerasgan.backend.jax.core import make_deterministic
from kerasgan.backend.jax.core import run_if
from kerasgan.backend.jax.distribution import all_reduce_mean
from kerasgan.backend.jax.distribution import check_distribution
from kerasgan.backend.jax.distribution import data_parallel
from kerasgan.backend.jax.distribution import outside_distribution
from kerasgan.backend.jax.distribution import process_index
from kerasgan.backend.jax.distribution import replica_count
from kerasgan.backend.jax.distribution import replica_id
from kerasgan.backend.jax.distribution import shard_batch
from kerasgan.backend.jax.distribution import waits_for_processes
from kerasgan.backend.jax.gradients import apply_gradients
from kerasgan.backend.jax.gradients import input_gradient
from kerasgan.backend.jax.gradients import no_gradients
from kerasgan.backend.jax.gradients import vjp
from kerasgan.backend.jax.nn import average_pool
from kerasgan.backend.jax.nn import call_network
from kerasgan.backend.jax.nn import centred_conv_transpose
from kerasgan.backend.jax.nn import conv
from kerasgan.backend.jax.nn import conv_transpose
from kerasgan.backend.jax.nn import instance_normalization
from kerasgan.backend.jax.nn import reflection_pad
from kerasgan.backend.jax.nn import set_memory_format
from kerasgan.backend.jax.nn import upscale_conv
from kerasgan.backend.jax.trainer import Trainer

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
    "input_gradient",
    "instance_normalization",
    "low_optimization_compile",
    "make_deterministic",
    "no_gradients",
    "outside_distribution",
    "process_index",
    "reflection_pad",
    "replica_count",
    "replica_id",
    "run_if",
    "set_memory_format",
    "shard_batch",
    "upscale_conv",
    "vjp",
    "waits_for_processes",
]

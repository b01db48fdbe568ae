"""The seam on TensorFlow."""

from kerasgan.backend.tensorflow.core import compiled
from kerasgan.backend.tensorflow.core import low_optimization_compile
from kerasgan.backend.tensorflow.core import make_deterministic
from kerasgan.backend.tensorflow.core import run_if
from kerasgan.backend.tensorflow.distribution import all_reduce_mean
from kerasgan.backend.tensorflow.distribution import check_distribution
from kerasgan.backend.tensorflow.distribution import data_parallel
from kerasgan.backend.tensorflow.distribution import outside_distribution
from kerasgan.backend.tensorflow.distribution import process_index
from kerasgan.backend.tensorflow.distribution import replica_count
from kerasgan.backend.tensorflow.distribution import replica_id
from kerasgan.backend.tensorflow.distribution import shard_batch
from kerasgan.backend.tensorflow.distribution import waits_for_processes
from kerasgan.backend.tensorflow.gradients import apply_gradients
from kerasgan.backend.tensorflow.gradients import input_gradient
from kerasgan.backend.tensorflow.gradients import no_gradients
from kerasgan.backend.tensorflow.gradients import vjp
from kerasgan.backend.tensorflow.nn import average_pool
from kerasgan.backend.tensorflow.nn import call_network
from kerasgan.backend.tensorflow.nn import centred_conv_transpose
from kerasgan.backend.tensorflow.nn import conv
from kerasgan.backend.tensorflow.nn import conv_transpose
from kerasgan.backend.tensorflow.nn import instance_normalization
from kerasgan.backend.tensorflow.nn import reflection_pad
from kerasgan.backend.tensorflow.nn import set_memory_format
from kerasgan.backend.tensorflow.nn import upscale_conv
from kerasgan.backend.tensorflow.trainer import Trainer

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

"""Control flow, compilation and determinism on PyTorch."""

import contextlib
import os

import keras
import torch


def run_if(condition, fn, arguments=()):
    """See `kerasgan.backend.common.contract.run_if`."""
    if bool(condition):
        fn(*arguments)


def compiled(fn, variables):
    """See `kerasgan.backend.common.contract.compiled`."""
    del variables  # PyTorch runs eagerly.

    def call(*arguments):
        arguments = keras.tree.map_structure(
            keras.ops.convert_to_tensor, arguments
        )
        with torch.no_grad():
            return fn(*arguments)

    return call


def low_optimization_compile():
    """See `kerasgan.backend.common.contract.low_optimization_compile`."""
    return contextlib.nullcontext()


def make_deterministic():
    """See `kerasgan.backend.common.contract.make_deterministic`."""
    # cuBLAS reads it when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False

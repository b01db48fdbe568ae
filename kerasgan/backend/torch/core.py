"""Control flow, compilation and determinism on PyTorch."""

import contextlib
import os

import torch


def run_if(condition, fn, arguments=()):
    """See `kerasgan.backend.common.contract.run_if`."""
    if bool(condition):
        fn(*arguments)


def low_optimization_compile():
    """See `kerasgan.backend.common.contract.low_optimization_compile`."""
    return contextlib.nullcontext()


def make_deterministic():
    """See `kerasgan.backend.common.contract.make_deterministic`."""
    # cuBLAS reads it when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False

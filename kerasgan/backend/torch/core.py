"""Control flow, compilation and determinism on PyTorch."""

import contextlib
import os

import torch


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor, the same in all processes.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with.
    """
    if bool(condition):
        fn(*arguments)


def compiling_lightly():
    """A context for computations that are cheaper than their compilation."""
    return contextlib.nullcontext()


def make_deterministic():
    """Lets the same operations on the same numbers give the same bits."""
    # cuBLAS reads it when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False

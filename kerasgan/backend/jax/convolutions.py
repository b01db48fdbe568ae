"""Convolutions of JAX itself, on any device: those of Keras."""

from kerasgan.backend.common.nn import average_pool
from kerasgan.backend.common.nn import conv
from kerasgan.backend.common.nn import conv_transpose

__all__ = ["average_pool", "conv", "conv_transpose"]

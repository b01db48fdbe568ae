"""Optimizers for games of several players, and a schedule for them."""

from kerasgan.optimizers.constant_then_linear import ConstantThenLinear
from kerasgan.optimizers.player_optimizers import PlayerOptimizers

__all__ = ["ConstantThenLinear", "PlayerOptimizers"]


def __dir__():
    return list(__all__)

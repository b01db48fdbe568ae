"""Optimizers for games of several players."""

from kerasgan.optimizers.player_optimizers import PlayerOptimizers

__all__ = ["PlayerOptimizers"]

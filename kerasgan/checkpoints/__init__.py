"""Weights that authors have published, in the networks of kerasgan."""

from kerasgan.checkpoints.load_cyclegan import load_cyclegan
from kerasgan.checkpoints.load_patch_discriminator import (
    load_patch_discriminator,
)
from kerasgan.checkpoints.load_pix2pix import load_pix2pix
from kerasgan.checkpoints.load_translator import load_translator
from kerasgan.checkpoints.read_state import read_state

__all__ = [
    "load_cyclegan",
    "load_patch_discriminator",
    "load_pix2pix",
    "load_translator",
    "read_state",
]


def __dir__():
    return list(__all__)

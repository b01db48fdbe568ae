"""Files that may come from anywhere: checked, then read; and downloads."""

from kerasgan.saving.load_model import load_model

__all__ = [
    "load_model",
]


def __dir__():
    return list(__all__)

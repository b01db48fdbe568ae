"""Several devices that train one model."""

from kerasgan.distribution.data_parallel import data_parallel
from kerasgan.distribution.data_parallel import is_first_process

__all__ = ["data_parallel", "is_first_process"]


def __dir__():
    return list(__all__)

"""Pictures on disk, and looking things up by name."""

from kerasgan.utils.check_count import check_count
from kerasgan.utils.check_number import check_number
from kerasgan.utils.halve_weights import halve_weights
from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.look_up import look_up
from kerasgan.utils.make_deterministic import make_deterministic
from kerasgan.utils.resolve import resolve
from kerasgan.utils.save_gif import save_gif
from kerasgan.utils.save_image import save_image

__all__ = [
    "check_count",
    "check_number",
    "halve_weights",
    "image_grid",
    "look_up",
    "make_deterministic",
    "resolve",
    "save_gif",
    "save_image",
]


def __dir__():
    return list(__all__)

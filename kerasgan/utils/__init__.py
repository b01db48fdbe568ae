"""Pictures on disk, and looking things up by name."""

from kerasgan.utils.image_grid import image_grid
from kerasgan.utils.look_up import look_up
from kerasgan.utils.save_gif import save_gif
from kerasgan.utils.save_image import save_image

__all__ = ["image_grid", "look_up", "save_gif", "save_image"]

"""How a game is played: one algorithm a file."""

from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.models.gan import GAN

__all__ = ["AdversarialModel", "GAN"]

"""Who plays: builders of generators and discriminators."""

from kerasgan.networks.dcgan import dcgan_discriminator
from kerasgan.networks.dcgan import dcgan_generator
from kerasgan.networks.dcgan import dcgan_sizes

__all__ = ["dcgan_discriminator", "dcgan_generator", "dcgan_sizes"]

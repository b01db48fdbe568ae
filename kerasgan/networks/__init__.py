"""Who plays: builders of generators and discriminators."""

from kerasgan.networks.acgan import acgan_discriminator
from kerasgan.networks.began import began_autoencoder
from kerasgan.networks.began import began_decoder
from kerasgan.networks.bigan import bigan_discriminator
from kerasgan.networks.cgan import cgan_discriminator
from kerasgan.networks.cgan import cgan_generator
from kerasgan.networks.dagan import dagan_discriminator
from kerasgan.networks.dagan import dagan_generator
from kerasgan.networks.dcgan import dcgan_discriminator
from kerasgan.networks.dcgan import dcgan_generator
from kerasgan.networks.dcgan import dcgan_sizes
from kerasgan.networks.dcgan_encoder import dcgan_encoder
from kerasgan.networks.ebgan import ebgan_autoencoder
from kerasgan.networks.encoder_decoder import encoder_decoder
from kerasgan.networks.image_classifier import image_classifier
from kerasgan.networks.infogan import infogan_discriminator
from kerasgan.networks.infogan import infogan_generator
from kerasgan.networks.mlp import mlp_discriminator
from kerasgan.networks.mlp import mlp_generator
from kerasgan.networks.mlp_encoder import mlp_encoder
from kerasgan.networks.patch import patch_discriminator
from kerasgan.networks.progressive import progressive_sizes
from kerasgan.networks.progressive_discriminator import ProgressiveDiscriminator
from kerasgan.networks.progressive_generator import ProgressiveGenerator
from kerasgan.networks.projection import projection_discriminator
from kerasgan.networks.resnet import resnet_discriminator
from kerasgan.networks.resnet import resnet_generator
from kerasgan.networks.resnet_translator import resnet_translator
from kerasgan.networks.semi_supervised import noisy_mlp_discriminator
from kerasgan.networks.semi_supervised import semi_supervised_discriminator
from kerasgan.networks.sndcgan import sndcgan_discriminator
from kerasgan.networks.sndcgan import sndcgan_generator
from kerasgan.networks.srgan import srgan_discriminator
from kerasgan.networks.srgan import srresnet_generator
from kerasgan.networks.unet import unet_generator
from kerasgan.networks.wgan_gp import wgan_gp_discriminator
from kerasgan.networks.wgan_gp import wgan_gp_generator

__all__ = [
    "ProgressiveDiscriminator",
    "ProgressiveGenerator",
    "acgan_discriminator",
    "began_autoencoder",
    "began_decoder",
    "bigan_discriminator",
    "cgan_discriminator",
    "cgan_generator",
    "dagan_discriminator",
    "dagan_generator",
    "dcgan_discriminator",
    "dcgan_encoder",
    "dcgan_generator",
    "dcgan_sizes",
    "ebgan_autoencoder",
    "encoder_decoder",
    "image_classifier",
    "infogan_discriminator",
    "infogan_generator",
    "mlp_discriminator",
    "mlp_encoder",
    "mlp_generator",
    "noisy_mlp_discriminator",
    "patch_discriminator",
    "progressive_sizes",
    "projection_discriminator",
    "resnet_discriminator",
    "resnet_generator",
    "resnet_translator",
    "semi_supervised_discriminator",
    "sndcgan_discriminator",
    "sndcgan_generator",
    "srgan_discriminator",
    "srresnet_generator",
    "unet_generator",
    "wgan_gp_discriminator",
    "wgan_gp_generator",
]


def __dir__():
    return list(__all__)

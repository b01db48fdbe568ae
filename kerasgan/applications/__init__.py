"""Models of the papers: networks, game and settings, ready to fit."""

from kerasgan.applications.acgan import ACGAN
from kerasgan.applications.cgan import CGAN
from kerasgan.applications.dcgan import DCGAN
from kerasgan.applications.gan import GAN
from kerasgan.applications.gancls import GANCLS
from kerasgan.applications.infogan import InfoGAN
from kerasgan.applications.lsgan import LSGAN
from kerasgan.applications.presets import list_pretrained
from kerasgan.applications.presets import load_preset
from kerasgan.applications.presets import save_to_preset
from kerasgan.applications.progan import ProGAN
from kerasgan.applications.projection_gan import ProjectionGAN
from kerasgan.applications.sngan import SNGAN
from kerasgan.applications.unrolled_gan import UnrolledGAN
from kerasgan.applications.wgan import WGAN
from kerasgan.applications.wgangp import WGANGP
from kerasgan.applications.zoo import application
from kerasgan.applications.zoo import get
from kerasgan.applications.zoo import list_models

__all__ = [
    "ACGAN",
    "CGAN",
    "DCGAN",
    "GAN",
    "GANCLS",
    "InfoGAN",
    "LSGAN",
    "ProGAN",
    "ProjectionGAN",
    "SNGAN",
    "UnrolledGAN",
    "WGAN",
    "WGANGP",
    "application",
    "get",
    "list_models",
    "list_pretrained",
    "load_preset",
    "save_to_preset",
]

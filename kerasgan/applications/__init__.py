"""Models of the papers: networks, game and settings, ready to fit."""

from kerasgan.applications.aae import AAE
from kerasgan.applications.acgan import ACGAN
from kerasgan.applications.application import Application
from kerasgan.applications.began import BEGAN
from kerasgan.applications.bi_gan import BiGAN
from kerasgan.applications.cgan import CGAN
from kerasgan.applications.cycle_gan import CycleGAN
from kerasgan.applications.dagan import DAGAN
from kerasgan.applications.dcgan import DCGAN
from kerasgan.applications.disco_gan import DiscoGAN
from kerasgan.applications.dual_gan import DualGAN
from kerasgan.applications.ebgan import EBGAN
from kerasgan.applications.gan import GAN
from kerasgan.applications.gancls import GANCLS
from kerasgan.applications.infogan import InfoGAN
from kerasgan.applications.lsgan import LSGAN
from kerasgan.applications.pix2pix import Pix2Pix
from kerasgan.applications.preset_loader import load_preset
from kerasgan.applications.preset_writer import save_to_preset
from kerasgan.applications.progan import ProGAN
from kerasgan.applications.projection_gan import ProjectionGAN
from kerasgan.applications.registry import get
from kerasgan.applications.registry import list_models
from kerasgan.applications.registry import list_pretrained
from kerasgan.applications.registry import register
from kerasgan.applications.semi_supervised_gan import SemiSupervisedGAN
from kerasgan.applications.sngan import SNGAN
from kerasgan.applications.srgan import SRGAN
from kerasgan.applications.unrolled_gan import UnrolledGAN
from kerasgan.applications.vae_gan import VAEGAN
from kerasgan.applications.wgan import WGAN
from kerasgan.applications.wgangp import WGANGP

__all__ = [
    "AAE",
    "ACGAN",
    "Application",
    "BEGAN",
    "BiGAN",
    "CGAN",
    "CycleGAN",
    "DAGAN",
    "DCGAN",
    "DiscoGAN",
    "DualGAN",
    "EBGAN",
    "GAN",
    "GANCLS",
    "InfoGAN",
    "LSGAN",
    "Pix2Pix",
    "ProGAN",
    "ProjectionGAN",
    "SNGAN",
    "SRGAN",
    "SemiSupervisedGAN",
    "UnrolledGAN",
    "VAEGAN",
    "WGAN",
    "WGANGP",
    "get",
    "list_models",
    "list_pretrained",
    "load_preset",
    "register",
    "save_to_preset",
]


def __dir__():
    return list(__all__)

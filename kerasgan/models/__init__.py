"""How a game is played: one algorithm a file."""

from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.models.auxiliary_classifier_gan import AuxiliaryClassifierGAN
from kerasgan.models.conditional_gan import ConditionalGAN
from kerasgan.models.cycle_gan import CycleGAN
from kerasgan.models.gan import GAN
from kerasgan.models.info_gan import InfoGAN
from kerasgan.models.matching_aware_gan import MatchingAwareGAN
from kerasgan.models.pix2pix import Pix2Pix
from kerasgan.models.progan import ProGAN
from kerasgan.models.srgan import SRGAN
from kerasgan.models.unrolled_gan import UnrolledGAN
from kerasgan.models.wgan import WGAN

__all__ = [
    "AdversarialModel",
    "AuxiliaryClassifierGAN",
    "ConditionalGAN",
    "CycleGAN",
    "GAN",
    "InfoGAN",
    "MatchingAwareGAN",
    "Pix2Pix",
    "ProGAN",
    "SRGAN",
    "UnrolledGAN",
    "WGAN",
]


def __dir__():
    return list(__all__)

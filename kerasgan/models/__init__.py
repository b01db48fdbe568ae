"""How a game is played: one algorithm a file."""

from kerasgan.models.aae import AAE
from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.models.auxiliary_classifier_gan import AuxiliaryClassifierGAN
from kerasgan.models.began import BEGAN
from kerasgan.models.bi_gan import BiGAN
from kerasgan.models.conditional_gan import ConditionalGAN
from kerasgan.models.cycle_gan import CycleGAN
from kerasgan.models.dagan import DAGAN
from kerasgan.models.ebgan import EBGAN
from kerasgan.models.f_ano_gan import FAnoGAN
from kerasgan.models.gan import GAN
from kerasgan.models.info_gan import InfoGAN
from kerasgan.models.matching_aware_gan import MatchingAwareGAN
from kerasgan.models.pix2pix import Pix2Pix
from kerasgan.models.progan import ProGAN
from kerasgan.models.semi_supervised_gan import SemiSupervisedGAN
from kerasgan.models.srgan import SRGAN
from kerasgan.models.unrolled_gan import UnrolledGAN
from kerasgan.models.vae_gan import VAEGAN
from kerasgan.models.wgan import WGAN

__all__ = [
    "AAE",
    "AdversarialModel",
    "AuxiliaryClassifierGAN",
    "BEGAN",
    "BiGAN",
    "ConditionalGAN",
    "CycleGAN",
    "DAGAN",
    "EBGAN",
    "FAnoGAN",
    "GAN",
    "InfoGAN",
    "MatchingAwareGAN",
    "Pix2Pix",
    "ProGAN",
    "SRGAN",
    "SemiSupervisedGAN",
    "UnrolledGAN",
    "VAEGAN",
    "WGAN",
]


def __dir__():
    return list(__all__)

"""How good samples are."""

from kerasgan.metrics import features
from kerasgan.metrics.classifier_agreement import ClassifierAgreement
from kerasgan.metrics.density_coverage import DensityCoverage
from kerasgan.metrics.evaluate import evaluate
from kerasgan.metrics.evaluate_translation import evaluate_translation
from kerasgan.metrics.evaluation import Evaluation
from kerasgan.metrics.fid import FID
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.metrics.get import get
from kerasgan.metrics.get import list_metrics
from kerasgan.metrics.inception_score import InceptionScore
from kerasgan.metrics.intra_class_fid import IntraClassFID
from kerasgan.metrics.kid import KID
from kerasgan.metrics.mode_coverage import ModeCoverage
from kerasgan.metrics.msssim import MSSSIM
from kerasgan.metrics.nearest_neighbours import NearestNeighbours
from kerasgan.metrics.perceptual_path_length import PerceptualPathLength
from kerasgan.metrics.precision_recall import PrecisionRecall
from kerasgan.metrics.psnr import PSNR
from kerasgan.metrics.sliced_wasserstein import SlicedWasserstein
from kerasgan.metrics.ssim import SSIM
from kerasgan.metrics.stacked_mnist_modes import StackedMNISTModes

__all__ = [
    "FID",
    "KID",
    "PSNR",
    "SSIM",
    "ClassifierAgreement",
    "DensityCoverage",
    "Evaluation",
    "GenerativeMetric",
    "InceptionScore",
    "IntraClassFID",
    "MSSSIM",
    "ModeCoverage",
    "NearestNeighbours",
    "PerceptualPathLength",
    "PrecisionRecall",
    "SlicedWasserstein",
    "StackedMNISTModes",
    "evaluate",
    "evaluate_translation",
    "features",
    "get",
    "list_metrics",
]


def __dir__():
    return list(__all__)

"""What networks are built from, where Keras has no such layer."""

from kerasgan.layers.conditional_batch_normalization import (
    ConditionalBatchNormalization,
)
from kerasgan.layers.global_sum_pooling_2d import GlobalSumPooling2D
from kerasgan.layers.minibatch_discrimination import MinibatchDiscrimination
from kerasgan.layers.projection_logit import ProjectionLogit
from kerasgan.layers.spectral_normalization import SpectralNormalization

__all__ = [
    "ConditionalBatchNormalization",
    "GlobalSumPooling2D",
    "MinibatchDiscrimination",
    "ProjectionLogit",
    "SpectralNormalization",
]

"""What networks are built from, where Keras has no such layer."""

from kerasgan.layers.centred_conv_2d_transpose import CentredConv2DTranspose
from kerasgan.layers.conditional_batch_normalization import (
    ConditionalBatchNormalization,
)
from kerasgan.layers.conv_2d_transpose import Conv2DTranspose
from kerasgan.layers.crop_like_2d import CropLike2D
from kerasgan.layers.embedding_bag import EmbeddingBag
from kerasgan.layers.equalized_conv_2d import EqualizedConv2D
from kerasgan.layers.equalized_dense import EqualizedDense
from kerasgan.layers.global_sum_pooling_2d import GlobalSumPooling2D
from kerasgan.layers.image_pool import ImagePool
from kerasgan.layers.instance_normalization import InstanceNormalization
from kerasgan.layers.minibatch_discrimination import MinibatchDiscrimination
from kerasgan.layers.minibatch_standard_deviation import (
    MinibatchStandardDeviation,
)
from kerasgan.layers.noise_dropout import NoiseDropout
from kerasgan.layers.pad_to_multiple_2d import PadToMultiple2D
from kerasgan.layers.pixel_normalization import PixelNormalization
from kerasgan.layers.pixel_shuffle_2d import PixelShuffle2D
from kerasgan.layers.projection_logit import ProjectionLogit
from kerasgan.layers.reflection_padding_2d import ReflectionPadding2D
from kerasgan.layers.spectral_normalization import SpectralNormalization
from kerasgan.layers.vary_images import VaryImages

__all__ = [
    "CentredConv2DTranspose",
    "ConditionalBatchNormalization",
    "Conv2DTranspose",
    "CropLike2D",
    "EmbeddingBag",
    "EqualizedConv2D",
    "EqualizedDense",
    "GlobalSumPooling2D",
    "ImagePool",
    "InstanceNormalization",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "NoiseDropout",
    "PadToMultiple2D",
    "PixelNormalization",
    "PixelShuffle2D",
    "ProjectionLogit",
    "ReflectionPadding2D",
    "SpectralNormalization",
    "VaryImages",
]


def __dir__():
    return list(__all__)

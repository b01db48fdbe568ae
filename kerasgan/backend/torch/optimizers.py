"""Updates of weights by Keras' optimizers on PyTorch."""

import torch

from kerasgan.backend.torch.cpu_kernels import fused_updates


def apply_gradients(optimizer, gradients, variables):
    """See `kerasgan.backend.common.contract.apply_gradients`."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    with torch.no_grad(), fused_updates(inner):
        optimizer.apply(gradients, variables)

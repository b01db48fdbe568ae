"""Updates of weights by Keras' optimizers on PyTorch."""

import torch

from kerasgan.backend.torch.cpu_kernels import fused_updates


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` by `optimizer`, as `optimizer.apply` does."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    with torch.no_grad(), fused_updates(inner):
        optimizer.apply(gradients, variables)

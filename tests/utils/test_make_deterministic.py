import numpy as np
import pytest

import kerasgan
from kerasgan.utils import make_deterministic
from tests import tiny


def test_what_has_no_seed_starts_and_ends_the_same():
    def train():
        make_deterministic(seed=3)
        gan = kerasgan.applications.GAN(
            image_shape=tiny.IMAGE_SHAPE,
            latent_dim=3,
            units=(4,),
            augmentation=kerasgan.augmentations.InstanceNoise(0.1),
        )
        gan.fit(tiny.tiny_images(8), batch_size=4, verbose=0)
        return tiny.state(gan)

    tiny.assert_same_state(train(), train())


def test_the_framework_is_asked_for_it(backend, monkeypatch):
    if backend == "jax":
        import jax

        make_deterministic(seed=0)
        monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
        monkeypatch.setenv("XLA_FLAGS", "")
        with pytest.raises(RuntimeError, match="set XLA_FLAGS=--xla_gpu_det"):
            make_deterministic(seed=0)
        monkeypatch.setenv("XLA_FLAGS", "--xla_gpu_deterministic_ops=true")
        make_deterministic(seed=0)
        return
    make_deterministic(seed=0)
    if backend == "torch":
        import torch

        assert torch.are_deterministic_algorithms_enabled()
    else:
        from tensorflow.python.framework import config

        assert config.is_op_determinism_enabled()


def test_numpy_is_seeded_too():
    drawn = []
    for _ in range(2):
        make_deterministic(seed=5)
        drawn.append(np.random.random())
    assert drawn[0] == drawn[1]

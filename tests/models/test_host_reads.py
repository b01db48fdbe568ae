"""What a step reads back from the device, where it is not compiled."""

import sys

import keras
import numpy as np
import pytest

import kerasgan
from tests.models.test_conformance import CASES
from tests.models.test_conformance import OPTIONS

READS = ("item", "tolist", "__bool__", "__float__", "__int__", "__index__")
READS += ("numpy", "__array__", "cpu")

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="a compiled step reads nothing"
)


@pytest.fixture
def reads(monkeypatch):
    """Yields the list of functions that have read numbers of tensors."""
    import torch

    found = []

    def watch(name):
        original = getattr(torch.Tensor, name)

        def read(self, *args, **kwargs):
            found.append(sys._getframe(1).f_code.co_name)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(torch.Tensor, name, read)

    for name in READS:
        watch(name)
    return found


def play(model, arguments, data, reads):
    """Returns what one step reads, less the seeds that Keras reads."""
    import torch

    gan = kerasgan.applications.get(model)(seed=0, **arguments)
    n = 8 * gan._minibatches_per_step
    batch = tuple(torch.from_numpy(np.asarray(part[:n])) for part in data)
    reads.clear()
    gan.train_step(batch)
    # The only way to draw from Keras' seeds on PyTorch; these draw none.
    is_drawing = model not in ("DiscoGAN", "SRGAN")
    assert ("torch_seed_generator" in reads) == is_drawing
    return [name for name in reads if name != "torch_seed_generator"]


# ProGAN reads where it is before a step, and WGAN whether it warms up.
@pytest.mark.parametrize("model", sorted(CASES.keys() - {"ProGAN", "WGAN"}))
def test_a_step_reads_nothing_but_seeds(model, reads):
    assert play(model, *CASES[model], reads) == []


def test_weights_are_clipped_if_a_counter_says_so(reads):
    assert play("WGAN", *CASES["WGAN"], reads) == ["run_if"]


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_options_read_nothing_but_whether_a_lazy_penalty_is_due(option, reads):
    arguments, data = CASES["DCGAN"]
    read = play("DCGAN", {**arguments, **OPTIONS[option]}, data, reads)
    assert len(read) == (option == "lazy penalty")

"""What is asked of a trained model, of each one that ships."""

import pathlib

import numpy as np
import pytest

import kerasgan
from kerasgan import latent
from tests.latent import legible

PRETRAINED = pathlib.Path(kerasgan.applications.__file__).parent / "pretrained"
PRESETS = sorted(
    f"{path.parent.parent.name}/{path.parent.name}"
    for path in PRETRAINED.glob("*/*/config.json")
)
# Those that a test takes on each backend: of one kind of latents each.
EVERYWHERE = ("dcgan/fashion_mnist", "gancls/avatars")


def presets():
    for name in PRESETS:
        marks = [] if name in EVERYWHERE else [pytest.mark.once]
        yield pytest.param(name, marks=marks)


def draws_from_latents(gan):
    try:
        return "latents" in gan.sample_inputs(1, seed=0)
    except (AttributeError, ValueError, TypeError):
        return False


@pytest.mark.parametrize("name", list(presets()))
def test_everything_can_be_asked_of_a_preset(name, without_graphs):
    gan = kerasgan.applications.load_preset(None, name)
    if not draws_from_latents(gan):
        with pytest.raises(ValueError, match="from latents"):
            latent.project(gan, np.zeros((1, 8, 8, 1)), verbose=0)
        return
    images = np.clip(gan.generate(1, seed=3), -1.0, 1.0)
    before = legible.values(gan)
    few = {"steps": 1, "restarts": 1, "verbose": 0}
    condition = getattr(gan, "condition", None)
    if condition is not None:
        drawn = gan.sample_inputs(1, seed=3)
        few["condition"] = drawn[condition.input_name]
    found = latent.project(gan, images, **few)
    assert found.reconstructions.shape == images.shape
    found = latent.inpaint(gan, images, **few)
    known = ~found.masks
    np.testing.assert_array_equal(found.completions[known], images[known])
    odd = latent.anomaly_scores(gan, images, **few)
    assert np.isfinite(odd.scores).all() and odd.feature_residuals[0] > 0
    assert np.isfinite(latent.features(gan, images)).all()
    vectors = latent.directions(gan, "sefa", n=1).vectors
    latent.directions(gan, "pca", n=1, samples=10)
    height, width, channels = images.shape[1:]
    grid = latent.traverse(gan, direction=vectors[0], rows=1, values=[0, 1])
    assert grid.shape == (height, 2 * width + 2, channels)
    inputs = latent.walk_inputs(gan, points=2, steps=1)
    assert gan.render(inputs).shape[1:] == images.shape[1:]
    same = latent.arithmetic(gan, [found.latents], n=1, neighbours=1, noise=0.0)
    assert np.isfinite(same.image).all()
    legible.assert_untouched(gan, before)

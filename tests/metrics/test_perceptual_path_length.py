import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.metrics import PerceptualPathLength

WEIGHTS = np.random.default_rng(0).normal(size=(3, 4), scale=0.05)


def flat(images):
    return images.reshape(len(images), -1)


class LinearGame:
    """Stands for a game whose generator is linear."""

    num_classes = None

    def __init__(self, weights):
        self.weights = weights

    def sample_inputs(self, n, seed=None):
        latents = np.random.default_rng(seed).normal(size=(n, 3))
        return {"latents": latents.astype("float32")}

    def render(self, latents):
        images = latents.astype("float64") @ self.weights
        return images.reshape(-1, 2, 2, 1)


@pytest.mark.parametrize("epsilon", [1e-2, 1e-1])
@pytest.mark.parametrize("at_ends", [True, False])
def test_of_a_linear_generator_it_is_the_mean_squared_length(epsilon, at_ends):
    metric = PerceptualPathLength(
        flat, samples=500, epsilon=epsilon, kind="lerp", at_ends=at_ends
    )
    a, b = np.split(
        LinearGame(WEIGHTS).sample_inputs(1000, seed=0)["latents"], 2
    )
    squares = np.square((b - a) @ WEIGHTS).sum(axis=1)
    low, high = np.sort(squares)[[4, 495]]
    expected = squares[(squares >= low) & (squares <= high)].mean()
    assert metric(LinearGame(WEIGHTS)) == pytest.approx(expected, rel=1e-3)


def test_a_constant_generator_has_none():
    metric = PerceptualPathLength(flat, samples=10)
    assert metric(LinearGame(0.0 * WEIGHTS)) == 0.0


def test_a_generator_twice_as_steep_has_four_times_as_much():
    lengths = [
        PerceptualPathLength(flat, samples=50, epsilon=0.01)(LinearGame(w))
        for w in (WEIGHTS, 2 * WEIGHTS)
    ]
    assert lengths[1] == pytest.approx(4 * lengths[0], rel=1e-3)


@pytest.mark.parametrize("conditional", [False, True])
def test_it_is_part_of_an_evaluation_of_a_model(conditional):
    options = {"filters": 4}
    game = kerasgan.applications.DCGAN((8, 8, 1), **options)
    if conditional:
        game = kerasgan.applications.CGAN((8, 8, 1), num_classes=3, **options)
    found = kerasgan.evaluate(
        game,
        np.zeros((6, 8, 8, 1), "uint8"),
        [PerceptualPathLength(flat, samples=6, epsilon=0.01)],
        samples=3,
    )
    assert found["perceptual_path_length"] > 0
    assert found.floor == {}
    assert found.protocol["metrics"]["perceptual_path_length"]["samples"] == 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"epsilon": 0},
            "`epsilon` must be a finite number above 0.*epsilon=0",
        ),
        ({"kind": "arc"}, "Unknown `kind`.*'arc'"),
        ({"samples": 0}, "`samples`"),
        ({"features": None}, "`features` must be a network"),
    ],
    ids=str,
)
def test_arguments_that_make_no_steps_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PerceptualPathLength(**{"features": flat, **options})


def test_images_are_refused():
    metric = PerceptualPathLength(flat)
    images = np.zeros((3, 2, 2, 1))
    with pytest.raises(ValueError, match="must be a model of kerasgan"):
        metric(images)
    with pytest.raises(ValueError, match="looks at generators only"):
        metric.update_real(images)


def test_the_metric_survives_its_config():
    model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten()])
    metric = PerceptualPathLength(model, samples=3, kind="lerp")
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.protocol() == metric.protocol()


def test_other_conditions_than_labels_are_drawn_at_random():
    gan = kerasgan.applications.CGAN(
        (28, 28, 1),
        condition=kerasgan.conditions.Vector(2),
        filters=2,
        units=2,
        seed=0,
    )
    values = []
    for _ in range(2):
        metric = kerasgan.metrics.PerceptualPathLength(
            features="fashion_mnist", samples=4
        )
        metric.update_state(gan)
        values.append(float(metric.result()))
    assert values[0] == values[1] > 0

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan.regularizers.historical_average import HistoricalAverage
from tests.models.tiny_games import Nothing
from tests.models.tiny_games import copies
from tests.models.tiny_games import number
from tests.models.tiny_games import numpy
from tests.models.tiny_games import perceptrons
from tests.models.tiny_games import points


def test_two_values_pull_with_twice_their_weight_to_the_middle():
    # theta = 0, then 2: the mean is 1, the penalty 1, its gradient 2 (2 - 1).
    theta = keras.Variable([0.0])
    history = HistoricalAverage([theta], weight=0.5)
    given = [ops.convert_to_tensor([7.0])]
    first = history.add_gradients(given, [theta])
    assert numpy(first[0]) == [7]
    theta.assign([2.0])
    second = history.add_gradients(given, [theta])
    assert numpy(second[0]) == [7 + 2 * 0.5 * (2 - 1)]


def test_what_does_not_move_is_not_pulled():
    theta = keras.Variable([[3.0, -1.0]])
    history = HistoricalAverage([theta], weight=5.0)
    for _ in range(4):
        (gradient,) = history.add_gradients([ops.zeros((1, 2))], [theta])
        np.testing.assert_array_equal(numpy(gradient), [[0, 0]])


def test_the_mean_is_that_of_all_steps():
    theta = keras.Variable([0.0])
    history = HistoricalAverage([theta], weight=1.0)
    values = [4.0, -2.0, 1.0, 9.0]
    for count, value in enumerate(values, start=1):
        theta.assign([value])
        (gradient,) = history.add_gradients([ops.zeros(1)], [theta])
        expected = 2 * (value - np.mean(values[:count]))
        assert numpy(gradient)[0] == pytest.approx(expected, abs=1e-5)


def test_in_a_game_both_players_are_pulled_by_their_own_past():
    gan = kerasgan.models.GAN(
        *perceptrons(),
        loss=Nothing(),
        regularizers=[kerasgan.regularizers.HistoricalAveraging(0.25)],
        seed=0,
    )
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.1),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
    )
    start = copies(gan.trainable_variables)
    gan.train_on_batch(points(4))
    for old, new in zip(start, copies(gan.trainable_variables), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-6)
    for variable in gan.trainable_variables:
        variable.assign_add(ops.full(variable.shape, 2.0))
    gan.train_on_batch(points(4))
    # 2 * 0.25 * (2 - 1) = 0.5 down, at the rate of 0.1.
    for old, new in zip(start, copies(gan.trainable_variables), strict=True):
        np.testing.assert_allclose(new, old + 2 - 0.05, atol=1e-5)


def test_the_past_is_saved_with_the_model(tmp_path):
    gan = kerasgan.models.GAN(
        *perceptrons(),
        regularizers=[kerasgan.regularizers.HistoricalAveraging(0.25)],
        seed=0,
    )
    for _ in range(2):
        gan.train_on_batch(points(4))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert number(loaded.histories["generator"].count) == 2
    for model in (gan, loaded):
        model.train_on_batch(points(4))
    for a, b in zip(copies(gan.weights), copies(loaded.weights), strict=True):
        np.testing.assert_array_equal(a, b)

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.metrics import NearestNeighbours


def pixels(n, seed=0, shape=(4, 6, 1)):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


def test_copies_are_found_and_the_order_is_that_of_the_distance():
    real = pixels(30)
    metric = NearestNeighbours(k=4)
    metric.update_real(real[:10])
    metric.update_real(real[10:])
    generated = real[[3, 17]] / 127.5 - 1.0
    assert metric(generated) == 0.0
    indices, distances = metric.neighbours()
    assert indices[:, 0].tolist() == [3, 17]
    flat = real.reshape(30, -1) / 127.5 - 1.0
    expected = np.linalg.norm(flat - flat[3], axis=1)
    order = np.argsort(expected)[:4]
    np.testing.assert_array_equal(indices[0], order)
    np.testing.assert_allclose(distances[0], expected[order], atol=1e-5)


def test_a_network_may_say_what_is_near():
    def brightness(images):
        return images.mean(axis=(1, 2))

    real = np.full((3, 4, 4, 1), 10, "uint8")
    real += np.arange(3, dtype="uint8")[:, None, None, None] * 100
    generated = pixels(1, shape=(4, 4, 1)) // 40 + 105
    metric = NearestNeighbours(brightness, k=1)
    metric.update_real(real)
    metric.update_state(generated)
    assert metric.neighbours()[0].tolist() == [[1]]
    assert metric.name == "nearest_neighbours_brightness"


def test_the_picture_shows_the_generated_image_left_of_its_neighbours():
    real, generated = pixels(9), pixels(3, seed=1)
    metric = NearestNeighbours(k=2)
    metric.update_real(real)
    metric.update_state(generated)
    picture = metric.picture(rows=2, padding=1)
    assert picture.shape == (4 + 1 + 4, 6 + 5 + 6 + 1 + 6, 1)
    indices, _ = metric.neighbours()
    np.testing.assert_array_equal(picture[5:, :6], generated[1])
    assert (picture[:, 6:11] == 255).all()
    np.testing.assert_array_equal(picture[5:, 11:17], real[indices[1, 0]])
    np.testing.assert_array_equal(picture[:4, 18:], real[indices[0, 1]])


def test_the_floor_of_an_evaluation_says_how_far_unseen_images_are():
    train = pixels(50)
    found = kerasgan.evaluate(
        train[:5], train, [NearestNeighbours(k=1)], floor_real=pixels(9, seed=1)
    )
    assert found["nearest_neighbours"] == 0.0
    assert found.floor["nearest_neighbours"] > 1.0


@pytest.mark.parametrize(
    ("real", "generated", "message"),
    [
        (pixels(2), pixels(1), "at least 3 real images. Received: 2"),
        (pixels(3), pixels(1, shape=(4, 4, 1)), "one size"),
        (pixels(3), np.full((1, 4, 6, 1), np.nan), "must be finite"),
    ],
    ids=["few", "size", "nan"],
)
def test_images_without_neighbours_are_refused(real, generated, message):
    metric = NearestNeighbours(k=3)
    metric.update_real(real)
    with pytest.raises(ValueError, match=message):
        metric(generated)


def test_the_metric_survives_its_config_and_saving():
    metric = NearestNeighbours(k=2)
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(config)
    metric.update_real(pixels(5))
    metric.update_state(pixels(3, seed=1))
    store = {}
    metric.save_own_variables(store)
    copy.load_own_variables(store)
    assert copy.result() == metric.result()

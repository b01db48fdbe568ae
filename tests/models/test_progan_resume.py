"""A game that grows is saved, killed and resumed in each of its phases.

Two steps a phase. A game that is saved at some point goes on to the next of
these points, and must be there what the game that was never saved is: weights,
moments, averages, counters and seeds, bit for bit.
"""

import keras
import numpy as np
import pytest

from tests import tiny
from tests.models.growing import BATCH_SIZE
from tests.models.growing import KIMG
from tests.models.growing import small_images
from tests.models.growing import small_progan

# Most games here end early.
pytestmark = pytest.mark.filterwarnings("ignore:This `fit` ends:UserWarning")

# Steps after which it is saved: in the middle of 4x4, and of the fade, where
# that ends, and in the middle of 8x8.
POINTS = [1, 3, 4, 5]
END = 6


def play(gan, start, end, **kwargs):
    images = small_images(END)[start * BATCH_SIZE : end * BATCH_SIZE]
    gan.fit(images, batch_size=BATCH_SIZE, shuffle=False, verbose=0, **kwargs)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """The folder of the saved games, and the states at all points."""
    folder = tmp_path_factory.mktemp("games")
    gan, states, done = small_progan(), {}, 0
    for point in (*POINTS, END):
        play(gan, done, point)
        gan.save(folder / f"{point}.keras")
        gan.save_weights(folder / f"{point}.weights.h5")
        states[point], done = tiny.state(gan), point
    return folder, states


@pytest.mark.parametrize("point", POINTS)
def test_a_game_saved_in_a_phase_goes_on_bit_for_bit(run, point):
    folder, states = run
    following = min(p for p in states if p > point)
    gan = keras.saving.load_model(folder / f"{point}.keras")
    tiny.assert_same_state(tiny.state(gan), states[point])
    play(gan, point, following)
    tiny.assert_same_state(tiny.state(gan), states[following])


def test_a_file_of_weights_has_all_that_a_game_goes_on_from(run):
    folder, states = run
    gan = small_progan(seed=7)
    gan.load_weights(folder / "3.weights.h5")
    tiny.assert_same_state(tiny.state(gan), states[3])


def test_a_game_loaded_in_the_middle_of_a_fade_makes_the_same_images(run):
    folder, _ = run
    gan = keras.saving.load_model(folder / "3.keras")
    assert gan.resolution == 8
    size, alpha = gan.growth()
    assert (size, float(alpha)) == (8, 0.5)
    # Half of the old image and half of the new.
    latents = gan.draw_latents(2, seed=0)
    faded = gan.ema_generator(latents, size=8, alpha=0.5)
    np.testing.assert_allclose(
        gan.generate(2, seed=0),
        np.clip(keras.ops.convert_to_numpy(faded), -1, 1),
        atol=1e-6,
    )


class Break(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 3:
            raise KeyboardInterrupt


def test_a_backup_is_restored_into_a_running_fit(tmp_path):
    # One step an epoch, always of the same images.
    images = small_images(1)
    settings = dict(batch_size=BATCH_SIZE, shuffle=False, verbose=0, epochs=5)

    def backup():
        return keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))

    one, two = small_progan(), small_progan()
    with pytest.raises(KeyboardInterrupt):
        one.fit(images, callbacks=[backup(), Break()], **settings)
    # The new game is at 4x4 until `fit` restores it in the middle of the fade.
    two.fit(images, callbacks=[backup()], **settings)
    one.fit(images, initial_epoch=3, **settings)
    assert one.resolution == 8
    tiny.assert_same_state(tiny.state(two), tiny.state(one))


def test_weights_of_another_schedule_are_taken_with_a_warning(run):
    folder, _ = run
    gan = small_progan(kimg=2 * KIMG)
    rule = r"begin at \[0, 16, 32\] images.*24 images: stabilising 4x4"
    with pytest.warns(UserWarning, match=rule):
        gan.load_weights(folder / "3.weights.h5")
    assert gan.resolution == 4

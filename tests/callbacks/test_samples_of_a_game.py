"""The callbacks that draw, on real games."""

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import SampleGrid
from kerasgan.callbacks import TrainingFilm
from kerasgan.utils import image_grid
from tests import tiny


def build():
    return tiny.tiny_gan(ema=8.0, discriminator_steps=2)


def fit(gan, epochs=2, **kwargs):
    gan.fit(
        tiny.tiny_images(),
        batch_size=4,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        **kwargs,
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pictures_within_an_epoch_show_the_game_and_leave_it_alone(tmp_path):
    watched = build()
    seen = []

    class Compare(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(image_grid(self.model.generate(64, seed=5)))

    grid = SampleGrid(tmp_path / "grids", unit="step", seed=5)
    film = TrainingFilm(tmp_path / "film.gif", unit="step", seed=5)
    fit(watched, callbacks=[grid, film, Compare()])
    files = [tmp_path / "grids" / n for n in names(tmp_path / "grids")]
    assert [f.name for f in files] == [f"step_{n:08}.png" for n in range(1, 5)]
    for file, expected in zip(files, seen, strict=True):
        with Image.open(file) as image:
            np.testing.assert_array_equal(image, expected[..., 0])
    assert len({picture.tobytes() for picture in seen}) == 4
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.n_frames == 5

    alone = build()
    fit(alone)
    tiny.assert_same_state(tiny.state(watched), tiny.state(alone))


def test_pictures_and_film_go_on_after_a_backup(tmp_path):
    class Cut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise InterruptedError

    def callbacks():
        return [
            TrainingFilm(tmp_path / "film.gif", n=4),
            SampleGrid(tmp_path / "grids", every=2, unit="step", n=4),
            keras.callbacks.BackupAndRestore(tmp_path / "backup"),
        ]

    gan = build()
    with pytest.raises(InterruptedError):
        fit(gan, callbacks=[*callbacks(), Cut()])
    gan.steps_seen.assign(0)  # as in a new process
    fit(gan, callbacks=callbacks())
    frames = [f"step_{n:08}.png" for n in (0, 2, 4)]
    assert names(tmp_path / "film_frames") == frames
    assert names(tmp_path / "grids") == frames[1:]


@pytest.mark.skipif(
    keras.backend.backend() == "torch",
    reason="Keras has no `steps_per_execution` on torch",
)
def test_several_steps_an_execution_are_counted(tmp_path):
    gan = build()
    gan.compile(steps_per_execution=2)
    fit(gan, callbacks=[SampleGrid(tmp_path, every=3, unit="step", n=4)])
    assert names(tmp_path) == ["step_00000004.png"]

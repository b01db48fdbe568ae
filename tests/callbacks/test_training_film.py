import keras
import numpy as np
import pytest
from PIL import Image
from PIL import ImageSequence

from kerasgan.callbacks import TrainingFilm
from tests.callbacks.toy_gan import ToyGAN
from tests.callbacks.toy_gan import fit


def read(path):
    with Image.open(path) as film:
        return [
            (np.asarray(frame.convert("L")), frame.info["duration"])
            for frame in ImageSequence.Iterator(film)
        ]


def toy(channels=1):
    model = ToyGAN(channels=channels)
    model.dense.kernel.assign([[-1.0]])
    return model


def steps(folder):
    return [int(p.stem.removeprefix("step_")) for p in sorted(folder.iterdir())]


def test_a_film_goes_from_the_untrained_model_to_the_last(tmp_path):
    model = toy()
    film = TrainingFilm(tmp_path / "film.gif", frame_ms=50, last_frame_ms=300)
    fit(model, steps=2, epochs=3, callbacks=[film])
    frames = read(tmp_path / "film.gif")
    assert [ms for _, ms in frames] == [50, 50, 50, 300]
    shades = [int(frame[0, 0]) for frame, _ in frames]
    assert shades[0] == 0
    assert shades == sorted(shades)
    assert len(set(shades)) == 4
    assert model.calls == [(64, 0, None)] * 4


def test_frames_can_be_steps_apart(tmp_path):
    film = TrainingFilm(tmp_path / "film.gif", every=3, unit="step", n=2)
    fit(toy(), steps=4, epochs=2, callbacks=[film])
    assert steps(tmp_path / "film_frames") == [0, 3, 6, 8]


def test_a_run_that_goes_on_continues_the_film(tmp_path):
    model = toy()
    first = TrainingFilm(tmp_path / "film.gif")
    fit(model, epochs=2, callbacks=[first])
    second = TrainingFilm(tmp_path / "film.gif")
    fit(model, initial_epoch=2, epochs=3, callbacks=[second])
    assert steps(tmp_path / "film_frames") == [0, 4, 8, 12]
    assert len(read(tmp_path / "film.gif")) == 4


def test_frames_after_the_restored_step_are_drawn_anew(tmp_path):
    class Stop(Exception):
        pass

    class StopInTheSecondEpoch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if (self.epoch, batch) == (1, 1):
                raise Stop

    def callbacks(*others):
        film = TrainingFilm(tmp_path / "film.gif", unit="step", n=1)
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        return [film, backup, *others]

    with pytest.raises(Stop):
        fit(toy(), callbacks=callbacks(StopInTheSecondEpoch()))
    assert not (tmp_path / "film.gif").exists()
    assert steps(tmp_path / "film_frames") == [0, 1, 2, 3, 4, 5, 6]
    (tmp_path / "film_frames" / "step_00000006.png").write_text("stale")
    fit(toy(), callbacks=callbacks())
    assert steps(tmp_path / "film_frames") == list(range(13))
    assert read(tmp_path / "film.gif")


def test_an_untrained_model_starts_a_new_film(tmp_path):
    fit(toy(), epochs=3, callbacks=[TrainingFilm(tmp_path / "film.gif")])
    fit(toy(), epochs=1, callbacks=[TrainingFilm(tmp_path / "film.gif")])
    assert steps(tmp_path / "film_frames") == [0, 4]
    assert len(read(tmp_path / "film.gif")) == 2


def test_a_long_film_keeps_its_first_and_last_frame(tmp_path):
    film = TrainingFilm(tmp_path / "film.gif", unit="step", max_frames=3)
    fit(toy(), steps=8, epochs=1, callbacks=[film])
    assert len(steps(tmp_path / "film_frames")) == 9
    frames = read(tmp_path / "film.gif")
    assert len(frames) == 3
    last = Image.open(tmp_path / "film_frames" / "step_00000008.png")
    assert frames[0][0].min() == 0
    np.testing.assert_array_equal(frames[-1][0], np.asarray(last))
    last.close()


def test_smaller_frames_of_a_model_that_grew_are_enlarged(tmp_path):
    model = toy()
    fit(model, epochs=1, callbacks=[TrainingFilm(tmp_path / "film.gif", n=1)])
    model.image_shape = (8, 12, 1)
    film = TrainingFilm(tmp_path / "film.gif", n=1)
    fit(model, initial_epoch=1, epochs=2, callbacks=[film])
    frames = read(tmp_path / "film.gif")
    assert {frame.shape for frame, _ in frames} == {(8, 12)}
    assert len(frames) == 3


def test_colour_frames_are_filmed(tmp_path):
    film = TrainingFilm(tmp_path / "film.gif", n=1)
    fit(toy(channels=3), epochs=1, callbacks=[film])
    assert len(read(tmp_path / "film.gif")) == 2


def test_only_the_first_process_films(tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.backend.process_index", lambda: 1)
    fit(toy(), callbacks=[TrainingFilm(tmp_path / "film.gif")])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"path": "film.png"}, "`path` must end in '.gif'"),
        ({"frame_ms": 5}, "`frame_ms` must be"),
        ({"max_frames": 1}, "`max_frames` must be"),
        ({"every": 0}, "`every` must be"),
    ],
)
def test_bad_arguments_are_refused_at_once(arguments, match):
    with pytest.raises(ValueError, match=match):
        TrainingFilm(**({"path": "film.gif"} | arguments))


def test_an_unwritable_folder_stops_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    model = toy()
    with pytest.raises(OSError, match="`path` must lead to a folder"):
        fit(model, callbacks=[TrainingFilm(tmp_path / "file" / "film.gif")])
    assert int(keras.ops.convert_to_numpy(model.steps_seen)) == 0


def test_a_film_without_frames_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="`frames` must hold at least one"):
        TrainingFilm(tmp_path / "film.gif").save()


def test_a_folder_in_the_place_of_the_film_stops_before_training(tmp_path):
    (tmp_path / "film.gif").mkdir()
    model = toy()
    with pytest.raises(OSError, match="`path` must be a file"):
        fit(model, callbacks=[TrainingFilm(tmp_path / "film.gif")])
    assert int(keras.ops.convert_to_numpy(model.steps_seen)) == 0


def test_of_two_channels_the_first_is_filmed(tmp_path):
    with pytest.warns(UserWarning, match="the first channel of the 2"):
        film = TrainingFilm(tmp_path / "film.gif", n=1)
        fit(toy(channels=2), epochs=2, callbacks=[film])
    assert (tmp_path / "film.gif").exists()

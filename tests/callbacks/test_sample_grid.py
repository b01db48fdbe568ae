import warnings

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import SampleGrid
from kerasgan.conditions import Vector
from tests.callbacks.toy_gan import ToyGAN
from tests.callbacks.toy_gan import fit


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_a_picture_an_epoch_named_in_the_order_of_time(tmp_path):
    fit(ToyGAN(), callbacks=[SampleGrid(tmp_path / "samples")])
    assert names(tmp_path / "samples") == [
        "epoch_0001.png",
        "epoch_0002.png",
        "epoch_0003.png",
    ]


def test_the_end_of_training_is_always_drawn(tmp_path):
    fit(ToyGAN(), epochs=5, callbacks=[SampleGrid(tmp_path, every=2)])
    assert names(tmp_path) == [
        "epoch_0002.png",
        "epoch_0004.png",
        "epoch_0005.png",
    ]


def test_epochs_count_on_after_initial_epoch(tmp_path):
    model = ToyGAN()
    fit(model, epochs=1, callbacks=[SampleGrid(tmp_path)])
    fit(model, initial_epoch=1, epochs=2, callbacks=[SampleGrid(tmp_path)])
    assert names(tmp_path) == ["epoch_0001.png", "epoch_0002.png"]


def test_a_picture_every_few_steps_within_an_epoch(tmp_path):
    grid = SampleGrid(tmp_path, every=3, unit="step")
    fit(ToyGAN(), steps=5, epochs=2, callbacks=[grid])
    assert names(tmp_path) == [
        "step_00000003.png",
        "step_00000006.png",
        "step_00000009.png",
        "step_00000010.png",
    ]


def test_steps_count_on_in_another_run(tmp_path):
    model = ToyGAN()
    grid = SampleGrid(tmp_path, every=4, unit="step")
    fit(model, steps=3, epochs=1, callbacks=[grid])
    fit(model, steps=3, initial_epoch=1, epochs=2, callbacks=[grid])
    assert names(tmp_path) == [
        "step_00000003.png",
        "step_00000004.png",
        "step_00000006.png",
    ]


def test_the_pictures_show_the_state_of_their_step(tmp_path):
    model = ToyGAN()
    kernels = []

    class Record(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            kernel = keras.ops.convert_to_numpy(self.model.dense.kernel)
            kernels.append(kernel.item())

    model.dense.kernel.assign([[-0.9]])
    grid = SampleGrid(tmp_path, unit="step", n=1)
    fit(model, steps=4, epochs=1, callbacks=[Record(), grid])
    shown = [read(tmp_path / name)[0, 0] for name in names(tmp_path)]
    expected = np.rint((np.array(kernels) + 1) * 127.5)
    np.testing.assert_array_equal(shown, expected)
    assert len(set(shown)) == 4


def test_pictures_do_not_change_training(tmp_path):
    kernels = []
    for callbacks in ([], [SampleGrid(tmp_path, unit="step")]):
        keras.utils.set_random_seed(3)
        model = ToyGAN()
        fit(model, callbacks=callbacks)
        kernels.append(keras.ops.convert_to_numpy(model.dense.kernel).item())
    assert kernels[0] == kernels[1]


def test_the_same_latents_are_asked_for_every_time(tmp_path):
    model = ToyGAN()
    fit(model, callbacks=[SampleGrid(tmp_path, n=6, seed=7)])
    assert model.calls == [(6, 7, None)] * 3
    assert read(tmp_path / "epoch_0001.png").shape == (10, 22)


@pytest.mark.parametrize(
    "classes, n, columns, shape",
    [
        (10, None, None, (34, 78)),  # 6 rows of all ten classes
        (3, 6, None, (10, 22)),
        (3, 6, 2, (16, 14)),
        (40, None, None, (34, 54)),
        (100, None, None, (46, 62)),
    ],
)
def test_classes_stand_in_columns_in_their_order(
    tmp_path, classes, n, columns, shape
):
    model = ToyGAN(num_classes=classes)
    grid = SampleGrid(tmp_path, n=n, columns=columns)
    fit(model, epochs=1, callbacks=[grid])
    ((count, _, labels),) = model.calls
    np.testing.assert_array_equal(labels, np.arange(count) % classes)
    assert labels.dtype == "int32"
    assert read(tmp_path / "epoch_0001.png").shape == shape


def test_labels_can_be_chosen(tmp_path):
    model = ToyGAN(num_classes=4)
    fit(model, epochs=1, callbacks=[SampleGrid(tmp_path, labels=[3, 3, 1])])
    ((count, _, labels),) = model.calls
    assert count == 3
    assert list(labels) == [3, 3, 1]


@pytest.mark.parametrize(
    "given, n, rows",
    [
        ([[1, 0], [0, 1]], None, [[1, 0], [0, 1]]),
        ([1, 0], 3, [[1, 0]] * 3),
        ({"b": 2}, None, [[0, 2]] * 64),
        (None, None, None),
    ],
)
def test_conditions_of_any_kind_can_be_chosen(tmp_path, given, n, rows):
    model = ToyGAN(condition=Vector(2, names=["a", "b"]))
    fit(model, epochs=1, callbacks=[SampleGrid(tmp_path, n=n, condition=given)])
    ((count, _, condition),) = model.calls
    if rows is None:
        assert condition is None and count == 64
        return
    assert count == len(rows)
    assert condition.tolist() == rows


def test_colour_pictures_are_drawn(tmp_path):
    fit(ToyGAN(channels=3), epochs=1, callbacks=[SampleGrid(tmp_path)])
    assert read(tmp_path / "epoch_0001.png").shape == (46, 62, 3)


def test_only_the_first_process_draws(tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.backend.process_index", lambda: 1)
    model = ToyGAN()
    fit(model, callbacks=[SampleGrid(tmp_path / "samples")])
    assert not (tmp_path / "samples").exists()
    assert not model.calls


def test_epochs_leave_the_hooks_of_batches_to_keras_threads():
    assert SampleGrid("x").async_safe
    assert not SampleGrid("x", unit="step").async_safe


def test_diverged_pictures_are_left_out_with_one_warning(tmp_path):
    model = ToyGAN()
    model.dense.kernel.assign([[np.nan]])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(model, callbacks=[SampleGrid(tmp_path)])
    ours = [w for w in caught if "TerminateOnNaN" in str(w.message)]
    assert len(ours) == 1
    assert not names(tmp_path)


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"every": 0}, "`every` must be"),
        ({"every": 1.5}, "`every` must be"),
        ({"unit": "batch"}, "Unknown `unit`"),
        ({"unit": "steps"}, "Did you mean 'step'"),
        ({"n": 0}, "`n` must be"),
        ({"seed": -1}, "`seed` must be"),
        ({"columns": 0}, "`columns` must be"),
        ({"labels": [0.5]}, "`labels` must be whole numbers"),
        ({"labels": [[1, 2]]}, "`labels` must be whole numbers"),
        ({"labels": []}, "`labels` must be whole numbers"),
        ({"labels": [1, 2], "n": 3}, r"shape \(2,\) for 3"),
        ({"labels": [1], "condition": [1]}, "must not both be given"),
    ],
)
def test_bad_arguments_are_refused_at_once(arguments, match):
    with pytest.raises(ValueError, match=match):
        SampleGrid("samples", **arguments)


@pytest.mark.parametrize(
    "classes, labels, match",
    [
        (None, [0], "must be None for a model without conditions"),
        (3, [0, 3], "must be whole numbers from 0 to 2"),
        (3, [-1], "must be whole numbers (of at least 0|from 0 to 2)"),
    ],
)
@pytest.mark.parametrize("name", ["labels", "condition"])
def test_labels_that_the_model_lacks_stop_before_training(
    tmp_path, classes, labels, match, name
):
    model = ToyGAN(num_classes=classes)
    with pytest.raises(ValueError, match=f"`{name}` {match}"):
        fit(model, callbacks=[SampleGrid(tmp_path, **{name: labels})])
    assert int(keras.ops.convert_to_numpy(model.steps_seen)) == 0


@pytest.mark.parametrize(
    "channels, drawn, said",
    [
        (2, 1, "the first channel of the 2"),
        (5, 3, "the first 3 channels of the 5"),
        (6, 3, "the first 3 channels of the 6"),
    ],
)
def test_other_numbers_of_channels_are_drawn_in_part_and_said_once(
    tmp_path, channels, drawn, said
):
    model = ToyGAN(channels=channels)
    with pytest.warns(UserWarning, match=f"draws {said}") as found:
        fit(model, epochs=2, callbacks=[SampleGrid(tmp_path, n=1)])
    assert sum("draws the first" in str(w.message) for w in found) == 1
    with Image.open(tmp_path / "epoch_0002.png") as image:
        assert len(image.getbands()) == drawn


def test_a_model_of_points_stops_before_training(tmp_path):
    model = ToyGAN()
    model.image_shape = (2,)
    with pytest.raises(ValueError, match=r"makes images.*shape \(2,\)"):
        fit(model, callbacks=[SampleGrid(tmp_path)])
    assert int(keras.ops.convert_to_numpy(model.steps_seen)) == 0


@pytest.mark.parametrize("seed", [None, -1, 2**31, 0.5, True])
def test_seeds_that_no_model_takes_are_refused_at_once(seed):
    with pytest.raises(ValueError, match="`seed` must be a whole number"):
        SampleGrid("samples", seed=seed)


def test_an_unwritable_folder_stops_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    model = ToyGAN()
    with pytest.raises(OSError, match="`folder` must lead to a folder"):
        fit(model, callbacks=[SampleGrid(tmp_path / "file" / "samples")])
    assert int(keras.ops.convert_to_numpy(model.steps_seen)) == 0


def test_a_model_that_does_not_generate_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="needs a model of kerasgan"):
        fit(model, callbacks=[SampleGrid(tmp_path)])

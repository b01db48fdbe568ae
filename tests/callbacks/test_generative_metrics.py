"""Scores during training, with features that need no network."""

import csv
import json
import math

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import GenerativeMetrics
from kerasgan.metrics.features import FeatureNetwork
from tests import tiny
from tests.callbacks.toy_gan import ToyGAN


def rows(images):
    return np.asarray(images).mean(axis=(2, 3))


@keras.saving.register_keras_serializable(package="tests")
class Level(kerasgan.metrics.GenerativeMetric):
    """The number that the test says next."""

    key = "level"
    has_network = False
    needs = "images"

    def __init__(self, values=(), name=None):
        super().__init__(None, name=name)
        self.values = list(values)

    def result(self):
        return float(self.values.pop(0))


@pytest.fixture(scope="module")
def compiled():
    # Compiled steps take their time, so one game serves all these tests.
    gan = tiny.tiny_gan(ema=8.0)
    return gan, tiny.state(gan)


@pytest.fixture
def gan(compiled):
    gan, state = compiled
    variables = [*gan.variables, *gan.optimizer.variables]
    for variable, value in zip(variables, state.values(), strict=True):
        variable.assign(value)
    return gan


def scores(metrics="fid", real=None, samples=12, **kwargs):
    kwargs.setdefault("features", FeatureNetwork(rows, name="rows"))
    if real is None:
        real = tiny.tiny_images(12, seed=1)
    return GenerativeMetrics(metrics, real, samples=samples, **kwargs)


def fit(gan, callbacks, epochs=2, **kwargs):
    return gan.fit(
        tiny.tiny_images(),
        batch_size=4,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
        **kwargs,
    ).history


def read(folder):
    with open(folder / "scores.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chosen(folder):
    path = folder / "best" / "metadata.json"
    return json.loads(path.read_text())["chosen"]


def test_the_history_has_the_scores_that_evaluate_gives(gan):
    history = fit(gan, [scores(["fid", "precision_recall"], seed=3)])
    expected = kerasgan.evaluate(
        gan,
        tiny.tiny_images(12, seed=1),
        ["fid", "precision_recall"],
        features=rows,
        samples=12,
        seed=3,
        floor_real=False,
    )
    for key in ("fid", "precision", "recall"):
        assert len(history[f"{key}_rows"]) == 2
        assert history[f"{key}_rows"][-1] == pytest.approx(expected[key])
    assert history["fid_rows"][0] != history["fid_rows"][1]


def test_callbacks_behind_it_see_the_scores(gan, tmp_path):
    log = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    stop = keras.callbacks.EarlyStopping("level", mode="min", patience=1)
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.weights.h5",
        monitor="level",
        mode="min",
        save_best_only=True,
        save_weights_only=True,
    )
    history = fit(gan, [scores(Level([9, 3, 5, 1])), log, stop, best], 5)
    assert history["level"] == [3.0, 5.0]
    with open(tmp_path / "log.csv", newline="", encoding="utf-8") as file:
        logged = [float(row["level"]) for row in csv.DictReader(file)]
    assert logged == [3.0, 5.0]
    assert [p.name for p in tmp_path.glob("*.h5")] == ["1.weights.h5"]


def test_between_measurements_the_last_value_stands(gan, tmp_path):
    callback = scores(Level([9, 2, 3]), every=2, folder=tmp_path)
    history = fit(gan, [callback], epochs=3)
    assert history["level"] == [9.0, 2.0, 2.0]
    assert [(r["epoch"], r["step"], r["level"]) for r in read(tmp_path)] == [
        ("0", "0", "9.0"),
        ("2", "8", "2.0"),
        ("3", "12", "3.0"),
    ]


def test_steps_are_counted_within_the_epoch(gan, tmp_path):
    callback = scores(
        Level([9, 2, 3, 4]), every=3, unit="step", folder=tmp_path
    )
    assert fit(gan, [callback])["level"] == [2.0, 3.0]
    assert [row["step"] for row in read(tmp_path)] == ["0", "3", "6", "8"]


def test_scores_do_not_change_training(gan):
    before = tiny.state(gan)
    fit(gan, [])
    alone = tiny.state(gan)
    variables = [*gan.variables, *gan.optimizer.variables]
    for variable, value in zip(variables, before.values(), strict=True):
        variable.assign(value)
    fit(gan, [scores(["fid", "kid"], unit="step")])
    tiny.assert_same_state(tiny.state(gan), alone)


def test_real_images_are_read_once(gan):
    seen = []

    def count(images):
        seen.append(len(images))
        return rows(images)

    network = FeatureNetwork(count, name="rows")
    real = tiny.tiny_images(40, seed=1)
    callback = scores(["fid", "kid"], real, features=network)
    fit(gan, [callback])
    # Real ones; then generated ones at the start and after each epoch.
    assert seen == [12] * 4


def test_the_best_weights_are_kept_as_a_preset(gan, tmp_path):
    images = []

    class Record(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            images.append(self.model.generate(2, seed=0))

    callback = scores(
        Level([9, 3, 5]), monitor="level", mode="min", folder=tmp_path
    )
    fit(gan, [callback, Record()])
    assert chosen(tmp_path) == {
        "by": "level",
        "value": 3.0,
        "epoch": 1,
        "step": 4,
        "samples": 12,
        "seed": 0,
    }
    best = kerasgan.applications.load_preset(None, tmp_path / "best")
    np.testing.assert_array_equal(best.generate(2, seed=0), images[0])
    assert not np.array_equal(images[0], images[1])


@pytest.mark.parametrize(
    ("metric", "value", "better"),
    [("fid", "fid_rows", min), ("density_coverage", "density_rows", max)],
)
def test_which_way_is_better_is_known_of_our_metrics(
    gan, tmp_path, metric, value, better
):
    monitor = value.removesuffix("_rows")
    callback = scores(metric, monitor=monitor, folder=tmp_path)
    fit(gan, [callback], epochs=3)
    found = [float(row[value]) for row in read(tmp_path)]
    assert chosen(tmp_path)["by"] == value
    assert chosen(tmp_path)["value"] == better(found)


def test_a_run_that_goes_on_takes_up_its_scores_and_its_best(gan, tmp_path):
    def callback(values):
        return scores(
            Level(values), monitor="level", mode="min", folder=tmp_path
        )

    fit(gan, [callback([9, 3])], epochs=1)
    gan.steps_seen.assign(4)  # as in a new process
    history = fit(gan, [callback([5, 4])], initial_epoch=1, epochs=3)
    assert history["level"] == [5.0, 4.0]
    assert [row["step"] for row in read(tmp_path)] == ["0", "4", "8", "12"]
    assert chosen(tmp_path)["value"] == 3.0
    # Cut off and begun again from the backup of an earlier step.
    gan.steps_seen.assign(8)
    fit(gan, [callback([2])], initial_epoch=2, epochs=3)
    assert [row["level"] for row in read(tmp_path)] == [
        *("9.0", "3.0", "5.0", "2.0")
    ]
    assert chosen(tmp_path)["value"] == 2.0


def test_an_untrained_model_starts_anew(gan, tmp_path):
    def callback(values):
        return scores(
            Level(values), monitor="level", mode="min", folder=tmp_path
        )

    fit(gan, [callback([9, 1])], epochs=1)
    gan.steps_seen.assign(0)
    fit(gan, [callback([8, 7])], epochs=1)
    assert [row["level"] for row in read(tmp_path)] == ["8.0", "7.0"]
    assert chosen(tmp_path)["value"] == 7.0


def test_the_curves_are_drawn(gan, tmp_path):
    pytest.importorskip("matplotlib")
    from PIL import Image

    callback = scores(["fid", "kid"], folder=tmp_path, plot=True)
    fit(gan, [callback], epochs=1)
    with Image.open(tmp_path / "scores.png") as picture:
        assert picture.size == (600, 600)  # fid, kid, kid_std


def test_without_matplotlib_a_plot_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        scores(folder=tmp_path, plot=True)


def test_diverged_images_score_nan_and_are_not_the_best(gan, tmp_path):
    class Break(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                for weight in self.model.ema_generator.weights:
                    weight.assign(np.full(weight.shape, np.nan))

    callback = scores(monitor="fid", folder=tmp_path)
    with pytest.warns(UserWarning, match="leaves out its scores from step 8"):
        history = fit(gan, [callback, Break()], epochs=2)
    assert math.isfinite(history["fid_rows"][0])
    assert math.isnan(history["fid_rows"][1])
    assert chosen(tmp_path)["step"] in (0, 4)
    assert [row["step"] for row in read(tmp_path)] == ["0", "4"]


def test_only_the_first_process_measures(gan, tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.backend.process_index", lambda: 1)
    history = fit(gan, [scores(folder=tmp_path / "scores")])
    assert "fid_rows" not in history
    assert not (tmp_path / "scores").exists()


def test_classes_come_in_turn_with_their_labels(tmp_path):
    class Classes(Level):
        needs_labels = True

        def result(self):
            found = np.bincount(self.generated.labels(), minlength=4)
            return {"of": float(found[0]), "list": found.tolist()}

    class Toy(ToyGAN):
        def __init__(self):
            super().__init__(num_classes=3)
            self.image_shape = (4, 4, 1)

        def generate(self, n, seed=None, condition=None):
            assert list(condition) == [0, 1, 2, 0]
            return np.full((n, 4, 4, 1), 1.01, "float32")

    real = (tiny.tiny_images(4), np.array([0, 1, 2, 3]))
    callback = scores(Classes(), real, samples=4)
    x = np.ones((2, 1), "float32")
    history = Toy().fit(x, x, epochs=1, verbose=0, callbacks=[callback])
    assert history.history["of"] == [2.0]
    assert "list" not in history.history


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"metrics": "fdi"}, "'fid'"),
        ({"metrics": []}, "`metrics` must name a metric"),
        ({"metrics": ["fid", "fid"]}, "`metrics` must have different names"),
        ({"every": 0}, "`every` must be"),
        ({"unit": "batch"}, "Unknown `unit`"),
        ({"samples": 1}, "`samples` must be"),
        ({"seed": -1}, "`seed` must be"),
        ({"mode": "least"}, "Unknown `mode`"),
        ({"monitor": "fid"}, "`folder` must be given with `monitor`"),
        ({"plot": True}, "`folder` must be given with `plot`"),
        ({"features": None}, "must be a network"),
        ({"real": np.zeros((4, 4))}, "`real` must have shape"),
    ],
)
def test_bad_arguments_are_refused_at_once(arguments, match):
    with pytest.raises(ValueError, match=match):
        scores(**arguments)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"real": np.zeros((9, 8, 8, 1), "uint8")}, "`real` must be images"),
        ({"monitor": "kid"}, "Unknown `monitor`"),
        ({"metrics": Level([1]), "monitor": "level"}, "`mode` must say"),
        ({"metrics": "precision_recall", "samples": 3}, "ask for at least 4"),
    ],
)
def test_what_cannot_be_measured_stops_before_training(
    gan, tmp_path, arguments, match
):
    if "monitor" in arguments:
        arguments["folder"] = tmp_path
    with pytest.raises(ValueError, match=match):
        fit(gan, [scores(**arguments)])
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 0


def test_an_unwritable_folder_stops_before_training(gan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="`folder` must lead to a folder"):
        fit(gan, [scores(folder=tmp_path / "file" / "scores")])
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 0


def test_the_defaults_cost_little_of_an_epoch_of_fashion_mnist():
    callback = GenerativeMetrics("fid", tiny.tiny_images(), features=rows)
    assert callback.unit == "epoch" and callback.every == 1
    assert callback.samples <= 0.05 * 60_000

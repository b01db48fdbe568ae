"""Options that reach all of a model and of a run."""

import json
import sys

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.cli import customize
from kerasgan.runs.forecast import Forecast
from tests.small_runs import command
from tests.small_runs import draw_pictures
from tests.small_runs import log
from tests.small_runs import one_line
from tests.small_runs import small
from tests.small_runs import train

pytestmark = pytest.mark.usefixtures("without_graphs", "features")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("here") / "pictures")


@pytest.fixture(scope="module", autouse=True)
def small_gan():
    with small("GAN", units=(4,)):
        yield


def test_a_whole_run_comes_from_a_file(pictures, tmp_path):
    pytest.importorskip("yaml")
    path = tmp_path / "run.yaml"
    path.write_text(
        f"model: gan\ndata: {pictures}\nimage-size: [8, 8]\nbatch_size: 4\n"
        "epochs: 1\nsteps-per-epoch: 1\nset: {units: [5], loss: hinge}\n"
        "learning_rate: {generator: 0.5}\nprecision: mixed_bfloat16\n"
    )
    first, second = tmp_path / "first", tmp_path / "second"
    # What the command line says counts more.
    result = command("train", "--config", path, "--seed", 3, "--out", first)
    assert result.exit_code == 0, result.output
    gan = kerasgan.load_model(first / "model.keras")
    assert isinstance(gan.loss, kerasgan.losses.Hinge)
    assert gan.generator.layers[1].units == 5
    assert gan.generator.layers[1].compute_dtype == "bfloat16"
    rates = [
        float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        for optimizer in gan.optimizer.players.values()
    ]
    assert rates[0] == 0.5 and rates[1] < 0.1
    # The settings of a run are such a file.
    config = first / "settings.json"
    result = command("train", "--config", config, "--out", second)
    assert result.exit_code == 0, result.output
    one, other = (
        json.loads((run / "settings.json").read_text())
        for run in (first, second)
    )
    assert one == other and one["seed"] == 3
    assert log(first) == log(second)
    # And of a run that goes on.
    result = command("train", "--out", first, "--resume", "--epochs", 2)
    assert result.exit_code == 0, result.output
    assert len(log(first)) == 2


def test_scores_and_the_board_stand_beside_the_run(
    pictures, tmp_path, monkeypatch
):
    pytest.importorskip("tensorboard")
    run = tmp_path / "run"
    more = ("--held-out", 4, "--monitor", "kid", "--tensorboard")
    monkeypatch.setattr("kerasgan.cli.watching._LEAST_SAMPLES", 4)
    result = train(pictures, run, *more, model="gan", epochs=2)
    assert result.exit_code == 0, result.output
    rows = log(run)
    assert float(rows[1]["kid_efficientnet_lite0"]) == pytest.approx(
        float(rows[1]["kid_efficientnet_lite0"])
    )
    assert (run / "scores" / "best" / "config.json").exists()
    assert f"{run / 'scores' / 'best'}, by kid" in result.output
    grid = command("generate", run / "scores" / "best", "--out", run / "a.png")
    assert grid.exit_code == 0, grid.output
    tags = tags_of(run / "tensorboard")
    assert {"d/d_loss", "val/val_d_loss", "samples"} <= tags
    assert "training/kid_efficientnet_lite0" in tags


def tags_of(folder):
    from tensorboard.backend.event_processing.event_file_loader import (
        RawEventFileLoader,
    )
    from tensorboard.compat.proto.event_pb2 import Event

    (path,) = folder.iterdir()
    events = [
        Event.FromString(record)
        for record in RawEventFileLoader(str(path)).Load()
    ]
    assert events[0].file_version == "brain.Event:2"
    return {value.tag for event in events for value in event.summary.value}


def test_the_board_says_what_it_needs(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("kerasgan.cli.commands.use_backend", lambda *args: None)
    line = one_line(train(pictures, tmp_path, "--tensorboard", model="gan"))
    assert "`--tensorboard` needs the package tensorboard" in line
    assert not (tmp_path / "settings.json").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--set", "unit=4"), "Unknown `--set`. Did you mean 'units'"),
        (("--set", "seed=4"), "is said by `--seed`"),
        (("--set", "units=x"), "Received"),
        (("--learning-rate", "generater=1"), "Did you mean 'generator'"),
        (("--monitor", "kid"), "`--monitor` scores by the pictures"),
    ],
)
def test_what_does_not_fit_is_said(more, said, pictures, tmp_path):
    line = one_line(train(pictures, tmp_path / "run", *more, model="gan"))
    assert said in line
    assert not (tmp_path / "run").exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("model", "setting", "said"),
    [
        ("wgangp", "penalty_weight=-1", "`--set penalty_weight=...` must be"),
        ("wgangp", "filters=0", "`--set filters=...` must be a whole number"),
        ("wgangp", "network=resnt", "Unknown `--set network=...`. Did you"),
        ("dcgan", "kernel_size=x", "The `--set kernel_size=...` argument"),
        ("dcgan", "latent_dim=-3", "must fit DCGAN. Received: --set latent_d"),
        ("wgangp", "regularizers=r1", "`--set regularizers=...` must be a li"),
        ("gan", "loss=hing", "Unknown `--set loss=...`. Did you mean 'hinge'"),
    ],
)
def test_an_error_says_which_setting_is_meant(
    model, setting, said, pictures, tmp_path
):
    more = ("--set", setting)
    line = one_line(train(pictures, tmp_path / "run", *more, model=model))
    assert said in line
    assert not (tmp_path / "run").exists()


@pytest.mark.once
def test_an_error_of_other_options_is_not_of_those_that_were_set():
    with (
        pytest.raises(ValueError, match="^`image_shape` is"),
        customize.saying_what_was_set(
            kerasgan.applications.DCGAN, {"filters": 4}, {"image_shape": None}
        ),
    ):
        raise ValueError("`image_shape` is too small")


@pytest.mark.once
def test_any_argument_of_a_model_is_known():
    for name in kerasgan.applications.list_models():
        cls = kerasgan.applications.get(name)
        known = customize._arguments_of(cls)
        assert {"pretrained", "ema"} <= {*known} or "translate" in dir(cls)
        assert not {"self", "dtype", "seed", "generator"} & {*known}
    game = kerasgan.applications.DCGAN
    assert customize.checked(game, {"loss": "hinge", "filters": 4})
    assert customize.checked(game, None) == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"epoch": 3}', "Did you mean epochs"),
        ("a.json", "[1]", "Received: a list"),
        ("a.json", "{", "must be JSON or YAML"),
        ("a.json", '{"epochs": [1]}', "`epochs` in"),
        ("a.json", '{"epochs": "many"}', "'--epochs'"),
        ("a.yaml", "a: [", "must be JSON or YAML"),
        ("a.yaml", "zzzz: 1", "There are"),
        ("a.json", "\udcff", "must be JSON or YAML"),
    ],
)
def test_a_config_that_is_none_is_refused(name, text, said, tmp_path):
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    line = one_line(command("train", "gan", "--config", path))
    assert said in line


@pytest.mark.once
def test_yaml_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "a.yaml").write_text("epochs: 3")
    line = one_line(command("train", "gan", "--config", tmp_path / "a.yaml"))
    assert "pip install pyyaml" in line


@pytest.mark.once
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "nowhere"), "neither a folder 'nowhere' here nor a data"),
        (("--data", "mnits"), "Did you mean 'mnist'"),
        ((), "Missing option '--data'"),
    ],
)
def test_data_that_is_not_there_is_said(words, said, tmp_path):
    out = tmp_path / "run"
    line = one_line(command("train", "gan", *words, "--out", out))
    assert said in line and "`name`" not in line
    line = one_line(command("train", *words, "--out", out))
    assert "Missing argument 'MODEL'" in line
    assert not out.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    "words",
    [
        ("generate", "nowhere"),
        ("evaluate", "nowhere"),
        ("evaluate", "nowhere", "--data", "mnist"),
        ("translate", "nowhere", ".", "--out", "new"),
        ("generate", "nowhere", "--walk", 2),
    ],
)
def test_a_model_that_is_not_there_is_said(words):
    line = one_line(command(*words))
    assert "There is no run or file 'nowhere', nor a preset" in line
    assert "pretrained" not in line


@pytest.mark.once
def test_a_forecast_is_made_once_after_the_first_steps(monkeypatch):
    clock = iter(range(0, 1000, 2))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    said = []
    forecast = Forecast(lambda left, one: said.append((left, one)), 1000)
    for step in range(20):
        forecast.on_train_batch_end(step)
    # Two seconds a step; five of them are known after the sixth.
    assert said == [(pytest.approx(2 * 994), 2)]


def test_a_long_training_says_how_long_it_takes(
    pictures, tmp_path, monkeypatch
):
    monkeypatch.setattr("kerasgan.cli.watching._SHORT", -1)
    monkeypatch.setattr("kerasgan.runs.forecast._MOST_STEPS", 1)
    result = train(pictures, tmp_path / "run", model="gan", epochs=2)
    assert result.output.count("to go, at") == 1
    assert np.isfinite(float(log(tmp_path / "run")[0]["d_loss"]))


@pytest.mark.once
def test_errors_name_options_and_no_arguments_of_python(
    pictures, tmp_path, monkeypatch
):
    def fail(name):
        raise ValueError("`image_shape`, `batch_size`, `model` and `beta`.")

    monkeypatch.setattr(kerasgan.applications, "get", fail)
    line = one_line(train(pictures, tmp_path / "run", model="gan"))
    assert "`--image-size`, `--batch-size`, MODEL and `beta`." in line

"""What is beside a class of Keras takes what that class takes, in its order."""

import inspect

import keras
import pytest

import kerasgan

pytestmark = pytest.mark.once


def classes_in(room, base):
    room = getattr(kerasgan, room)
    found = {name: getattr(room, name) for name in room.__all__}
    return {
        name: cls
        for name, cls in found.items()
        if inspect.isclass(cls) and issubclass(cls, base)
    }


METRICS = classes_in("metrics", keras.metrics.Metric)
PENALTIES = classes_in("regularizers", kerasgan.regularizers.Regularizer)
SCHEDULES = classes_in(
    "optimizers", keras.optimizers.schedules.LearningRateSchedule
)


def arguments(cls):
    parameters = inspect.signature(cls.__init__).parameters.values()
    return {p.name: p for p in parameters if p.name != "self"}


@pytest.mark.parametrize("name", METRICS)
def test_metrics_end_as_those_of_keras(name):
    own, kin = arguments(METRICS[name]), arguments(keras.metrics.Mean)
    assert list(own)[-2:] == list(kin)[-2:] == ["name", "dtype"]
    assert own["dtype"].default is None
    assert own["name"].default is not inspect.Parameter.empty
    assert all(p.kind is p.POSITIONAL_OR_KEYWORD for p in own.values())


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_begin_and_end_as_those_of_keras(name):
    own = arguments(SCHEDULES[name])
    kin = arguments(keras.optimizers.schedules.PolynomialDecay)
    assert list(own)[0] == list(kin)[0] == "initial_learning_rate"
    assert list(own)[-1] == list(kin)[-1] == "name"
    assert (own["name"].default, kin["name"].default) == (
        name,
        "PolynomialDecay",
    )


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_begin_with_their_weight(name):
    # `keras.regularizers` have `factor`, `l1` or `l2` there.
    own = list(arguments(PENALTIES[name]))
    assert own[0] == "weight"
    assert own.index("name") > own.index("weight")
    assert "interval" in own or name == "HistoricalAveraging"


def test_the_group_of_optimizers_takes_those_of_the_players_alone():
    own = arguments(kerasgan.optimizers.PlayerOptimizers)
    assert [p.kind for p in own.values()] == [inspect.Parameter.VAR_KEYWORD]


def test_files_of_schedules_without_a_name_are_read():
    config = {
        "initial_learning_rate": 1.0,
        "constant_steps": 1,
        "decay_steps": 2,
    }
    schedule = kerasgan.optimizers.ConstantThenLinear.from_config(config)
    assert schedule.get_config() == {**config, "name": "ConstantThenLinear"}


@pytest.mark.parametrize("name", ["FID", "SSIM"])
def test_the_type_of_a_metric_is_kept(name):
    more = {"features": None} if name == "FID" else {}
    metric = METRICS[name](**more, dtype="float64")
    assert METRICS[name].from_config(metric.get_config()).dtype == "float64"

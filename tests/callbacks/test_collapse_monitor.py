"""What goes wrong with a game is noticed, and what does not is let be."""

import csv
import math
import warnings

import keras
import numpy as np
import pytest

from kerasgan import losses
from kerasgan.callbacks import CollapseMonitor
from kerasgan.callbacks import diagnostics
from tests import tiny
from tests.callbacks.toy_gan import ToyGAN

# The tiny generator has a diversity of about 0.65.
HEALTHY = 0.3


@pytest.fixture(scope="module")
def compiled():
    # Compiled steps take their time, so one game serves all these tests.
    gan = tiny.tiny_gan(ema=8.0)
    return gan, tiny.state(gan)


@pytest.fixture
def gan(compiled):
    gan, state = compiled
    set_state(gan, state)
    gan.loss = losses.NonSaturating()
    return gan


def set_state(gan, state):
    variables = [*gan.variables, *gan.optimizer.variables]
    for variable, value in zip(variables, state.values(), strict=True):
        variable.assign(value)


def monitor(**kwargs):
    options = {"warm_up": 0, "min_diversity": HEALTHY, **kwargs}
    return CollapseMonitor(tiny.tiny_images(seed=1), **options)


def fit(gan, callbacks, epochs=2):
    """Returns the history and the sentences of the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = gan.fit(
            tiny.tiny_images(),
            batch_size=4,
            epochs=epochs,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
    said = [str(w.message) for w in caught if w.category is UserWarning]
    return history.history, [line for line in said if line[:4] == "Step"]


def collapse(gan):
    """Makes both generators draw the same image whatever the latents are."""
    for network in (gan.generator, gan.ema_generator):
        kernel = network.layers[-2].kernel
        kernel.assign(np.zeros(kernel.shape))


def break_weights(gan, network="generator"):
    weight = getattr(gan, network).weights[0]
    weight.assign(np.full(weight.shape, np.nan))


class Do(keras.callbacks.Callback):
    """Calls a function at the end of an epoch, or after a batch."""

    def __init__(self, function, epoch=None, batch=None):
        super().__init__()
        self.function, self.epoch, self.batch = function, epoch, batch
        self.now = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.batch == batch and self.epoch in (None, self.now):
            self.function(self.model)

    def on_epoch_end(self, epoch, logs=None):
        if self.batch is None and self.epoch in (None, epoch):
            self.function(self.model)


def test_a_healthy_game_is_let_be_and_its_signs_are_logged(gan):
    before = tiny.state(gan)
    alone, _ = fit(gan, [])
    expected = tiny.state(gan)
    set_state(gan, before)
    history, said = fit(gan, [monitor(unit="step", action="rollback")])
    assert not said
    tiny.assert_same_state(tiny.state(gan), expected)
    added = history.keys() - alone.keys()
    assert added == {
        "diversity",
        "discriminator_gap",
        "gradient_norm_generator",
        "gradient_norm_discriminator",
    }
    assert all(HEALTHY < value < 1 for value in history["diversity"])
    np.testing.assert_allclose(
        history["discriminator_gap"],
        np.subtract(history["real_logits"], history["fake_logits"]),
    )


def test_a_collapsed_generator_is_noticed_once(gan):
    collapse(gan)
    history, said = fit(gan, [monitor()], epochs=3)
    assert len(said) == 1
    assert said[0].startswith("Step 4: generated images are too much alike")
    assert history["diversity"][0] < 0.1
    assert len(history["diversity"]) == 3


def test_a_new_collapse_is_said_anew(gan):
    before = tiny.state(gan)
    recover = Do(lambda gan: set_state(gan, before), epoch=0)
    again = Do(collapse, epoch=1)
    collapse(gan)
    _, said = fit(gan, [monitor(), recover, again], epochs=4)
    assert [line[:7] for line in said] == ["Step 4:", "Step 8:"]


def test_a_collapse_is_noticed_within_the_epoch(gan):
    collapse(gan)
    _, said = fit(gan, [monitor(unit="step", every=2)])
    assert [line[:7] for line in said] == ["Step 2:"]


def test_untrained_generators_may_be_uniform_but_not_nan(gan):
    collapse(gan)
    assert fit(gan, [monitor(warm_up=9)])[1] == []
    break_weights(gan)
    assert len(fit(gan, [monitor(warm_up=99)])[1]) == 1


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_nan_in_the_losses_is_noticed(gan, network):
    break_weights(gan, network)
    history, said = fit(gan, [monitor()])
    assert len(said) == 1
    assert "the losses" in said[0] and "NaN" in said[0]
    assert math.isnan(history["diversity"][0])


def test_nan_that_no_loss_shows_is_noticed(gan):
    break_weights(gan, "ema_generator")
    _, said = fit(gan, [monitor()])
    assert len(said) == 1
    assert "the weights (" in said[0]


@pytest.mark.parametrize("loss", ["non_saturating", "wasserstein"])
def test_a_gap_counts_unless_logits_have_no_scale(gan, loss):
    gan.loss = losses.get(loss)
    collapsed = monitor(max_gap=1e-9)
    _, said = fit(gan, [collapsed])
    if loss == "wasserstein":
        assert not said
    else:
        assert len(said) == 1
        assert "has won" in said[0]
        assert list(collapsed.alarms) == ["gap"]


def test_gradients_that_vanish_or_explode_are_noticed(gan):
    def scale(factor):
        def function(gan):
            for variable in gan.optimizer.generator_optimizer.variables:
                if variable.path.endswith("velocity"):
                    variable.assign(variable * factor)

        return Do(function, epoch=1)

    start = tiny.state(gan)
    for factor, word in ((1e-8, "vanish"), (1e8, "explode")):
        set_state(gan, start)
        watch = monitor(max_gradient_change=100)
        _, said = fit(gan, [scale(factor), watch])
        assert len(said) == 1
        assert word in said[0] and "generator" in said[0]


def test_the_gradient_norm_is_that_of_the_gradients():
    gan = tiny.tiny_gan()
    players = {
        f"{player}_optimizer": keras.optimizers.SGD()
        for player in ("generator", "discriminator")
    }
    gan.compile(**players)
    assert diagnostics.gradient_norms(gan) == {}
    gan.compile()
    optimizer = gan.optimizer.generator_optimizer
    variables = gan.generator.trainable_variables
    for _ in range(3):
        gradients = [keras.ops.full(v.shape, 2.0) for v in variables]
        gan.optimizer.apply(gradients, variables)
    count = sum(int(np.prod(v.shape)) for v in variables)
    norms = diagnostics.gradient_norms(gan)
    assert int(keras.ops.convert_to_numpy(optimizer.iterations)) == 3
    assert norms["generator"] == pytest.approx(2.0 * count**0.5, rel=1e-4)
    assert norms["discriminator"] == 0.0


def test_stop_stops_within_the_epoch(gan):
    break_weights(gan)
    steps = Do(lambda model: seen.append(1))
    steps.on_train_batch_end = lambda batch, logs=None: seen.append(batch)
    seen = []
    history, said = fit(
        gan, [steps, monitor(unit="step", action="stop")], epochs=3
    )
    assert seen[0] == 0 and len(history["loss"]) == 1
    assert seen.count(1) == 1  # the end of the epoch, and no second batch
    assert said[0].endswith("Training stops.")


def test_stop_lets_a_healthy_game_run(gan):
    history, _ = fit(gan, [monitor(action="stop")], epochs=3)
    assert len(history["loss"]) == 3


@pytest.mark.parametrize("damage", [break_weights, collapse])
def test_rollback_restores_all_state_bit_for_bit(gan, damage):
    states = []
    record = Do(lambda model: states.append(tiny.state(model)))
    watch = monitor(action="rollback")
    history, said = fit(gan, [Do(damage, epoch=1), watch, record], epochs=4)
    assert len(said) == 1 and "goes back" in said[0]
    assert watch.rollbacks == 1
    tiny.assert_same_state(states[1], states[0])
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 12
    assert np.isfinite(history["loss"]).all()
    last = np.concatenate([value.ravel() for value in states[3].values()])
    assert np.isfinite(last).all()


def test_rollback_within_an_epoch_goes_on_from_there(gan):
    states = []
    record = Do(lambda model: states.append(tiny.state(model)), 0)
    record.on_train_batch_end = lambda batch, logs=None: record.function(
        record.model
    )
    watch = monitor(action="rollback", unit="step")
    history, said = fit(
        gan, [Do(break_weights, epoch=0, batch=2), watch, record], epochs=2
    )
    assert [line[:7] for line in said] == ["Step 3:"]
    tiny.assert_same_state(states[2], states[1])
    # 3 steps were taken in the first epoch for good.
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 7
    assert np.isfinite(history["loss"]).all()


def test_a_game_that_is_broken_from_the_start_is_set_back_a_few_times(gan):
    every_epoch = Do(break_weights)
    watch = monitor(action="rollback", max_rollbacks=2)
    start = tiny.state(gan)
    history, said = fit(gan, [every_epoch, watch], epochs=9)
    assert len(history["loss"]) == 3
    assert len(said) == 3
    assert "training stops" in said[-1]
    tiny.assert_same_state(tiny.state(gan), start)


def test_a_log_has_its_columns_from_the_first_epoch(gan, tmp_path):
    path = tmp_path / "log.csv"
    fit(gan, [monitor(every=2), keras.callbacks.CSVLogger(path)])
    with open(path, newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["diversity"] == "nan"
    assert float(second["diversity"]) > HEALTHY
    assert float(second["gradient_norm_generator"]) > 0


def test_the_spread_is_the_mean_distance_of_pairs():
    images = np.random.default_rng(0).uniform(-1, 1, (5, 2, 3, 1))
    rows = images.reshape(5, 6)
    distances = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    expected = distances.sum() / 20
    assert diagnostics.mean_pairwise_distance(images) == pytest.approx(
        expected, rel=1e-6
    )
    labels = np.array([0, 1, 0, 2, 1])
    within = (distances[0, 2] + distances[1, 4]) / 2
    assert diagnostics.mean_pairwise_distance(images, labels) == pytest.approx(
        within, 1e-6
    )
    pixels = np.rint((images + 1) * 127.5).astype("uint8")
    assert diagnostics.mean_pairwise_distance(pixels) == pytest.approx(
        expected, rel=1e-2
    )


def test_one_image_a_class_is_a_collapse_where_labels_are_known():
    class Toy(ToyGAN):
        def __init__(self):
            super().__init__(num_classes=2)
            self.image_shape = (4, 4, 1)

        def generate(self, n, seed=None, condition=None):
            levels = np.asarray(condition, "float32")[:, None, None, None]
            return np.ones((n, 4, 4, 1), "float32") * (levels * 2 - 1)

    real = tiny.tiny_images(), np.arange(16) % 2
    x = np.ones((2, 1), "float32")
    found = {}
    for name, data in (("known", real), ("unknown", real[0])):
        watch = CollapseMonitor(data, warm_up=99)
        history = Toy().fit(x, x, verbose=0, callbacks=[watch]).history
        found[name] = history["diversity"][0]
    assert found["known"] == 0
    assert found["unknown"] > 0.8


def test_each_process_looks_and_only_the_first_one_warns(gan, monkeypatch):
    monkeypatch.setattr("kerasgan.backend.process_index", lambda: 1)
    collapse(gan)
    history, said = fit(gan, [monitor(action="stop")])
    assert not said
    assert len(history["loss"]) == 1


def test_the_defaults_cost_little_of_an_epoch_of_fashion_mnist():
    callback = CollapseMonitor(tiny.tiny_images())
    assert callback.unit == "epoch" and callback.every == 1
    assert callback.n <= 0.05 * 60_000
    assert len(callback._real) <= 0.05 * 60_000


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"every": 0}, "`every` must be"),
        ({"unit": "batch"}, "Unknown `unit`"),
        ({"action": "roll_back"}, "Did you mean 'rollback'"),
        (
            {"min_diversity": 0},
            "`min_diversity` must be a finite number above 0",
        ),
        ({"max_gap": -1.0}, "`max_gap` must be a finite number above 0"),
        ({"max_gradient_change": 1}, "must be a finite number above 1"),
        ({"warm_up": -1}, "`warm_up` must be"),
        ({"max_rollbacks": 0.5}, "`max_rollbacks` must be"),
        ({"n": 1}, "`n` must be"),
        ({"seed": -1}, "`seed` must be"),
    ],
)
def test_bad_arguments_are_refused_at_once(arguments, match):
    with pytest.raises(ValueError, match=match):
        monitor(**arguments)


def test_real_images_must_vary_and_have_the_size_of_the_model(gan):
    with pytest.raises(ValueError, match="at least two different images"):
        CollapseMonitor(np.zeros((5, 4, 4, 1), "uint8"))
    other = np.random.default_rng(0).uniform(-1, 1, (5, 8, 8, 1))
    with pytest.raises(ValueError, match="images like those"):
        fit(gan, [CollapseMonitor(other)])
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 0


def test_the_spread_of_many_does_not_hang_on_how_they_are_cut(monkeypatch):
    images = tiny.tiny_images(20)
    labels = np.arange(20) % 3
    for of in (None, labels):
        whole = diagnostics.mean_pairwise_distance(images, of)
        rows = images.reshape(20, -1) / 127.5 - 1
        apart = np.linalg.norm(rows[:, None] - rows, axis=-1)
        pairs = ~np.eye(20, dtype=bool)
        if of is not None:
            pairs &= labels[:, None] == labels
        assert whole == pytest.approx(apart[pairs].mean(), rel=1e-6)
        with monkeypatch.context() as patch:
            patch.setattr(diagnostics, "_ROWS", 7)
            assert diagnostics.mean_pairwise_distance(
                images, of
            ) == pytest.approx(whole)

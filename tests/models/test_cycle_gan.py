"""The paper's game, its pools, and images of two kinds in any number."""

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.models import CycleGAN
from tests.models.tiny_translators import SHAPE
from tests.models.tiny_translators import compiled
from tests.models.tiny_translators import images
from tests.models.tiny_translators import judge
from tests.models.tiny_translators import scaling
from tests.models.tiny_translators import weights


def play_on_paper(a, b, p, q, of_b, of_a, cycle=10.0, identity=0.5, rate=0.1):
    """One step of the authors' code: both generators, then both judges."""
    (s, t), (m, n) = of_b, of_a
    fake_b, fake_a = p * a, q * b
    to_b, to_a = s * fake_b + t - 1, m * fake_a + n - 1
    back_a, back_b = p * q * a - a, p * q * b - b
    same_b, same_a = p * b - b, q * a - a
    of_cycle = np.abs(back_a).mean() + np.abs(back_b).mean()
    of_identity = np.abs(same_b).mean() + np.abs(same_a).mean()
    g_loss = np.square(to_b).mean() + np.square(to_a).mean()
    g_loss += cycle * (of_cycle + identity * of_identity)
    signs = np.sign(back_a), np.sign(back_b)
    turn = (signs[0] * a).mean() + (signs[1] * b).mean()
    new_p = (2 * to_b * s * a).mean() + cycle * q * turn
    new_p += cycle * identity * (np.sign(same_b) * b).mean()
    new_q = (2 * to_a * m * b).mean() + cycle * p * turn
    new_q += cycle * identity * (np.sign(same_a) * a).mean()
    d_loss, judges = 0.0, []
    for weight, bias, real, fake in ((s, t, b, fake_b), (m, n, a, fake_a)):
        good, bad = weight * real + bias - 1, weight * fake + bias
        d_loss += 0.5 * (np.square(good).mean() + np.square(bad).mean())
        slope = (good * real).mean() + (bad * fake).mean()
        judges.append(
            (weight - rate * slope, bias - rate * (good.mean() + bad.mean()))
        )
    logs = {
        "d_loss": d_loss,
        "g_loss": g_loss,
        "cycle_loss": of_cycle,
        "identity_loss": of_identity,
    }
    return (p - rate * new_p, q - rate * new_q, *judges), logs


def make(p=0.5, q=0.8, of_b=(0.4, 0.1), of_a=(-0.3, 0.2), **kwargs):
    game = CycleGAN(
        scaling(p),
        scaling(q),
        judge(of_b[0], bias=of_b[1]),
        judge(of_a[0], bias=of_a[1]),
        seed=0,
        **kwargs,
    )
    return compiled(game)


def test_three_steps_are_those_on_paper():
    game, at = make(), (0.5, 0.8, (0.4, 0.1), (-0.3, 0.2))
    for step in range(3):
        a, b = images(6, seed=step), images(6, seed=step + 9)
        at, expected = play_on_paper(a, b, *at)
        logs = game.train_on_batch(a, b, return_dict=True)
        game.reset_metrics()
        for key, value in expected.items():
            assert logs[key] == pytest.approx(value, rel=1e-4), key
    found = weights(game.generator_b, game.generator_a)
    np.testing.assert_allclose(found, at[:2], rtol=1e-4)
    found = weights(game.discriminator_b, game.discriminator_a)
    np.testing.assert_allclose(found, [*at[2], *at[3]], rtol=1e-4)


def test_the_rate_of_both_generators_is_set_at_once():
    game = make()
    game.generator_optimizer.learning_rate = 0.25
    assert float(game.optimizer.players["generator"].learning_rate) == 0.25
    with pytest.raises(ValueError, match="is set by `compile"):
        game.discriminator_optimizer = keras.optimizers.SGD(0.1)
    with pytest.raises(AttributeError, match="generator_b_optimizer"):
        _ = game.generator_b_optimizer


def test_generators_that_change_nothing_pay_the_judges_alone():
    game = make(1.0, 1.0, (0.0, 0.5), (0.0, 0.5))
    logs = game.test_on_batch(images(4), images(4, seed=1), return_dict=True)
    assert logs["cycle_loss"] == pytest.approx(0, abs=1e-6)
    assert logs["identity_loss"] == pytest.approx(0, abs=1e-6)
    assert logs["g_loss"] == pytest.approx(0.5, abs=1e-4)
    assert logs["d_loss"] == pytest.approx(0.5, abs=1e-4)


def test_there_and_back_is_free_for_inverse_generators():
    game = make(0.5, 2.0, (0.0, 0.5), (0.0, 0.5), identity_weight=0.0)
    logs = game.test_on_batch(images(4), images(4, seed=1), return_dict=True)
    assert logs["cycle_loss"] == pytest.approx(0, abs=1e-6)
    assert logs["g_loss"] == pytest.approx(0.5, abs=1e-4)
    assert logs["identity_loss"] == 0.0


def test_the_identity_is_off_where_channels_differ():
    def lead(given, made):
        return keras.Sequential(
            [keras.Input((*SHAPE[:2], given)), keras.layers.Dense(made)]
        )

    networks = lead(1, 3), lead(3, 1), lead(3, 1), lead(1, 1)
    assert CycleGAN(*networks)._weight_of_identity == 0.0
    with pytest.raises(ValueError, match="`identity_weight` must be 0 or None"):
        CycleGAN(*networks, identity_weight=0.5)
    with pytest.raises(ValueError, match="`generator_b` must lead from"):
        CycleGAN(*networks[::-1])


def test_each_kind_may_have_a_weight_of_its_own(tmp_path):
    # The generators leave all as it is but for a factor, so that each way
    # there and back, and each identity, costs what is computed here.
    a, b = images(4), images(4, seed=1)

    def loss(weight, **kwargs):
        game = make(
            *(1.0, 0.5, (0.0, 0.5), (0.0, 0.5)), cycle_weight=weight, **kwargs
        )
        logs = game.test_on_batch(a, b, return_dict=True)
        return game, logs["g_loss"] - 0.5

    back_a, back_b = 0.5 * np.abs(a).mean(), 0.5 * np.abs(b).mean()
    same_a, same_b = 0.5 * np.abs(a).mean(), 0.0
    game, found = loss((8.0, 2.0))
    expected = 8 * (back_a + 0.5 * same_a) + 2 * (back_b + 0.5 * same_b)
    assert found == pytest.approx(expected, rel=1e-4)
    assert loss((4, 4))[1] == pytest.approx(loss(4.0)[1], rel=1e-6)
    _, found = loss((8.0, 2.0), identity_weight=(0.25, 7))
    expected = 8 * (back_a + 0.25 * same_a) + 2 * (back_b + 7 * same_b)
    assert found == pytest.approx(expected, rel=1e-4)
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    assert loaded.cycle_weight == (8.0, 2.0)


@pytest.mark.parametrize(
    "kwargs",
    [
        dict(cycle_weight=-1),
        dict(cycle_weight=(1, -1)),
        dict(cycle_weight=(1, 1, 1)),
        dict(identity_weight=(1, None)),
        dict(pool_size=1.5),
    ],
    ids=str,
)
def test_arguments_are_checked(kwargs):
    with pytest.raises(ValueError, match=f"`{next(iter(kwargs))}` must be"):
        make(**kwargs)


def test_pools_hold_the_fakes_and_are_saved(tmp_path):
    game = make(pool_size=6)
    a, b = images(4), images(4, seed=1)
    game.train_on_batch(a, b)
    game.test_on_batch(a, b)  # leaves them alone
    assert int(game.pool_b.count) == 4
    stored = keras.ops.convert_to_numpy(game.pool_b.images)
    np.testing.assert_allclose(stored[:4], 0.5 * a, atol=1e-6)
    game.train_on_batch(a, b)
    assert int(game.pool_a.count) == 6
    game.save(tmp_path / "game.keras")
    loaded = kerasgan.load_model(tmp_path / "game.keras")
    for name in ("pool_a", "pool_b"):
        for one, other in zip(
            getattr(game, name).variables,
            getattr(loaded, name).variables,
            strict=True,
        ):
            np.testing.assert_array_equal(
                *(keras.ops.convert_to_numpy(v) for v in (one, other))
            )
    for one in (game, loaded):
        one.train_on_batch(a, b)
    for one, other in zip(game.weights, loaded.weights, strict=True):
        if "log_means" not in one.path:
            np.testing.assert_array_equal(
                *(keras.ops.convert_to_numpy(v) for v in (one, other)), one.path
            )


def test_the_kinds_may_have_different_numbers():
    game = make()
    a, b = images(7), images(3, seed=1)
    history = game.fit(
        a, b, batch_size=2, epochs=2, verbose=0, validation_data=(a[:1], b)
    ).history
    assert int(game.images_seen) == 14 and int(game.steps_seen) == 8
    assert np.isfinite(history["val_g_loss"]).all()
    assert len(game.evaluate(a[:2], b, verbose=0)) == 5


class Met(keras.callbacks.Callback):
    """Lets the game remember which images met."""

    def __init__(self, game):
        super().__init__()
        self.pairs = []
        game.compile(run_eagerly=True)
        unpack = game._unpack_pair

        def remembering(batch):
            a, b = unpack(batch)
            means = (float(keras.ops.mean(x)) for x in (a, b))
            self.pairs.append(tuple(np.round([*means], 4)))
            return a, b

        game._unpack_pair = remembering


def fixed(values):
    return np.broadcast_to(
        np.array(values, "float32")[:, None, None, None],
        (len(values), *SHAPE),
    )


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="steps are traced there"
)
def test_other_images_meet_in_each_epoch_and_go_on_after_a_stop():
    a, b = fixed(-np.arange(5) / 10), fixed(-np.arange(1, 4) / 10)
    game = make()
    met = Met(game)
    game.fit(a, b, epochs=2, verbose=0)
    first, second = met.pairs[:5], met.pairs[5:]
    for epoch in (first, second):
        found = sorted(-x for x, _ in epoch)
        assert found == pytest.approx(np.arange(5) / 10)
        assert {y for _, y in epoch} == {-0.1, -0.2, -0.3}
    assert set(first) != set(second)

    game = make()
    met = Met(game)
    game.fit(a, b, verbose=0)
    game.fit(a, b, initial_epoch=1, epochs=2, verbose=0)
    assert met.pairs == first + second


def files(folder, count, offset=0):
    folder.mkdir()
    for i in range(count):
        pixels = np.full((4, 4), 10 * i + offset, "uint8")
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


def test_it_fits_folders_and_draws_there_and_back(tmp_path):
    data = kerasgan.datasets.unpaired(
        files(tmp_path / "a", 5), files(tmp_path / "b", 3, 60), batch_size=2
    )
    game = compiled(make(), rate=1e-4)
    grid = kerasgan.callbacks.SampleGrid(tmp_path / "grid")
    game.fit(data, verbose=0, callbacks=[grid])
    assert int(game.images_seen) == 5
    with Image.open(tmp_path / "grid" / "epoch_0001.png") as picture:
        assert picture.size == (6 * 6 - 2, 5 * 6 - 2)
    p, q = weights(game.generator_b, game.generator_a)
    shown, columns = game._sample_pictures(4, seed=0)
    assert columns == 6
    a, to_b, back, b, to_a, _ = (shown[i::6] for i in range(6))
    np.testing.assert_allclose(to_b, p * a, atol=1e-5)
    np.testing.assert_allclose(back, q * p * a, atol=1e-5)
    np.testing.assert_allclose(to_a, q * b, atol=1e-5)
    np.testing.assert_allclose(
        game.generate(2, seed=0, to="a"), to_a[:2], atol=1e-5
    )


def test_translations_lead_both_ways_and_averages_make_them():
    game = make(ema=1e9)
    x = images(3)
    game.generator_b.set_weights([np.full((1, 1, 1, 1), 9.0)])
    np.testing.assert_allclose(game.translate(x), 0.5 * x, atol=1e-6)
    np.testing.assert_allclose(game.translate(x, to="a"), 0.8 * x, atol=1e-6)
    with pytest.raises(ValueError, match="`to`.*'c'"):
        game.translate(x, to="c")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((images(4),), "takes two kinds of images"),
        ((images(4), 3 * images(4)), "`y` must be uint8"),
        ((images(4), images(4)[:, :3]), "`y` must have the shape"),
    ],
)
def test_data_that_do_not_fit_change_nothing(data, message):
    game = make()
    with pytest.raises(ValueError, match=message):
        game.fit(*data, verbose=0)
    assert game.examples is None and int(game.images_seen) == 0

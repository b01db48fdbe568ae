"""One optimizer a player, of which Keras sees one that has all their state."""

import keras
import numpy as np
import pytest

from kerasgan.models import AdversarialModel
from kerasgan.optimizers import PlayerOptimizers
from tests import tiny


class Slope(AdversarialModel):
    """Two players, each on a plane of slope 1: the gradient is always 1."""

    def __init__(self):
        networks = {}
        for name in ("generator", "discriminator"):
            # The layers have the same name, so their variables do too.
            dense = keras.layers.Dense(
                1, use_bias=False, kernel_initializer="zeros", name="same"
            )
            networks[name] = keras.Sequential(
                [keras.Input((1,)), dense], name="same"
            )
        super().__init__(networks, ["g_loss"], seed=0, real_shape=(1,))

    def adversarial_step(self, batch):
        for player, variables in self._player_variables().items():

            def objective(variables=variables):
                loss = keras.ops.sum(variables[0])
                return loss, {"g_loss": loss}

            logs = self.minimize(player, objective)
        return logs


def play(game, steps, **optimizers):
    game.compile(**optimizers)
    x = np.zeros((steps, 1), "float32")
    game.fit(x, batch_size=1, verbose=0)


def kernel(network):
    return float(keras.ops.convert_to_numpy(network.weights[0])[0, 0])


def two_players(**kwargs):
    """Returns a built group and its two variables, of the same name."""
    generator, discriminator = (
        keras.Variable([0.0], name="same") for _ in range(2)
    )
    settings = {
        "generator": keras.optimizers.SGD(1.0),
        "discriminator": keras.optimizers.SGD(0.5),
        **kwargs,
    }
    group = PlayerOptimizers(**settings)
    group.build_players(
        {"generator": [generator], "discriminator": [discriminator]}
    )
    return group, generator, discriminator


def value(variable):
    return float(keras.ops.convert_to_numpy(variable).reshape(()))


def iterations(optimizer):
    return int(keras.ops.convert_to_numpy(optimizer.iterations))


def ones():
    return keras.ops.ones(1)


# === Routing ===


def test_gradients_go_to_the_player_whose_variable_it_is():
    group, generator, discriminator = two_players()
    assert generator.path == discriminator.path
    group.apply([ones()], [discriminator])
    assert (value(generator), value(discriminator)) == (0.0, -0.5)
    group.apply([ones()], [generator])
    assert (value(generator), value(discriminator)) == (-1.0, -0.5)


def test_gradients_of_both_players_may_come_at_once():
    group, generator, discriminator = two_players()
    group.apply([ones(), 2 * ones()], [discriminator, generator])
    assert (value(generator), value(discriminator)) == (-2.0, -0.5)


def test_routing_survives_reloading_a_game(tmp_path):
    gan = tiny.tiny_gan()
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
    )
    gan.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    before = [w.copy() for w in loaded.generator.get_weights()]
    fixed = loaded.discriminator.get_weights()[0].copy()
    loaded.train_on_batch(tiny.tiny_images())
    after = loaded.generator.get_weights()
    trained = [v.trainable for v in loaded.generator.weights]
    for old, new, is_trained in zip(before, after, trained):
        if is_trained:
            np.testing.assert_array_equal(old, new)
    assert np.any(loaded.discriminator.get_weights()[0] != fixed)


def test_apply_without_variables_is_refused():
    group, _, _ = two_players()
    with pytest.raises(ValueError, match="`trainable_variables` must be giv"):
        group.apply([ones()])


# === State over steps ===


def test_momentum_accumulates_over_the_steps_of_fit():
    game = Slope()
    play(
        game,
        steps=4,
        generator_optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
        discriminator_optimizer=keras.optimizers.SGD(0.1, momentum=0.5),
    )
    for network, momentum in (
        (game.generator, 0.9),
        (game.discriminator, 0.5),
    ):
        velocity = np.cumsum(momentum ** np.arange(4))
        np.testing.assert_allclose(
            kernel(network), -0.1 * velocity.sum(), rtol=1e-5
        )
    assert iterations(game.optimizer.generator_optimizer) == 4
    assert iterations(game.optimizer.discriminator_optimizer) == 4
    # The group counts every update of any player.
    assert iterations(game.optimizer) == 8


def test_momentum_survives_from_one_fit_to_the_next():
    game = Slope()
    play(
        game,
        steps=2,
        generator_optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
        discriminator_optimizer="adam",
    )
    game.fit(np.zeros((2, 1), "float32"), batch_size=1, verbose=0)
    velocity = np.cumsum(0.9 ** np.arange(4))
    np.testing.assert_allclose(
        kernel(game.generator), -0.1 * velocity.sum(), rtol=1e-5
    )


def test_each_player_follows_its_own_schedule():
    game = Slope()
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    play(
        game,
        steps=3,
        generator_optimizer=keras.optimizers.SGD(halving),
        discriminator_optimizer=keras.optimizers.SGD(1.0),
    )
    np.testing.assert_allclose(kernel(game.generator), -1.75, rtol=1e-6)
    np.testing.assert_allclose(kernel(game.discriminator), -3.0, rtol=1e-6)


def test_a_learning_rate_set_between_fits_takes_effect():
    game = Slope()
    play(
        game,
        steps=1,
        generator_optimizer=keras.optimizers.SGD(1.0),
        discriminator_optimizer=keras.optimizers.SGD(1.0),
    )
    game.optimizer.generator_optimizer.learning_rate = 0.25
    game.fit(np.zeros((1, 1), "float32"), batch_size=1, verbose=0)
    assert kernel(game.generator) == -1.25
    assert kernel(game.discriminator) == -2.0


def test_clipping_counts_for_the_player_that_asks_for_it():
    game = Slope()
    play(
        game,
        steps=1,
        generator_optimizer=keras.optimizers.SGD(1.0, clipvalue=0.25),
        discriminator_optimizer=keras.optimizers.SGD(1.0),
    )
    assert kernel(game.generator) == -0.25
    assert kernel(game.discriminator) == -1.0


def test_finalizing_writes_a_player_s_own_average_and_no_other():
    averaged = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5)
    group, generator, discriminator = two_players(generator=averaged)
    for _ in range(2):
        group.apply([ones()], [generator])
        group.apply([ones()], [discriminator])
    assert value(generator) == -2.0
    group.finalize_variable_values([generator, discriminator])
    # Weights -1 and -2, averaged from the first.
    assert value(generator) == -1.5
    assert value(discriminator) == -1.0


def test_variables_hold_the_state_of_all_players():
    group, _, _ = two_players(generator=keras.optimizers.Adam())
    own = {id(v) for v in group.variables}
    assert len(own) == len(group.variables)
    for optimizer in group.optimizers:
        assert {id(v) for v in optimizer.variables} <= own
    assert id(group.iterations) in own


def test_state_trees_bring_a_game_back():
    images = tiny.tiny_images()
    gan = tiny.tiny_gan(ema=10.0)
    gan.train_on_batch(images)
    tree = gan.get_state_tree(value_format="numpy_array")
    tree = keras.tree.map_structure(np.array, tree)
    saved = tiny.state(gan)
    gan.train_on_batch(images)
    expected = tiny.state(gan)
    gan.set_state_tree(tree)
    tiny.assert_same_state(tiny.state(gan), saved)
    gan.train_on_batch(images)
    tiny.assert_same_state(tiny.state(gan), expected)


# === Being one optimizer for Keras ===


def test_players_are_attributes_and_a_list():
    group, _, _ = two_players()
    assert group.optimizers == [
        group.generator_optimizer,
        group.discriminator_optimizer,
    ]
    assert [o.name for o in group.optimizers] == ["generator", "discriminator"]


def test_config_round_trip_keeps_settings_and_names():
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 100)
    group, _, _ = two_players(
        generator=keras.optimizers.Adam(schedule, beta_1=0.5, clipnorm=1.0)
    )
    copy = PlayerOptimizers.from_config(group.get_config())
    assert copy.get_config() == group.get_config()
    assert list(copy.players) == ["generator", "discriminator"]
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(group)
    )
    assert type(again) is PlayerOptimizers
    assert again.get_config() == group.get_config()


def test_the_group_has_no_learning_rate_of_its_own():
    group, _, _ = two_players()
    with pytest.raises(AttributeError, match="generator_optimizer"):
        _ = group.learning_rate
    with pytest.raises(AttributeError, match="discriminator_optimizer"):
        group.learning_rate = 0.1


# === Refusals ===


def test_one_instance_for_two_players_is_refused():
    shared = keras.optimizers.SGD()
    with pytest.raises(ValueError, match="one instance a player"):
        PlayerOptimizers(generator=shared, discriminator=shared)


def test_what_is_no_optimizer_is_refused():
    with pytest.raises(ValueError, match="`generator_optimizer` must be a"):
        PlayerOptimizers(generator=0.1)


def test_refusing_optimizers_leaves_the_compiled_ones():
    gan = tiny.tiny_gan()
    before, loss = gan.optimizer, gan.loss
    shared = keras.optimizers.SGD()
    with pytest.raises(ValueError, match="one instance a player"):
        gan.compile(
            generator_optimizer=shared,
            discriminator_optimizer=shared,
            loss="hinge",
        )
    assert gan.optimizer is before
    assert gan.loss is loss

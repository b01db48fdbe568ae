"""What every model of the library must do, as one call."""

import keras
import numpy as np

from tests.compilations import compiled_steps


def run_gan_test(cls, kwargs, data, folder, batch_size=8):
    """Checks that a model behaves as a Keras model and as a game.

    Args:
        cls: Subclass of `kerasgan.models.AdversarialModel`.
        kwargs: Dict of arguments that make a small one, with a `seed`.
        data: Arrays for `fit`: `(images,)` or `(images, labels)`, enough for
            two training steps.
        folder: Folder for files.
        batch_size: Integer, size of a minibatch.
    """
    gan = cls(**kwargs)
    compile_with_momentum(gan)
    rows = 2 * batch_size * gan._minibatches_per_step
    data = tuple(part[:rows] for part in data)
    _check_config(gan, cls)
    # Compiled with the step: a step of its own would take as long again.
    traced = _log_what_moves(gan)
    history = _check_fit(gan, data, batch_size, traced)
    _check_logs(gan, history)
    _check_only_the_player_whose_turn_it_is_moves(gan, history)
    _check_images(gan)
    _check_exact_next_step(gan, data, batch_size, folder)


def compile_with_momentum(gan):
    """Gives each player an optimizer that has state, and few operations.

    Adam's are about half of what is traced and compiled for small networks.
    """
    gan.compile(
        **{
            f"{player}_optimizer": keras.optimizers.SGD(0.01, momentum=0.5)
            for player in gan._player_variables()
        }
    )


def numpy_values(variables):
    return [np.array(keras.ops.convert_to_numpy(v)) for v in variables]


def assert_same_values(a, b):
    """Asserts that two models have bit-equal variables, optimizers too."""
    pairs = [
        *zip(a.variables, b.variables, strict=True),
        *zip(a.optimizer.variables, b.optimizer.variables, strict=True),
    ]
    for left, right in pairs:
        np.testing.assert_array_equal(
            *numpy_values([left, right]), err_msg=left.path
        )


def _check_config(gan, cls):
    # This calls `from_config`.
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(gan)
    )
    assert type(copy) is cls
    assert copy.get_config() == gan.get_config()


def _log_what_moves(gan):
    """Lets a step log, at each update, which variables it has changed.

    Through the logs, because only they come out of a compiled step: run
    eagerly, JAX would compile every operation by itself.

    Returns:
        A list, longer by one each time that the step is traced.
    """
    trainable = gan.trainable_variables
    _update_player, step = gan._update_player, gan._training_step
    turns, traced = [], []

    def watched(player, gradients):
        before = [keras.ops.copy(v) for v in trainable]
        _update_player(player, gradients)
        moved = [
            keras.ops.any(keras.ops.not_equal(old, new))
            for old, new in zip(before, trainable)
        ]
        turns.append((player, moved))

    def logged(batch):
        traced.append(1)
        turns.clear()
        logs = step(batch)
        return {
            **logs,
            **{
                f"{turn} {player} {i}": keras.ops.cast(has_moved, "float32")
                for turn, (player, moved) in enumerate(turns)
                for i, has_moved in enumerate(moved)
            },
        }

    gan._update_player, gan._training_step = watched, logged
    return traced


def _check_only_the_player_whose_turn_it_is_moves(gan, history):
    """Looks at the last step of `fit`."""
    moved = {}
    for key, values in history.history.items():
        if " " not in key:
            continue
        turn, player, i = key.split()
        moved.setdefault((int(turn), player), set())
        if values[-1]:
            variable = gan.trainable_variables[int(i)]
            moved[int(turn), player].add(id(variable))
    own = {
        player: {id(v) for v in variables}
        for player, variables in gan._player_variables().items()
    }
    for (_, player), variables in moved.items():
        assert variables, f"{player} did not move"
        assert variables <= own[player], f"others moved with {player}"
    players = [player for _, player in moved]
    assert set(players) == set(own)
    assert players.count("discriminator") == gan._minibatches_per_step


def _check_fit(gan, data, batch_size, traced):
    """Two epochs; the second one must not trace or compile the step again."""
    counts = []
    with compiled_steps() as compiled:
        history = gan.fit(
            *data,
            batch_size=batch_size,
            epochs=2,
            verbose=0,
            callbacks=[
                keras.callbacks.LambdaCallback(
                    on_epoch_end=lambda epoch, logs: counts.append(
                        (len(traced), len(compiled))
                    )
                )
            ],
        )
    if keras.backend.backend() != "torch":  # which is never traced
        assert counts[0] == counts[1], "the second epoch made the step anew"
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == 4
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 2 * len(data[0])
    return history


def _check_logs(gan, history):
    names = set(gan.get_metrics_result())
    assert {"d_loss", "g_loss"} <= names
    assert {key for key in history.history if " " not in key} == names
    for name, values in history.history.items():
        assert np.all(np.isfinite(values)), name
    for value in numpy_values(gan.weights):
        assert np.all(np.isfinite(value))


def _check_images(gan):
    images = gan.generate(3, seed=5)
    assert isinstance(images, np.ndarray)
    assert images.shape == (3, *gan.image_shape)
    assert images.dtype == "float32"
    np.testing.assert_array_equal(gan.generate(3, seed=5), images)
    assert not np.array_equal(gan.generate(3, seed=6), images)
    inputs = gan.sample_inputs(3, seed=5)
    np.testing.assert_array_equal(gan.render(inputs), images)
    if list(inputs) == ["latents"]:
        latents = inputs["latents"]
        np.testing.assert_allclose(
            gan.predict(latents, verbose=0), images, atol=1e-5
        )
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(gan(latents)), images, atol=1e-5
        )


def _check_exact_next_step(gan, data, batch_size, folder):
    path = f"{folder}/model.keras"
    gan.save(path)
    loaded = keras.saving.load_model(path)
    assert type(loaded) is type(gan)
    np.testing.assert_array_equal(
        loaded.generate(2, seed=0), gan.generate(2, seed=0)
    )
    _log_what_moves(loaded)  # which makes it the same program
    rows = batch_size * gan._minibatches_per_step
    for model in (gan, loaded):
        model.fit(
            *(part[:rows] for part in data),
            batch_size=batch_size,
            shuffle=False,
            verbose=0,
        )
    assert_same_values(gan, loaded)

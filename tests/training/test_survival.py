"""Whatever ends a training, the model is as after the last whole step."""

import random
import signal

import keras
import numpy as np
import pytest

import kerasgan
from tests.tiny import assert_same_state
from tests.tiny import state
from tests.tiny import tiny_gan
from tests.tiny import tiny_images

IMAGES = tiny_images(24)
ENDS = {"value": ValueError, "interrupt": KeyboardInterrupt}


def trained_state(gan):
    """Returns what training goes on from, without the means of an epoch."""
    return {key: v for key, v in state(gan).items() if "logs" not in key}


class Failing(keras.callbacks.Callback):
    """Raises at the second call of a hook; keeps the last whole state."""

    def __init__(self, hook, error):
        super().__init__()
        self.error = error
        self.calls = 0
        self.last = None
        call = getattr(self, hook)

        def fail(*args, **kwargs):
            call(*args, **kwargs)
            self.calls += 1
            if self.calls == 2:
                raise self.error("meant to")

        setattr(self, hook, fail)

    def on_train_begin(self, logs=None):
        self.last = trained_state(self.model)

    def on_train_batch_end(self, batch, logs=None):
        self.last = trained_state(self.model)


def goes_on(gan):
    """Asserts that a model still does all that it did before."""
    gan.evaluate(IMAGES, batch_size=8, verbose=0)
    assert np.isfinite(gan.generate(2, seed=0)).all()
    before = int(keras.ops.convert_to_numpy(gan.steps_seen))
    gan.fit(IMAGES, batch_size=8, verbose=0)
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == before + 3


@pytest.fixture(scope="module")
def gan():
    """One for many endings: that it goes on is what is tested."""
    gan = tiny_gan(ema=10.0)
    gan.fit(IMAGES, batch_size=8, verbose=0)
    return gan


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize(
    "hook",
    [
        "on_epoch_begin",
        "on_epoch_end",
        "on_train_batch_begin",
        "on_train_batch_end",
        "on_test_begin",
        "on_test_batch_begin",
        "on_test_batch_end",
        "on_test_end",
    ],
)
def test_a_callback_that_fails_costs_nothing(gan, hook, error):
    failing = Failing(hook, error)
    with pytest.raises(error, match="meant to"):
        gan.fit(
            IMAGES,
            batch_size=8,
            epochs=3,
            validation_data=IMAGES[:16],
            callbacks=[failing],
            verbose=0,
        )
    assert_same_state(
        without_evaluation(trained_state(gan)), without_evaluation(failing.last)
    )
    goes_on(gan)


def without_evaluation(values):
    """Leaves out the seeds of evaluations, which ran since."""
    return {k: v for k, v in values.items() if "seed_generator" not in k}


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize(
    "hook", ["on_test_begin", "on_test_batch_begin", "on_test_batch_end"]
)
def test_an_evaluation_that_fails_costs_nothing(gan, hook, error):
    before = without_evaluation(trained_state(gan))
    failing = Failing(hook, error)
    failing.calls = 1
    with pytest.raises(error, match="meant to"):
        gan.evaluate(IMAGES, batch_size=8, callbacks=[failing], verbose=0)
    assert_same_state(without_evaluation(trained_state(gan)), before)
    goes_on(gan)


@keras.saving.register_keras_serializable(package="tests_survival")
class Treacherous(kerasgan.losses.NonSaturating):
    """A generator's loss that fails, after the discriminator has moved."""

    def __init__(self, error=None):
        super().__init__()
        self.error = error

    def generator(self, fake_logits, real_logits=None):
        if self.error is not None:
            raise self.error("meant to")
        return super().generator(fake_logits, real_logits)


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("method", ["fit", "train_on_batch", "evaluate"])
@pytest.mark.parametrize("eager", [False, True], ids=["compiled", "eager"])
def test_a_step_that_fails_in_its_middle_is_undone(method, error, eager):
    loss = Treacherous(error)
    gan = tiny_gan(loss=loss)
    gan.compile(run_eagerly=eager)
    before = trained_state(gan)
    with pytest.raises(error, match="meant to"):
        getattr(gan, method)(IMAGES)
    assert_same_state(trained_state(gan), before)
    loss.error = None
    goes_on(gan)


def test_a_later_step_that_fails_in_its_middle_is_undone():
    loss = Treacherous()
    gan = tiny_gan(loss=loss)
    gan.compile(run_eagerly=True)
    states = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            states.append(trained_state(self.model))
            if batch == 1:
                loss.error = ValueError

    with pytest.raises(ValueError, match="meant to"):
        gan.fit(IMAGES, batch_size=8, callbacks=[Watch()], verbose=0)
    assert len(states) == 2
    assert_same_state(trained_state(gan), states[-1])


@keras.saving.register_keras_serializable(package="tests_survival")
class Greedy(kerasgan.losses.NonSaturating):
    """A generator's loss that needs more memory than there is."""

    def generator(self, fake_logits, real_logits=None):
        side = 10**6
        square = keras.ops.ones((side, side)) * keras.ops.mean(fake_logits)
        product = keras.ops.matmul(square, square)
        return keras.ops.sum(keras.ops.sin(product))


def test_a_step_for_which_there_is_no_memory_is_undone():
    gan = tiny_gan(loss=Greedy())
    before = trained_state(gan)
    with pytest.raises(Exception, match="(?i)memory|alloc|exhausted|Graph"):
        gan.fit(IMAGES, batch_size=8, verbose=0)
    assert_same_state(trained_state(gan), before)
    gan.compile(loss="hinge")
    goes_on(gan)


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
def test_data_that_fail_cost_nothing(gan, error):
    def batches():
        yield (IMAGES[:8],)
        yield (IMAGES[8:16],)
        raise error("meant to")

    before = int(keras.ops.convert_to_numpy(gan.steps_seen))
    # TensorFlow has an error of its own for what its pipelines run into.
    with pytest.raises((error, Exception)):
        gan.fit(batches(), verbose=0)
    steps = int(keras.ops.convert_to_numpy(gan.steps_seen))
    assert before <= steps <= before + 2
    goes_on(gan)


def test_a_model_that_fails_to_predict_keeps_its_weights(gan):
    before = trained_state(gan)
    with pytest.raises(ValueError, match="7"):
        gan.predict(np.zeros((4, 7), "float32"), verbose=0)
    with pytest.raises(ValueError, match="7"):
        gan.predict_on_batch(np.zeros((4, 7), "float32"))
    assert_same_state(trained_state(gan), before)
    goes_on(gan)


def test_averages_of_the_optimizer_in_the_place_of_weights_are_trained_on():
    gan = tiny_gan()
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(use_ema=True),
        discriminator_optimizer=keras.optimizers.SGD(
            use_ema=True, ema_overwrite_frequency=2
        ),
    )
    goes_on(gan)
    goes_on(gan)


def test_variables_that_share_a_value_are_trained_on():
    gan = tiny_gan()
    _, normalization, *_ = gan.generator.layers
    normalization.beta.assign(normalization.moving_mean.value)
    goes_on(gan)
    moments = gan.optimizer.generator_optimizer.variables[-1]
    moments.assign(gan.generator.trainable_variables[-1].value)
    goes_on(gan)
    a, b = (
        keras.ops.convert_to_numpy(variable)
        for variable in (normalization.beta, normalization.moving_mean)
    )
    assert not np.array_equal(a, b)


@pytest.mark.parametrize("tries", [15])
def test_a_signal_at_any_moment_leaves_a_whole_step(tries):
    images = tiny_images(8)
    known = {}

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            step = int(keras.ops.convert_to_numpy(self.model.steps_seen))
            known[step] = trained_state(self.model)

    def fit(gan, epochs, callbacks=()):
        gan.fit(
            images,
            batch_size=8,
            epochs=epochs,
            callbacks=list(callbacks),
            shuffle=False,
            verbose=0,
        )

    fit(tiny_gan(ema=10.0), 200, [Watch()])
    gan = tiny_gan(ema=10.0)
    fit(gan, 1)
    rng = random.Random(0)

    def interrupt(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for _ in range(tries):
            signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.001, 0.05))
            with pytest.raises(KeyboardInterrupt):
                fit(gan, 10**6)
            step = int(keras.ops.convert_to_numpy(gan.steps_seen))
            if step in known:
                assert_same_state(trained_state(gan), known[step])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

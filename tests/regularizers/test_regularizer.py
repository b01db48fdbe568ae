"""What all regularizers share: laziness, precision, state, names."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from kerasgan import regularizers
from tests.backend.playing import ways
from tests.regularizers.critics import W34
from tests.regularizers.critics import charge
from tests.regularizers.critics import images
from tests.regularizers.critics import linear

SHAPE = (4, 1, 2, 1)
NAMES = ["dragan", "drift", "gradient_penalty", "r1", "r2"]


class Scores(regularizers.Regularizer):
    """Scores images itself, without a gradient: a user's regularizer."""

    def points(self, real, fake, seed):
        return fake

    def penalty(self, score, images, real_logits):
        return ops.mean(ops.square(score(images)))


def test_a_lazy_penalty_comes_every_kth_update_and_counts_k_fold():
    run = ways()[-1]
    regularizer = regularizers.R1(interval=3)
    critic = linear(W34)
    update = keras.Variable(0, dtype="int32", trainable=False)
    seed = keras.random.SeedGenerator(0)
    real = images(SHAPE)

    def body():
        def objective():
            return regularizer(
                critic, real, real, critic(real), update.value, seed
            ), None

        penalty, _, pullback = kerasgan.backend.vjp(
            objective, critic.trainable_variables
        )
        update.assign_add(1)
        return penalty, pullback()[0]

    variables = [*critic.variables, update, seed.state]
    steps = [run(body, variables) for _ in range(4)]
    penalties = [float(penalty) for penalty, _ in steps]
    np.testing.assert_allclose(penalties, [375, 0, 0, 375], rtol=1e-5)
    gradients = [ops.convert_to_numpy(g)[:, 0] for _, g in steps]
    np.testing.assert_allclose(
        gradients, np.outer([3, 0, 0, 3], [30, 40]), rtol=1e-5
    )
    # On average over the updates it is what the eager one charges.
    assert np.mean(penalties[:3]) == pytest.approx(
        charge(regularizers.R1(), critic, real)
    )


def test_evaluation_charges_a_lazy_penalty_every_time_and_once():
    assert charge(
        regularizers.R1(interval=16), linear(W34), images(SHAPE), update=None
    ) == pytest.approx(125)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", ["drift", "gradient_penalty", "r1"])
def test_penalties_are_float32_under_mixed_policies(name, policy):
    keras.config.set_dtype_policy(policy)
    # A gradient whose square, 160,000, float16 cannot hold.
    critic = linear([[[240.0], [320.0]]])
    regularizer = regularizers.get(name)
    keras.config.set_dtype_policy("float32")

    def score(x):
        return ops.cast(critic(x), "float32")

    value = charge(regularizer, score, images(SHAPE))
    exact = linear([[[240.0], [320.0]]])
    expected = charge(regularizer, exact, images(SHAPE))
    assert value == pytest.approx(expected, rel=0.05)


def normalized_critic():
    return keras.Sequential(
        [
            keras.Input(SHAPE[1:]),
            layers.Flatten(),
            layers.Dense(3),
            layers.BatchNormalization(),
            layers.Activation("tanh"),
            layers.Dense(1),
        ]
    )


@pytest.mark.parametrize(
    "regularizer",
    [
        regularizers.GradientPenalty(),
        regularizers.R1(interval=2),
        Scores(weight=1.0),
        Scores(weight=1.0, interval=2),
    ],
    ids=lambda r: f"{type(r).__name__}-{r.interval}",
)
def test_a_penalty_pass_leaves_the_discriminators_state(regularizer):
    run = ways()[-1]
    critic = normalized_critic()
    noise = keras.random.SeedGenerator(7)
    seed = keras.random.SeedGenerator(0)
    update = keras.Variable(0, dtype="int32", trainable=False)
    real, fake = images(SHAPE), images(SHAPE, 1)
    real_logits = critic(real)

    def score(x):
        x = x + 0.1 * keras.random.normal(SHAPE, seed=noise)
        return critic(x, training=True)

    def body():
        def objective():
            return regularizer(
                score, real, fake, real_logits, update.value, seed
            ), None

        penalty, _, pullback = kerasgan.backend.vjp(
            objective, critic.trainable_variables
        )
        return penalty, pullback()

    state = [*critic.non_trainable_variables, noise.state]
    before = [ops.convert_to_numpy(v) for v in state]
    variables = [*critic.trainable_variables, *state, update, seed.state]
    penalty, _ = run(body, variables)
    assert float(penalty) > 0
    for variable, value in zip(state, before):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable), value)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_gives_the_papers_settings(name):
    regularizer = regularizers.get(name)
    assert type(regularizer).__name__.lower() == name.replace("_", "")
    assert regularizer.name == name
    assert regularizer.weight == {"drift": 0.001}.get(name, 10.0)
    assert regularizer.interval == 1


@pytest.mark.parametrize(
    "regularizer",
    [
        regularizers.DRAGAN(weight=1.0, target=2.0, interval=3, name="shell"),
        regularizers.Drift(weight=0.5, interval=2),
        regularizers.GradientPenalty(weight=3.0, target=0),
        regularizers.R1(weight=4.0, interval=16, name="real"),
        regularizers.R2(weight=5.0),
    ],
    ids=lambda r: type(r).__name__,
)
def test_a_regularizer_survives_serialization(regularizer):
    config = keras.saving.serialize_keras_object(regularizer)
    copy = regularizers.get(config)
    assert type(copy) is type(regularizer)
    assert copy.get_config() == regularizer.get_config()
    assert regularizers.get(regularizer) is regularizer


def test_an_unknown_name_gets_the_near_matches():
    with pytest.raises(ValueError, match="`regularizer`.*'gradient_penalty'"):
        regularizers.get("gradient_penlty")


@pytest.mark.parametrize("identifier", [None, 7, keras.regularizers.L2()])
def test_what_is_no_regularizer_is_refused(identifier):
    with pytest.raises(ValueError, match="`regularizer` must be a .*name"):
        regularizers.get(identifier)


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="`weight`.*Received: weight=-1"):
        regularizers.R1(weight=-1.0)


@pytest.mark.parametrize("interval", [0, -1, 1.5, "2", None])
def test_an_interval_that_is_no_count_is_refused(interval):
    with pytest.raises(ValueError, match="`interval`.*Received: interval="):
        regularizers.R1(interval=interval)


def test_a_users_regularizer_needs_only_its_penalty():
    regularizer = Scores(weight=0.5)
    assert regularizer.name == "penalty"
    ones = ops.ones(SHAPE)
    value = charge(regularizer, linear(W34), ops.zeros(SHAPE), fake=ones)
    assert value == pytest.approx(24.5)
    with pytest.raises(NotImplementedError):
        charge(regularizers.Regularizer(weight=1.0), linear(W34), ones)


class Size(regularizers.Regularizer):
    """A user's penalty of weights."""

    is_of_weights = True

    def weight_penalty(self, network):
        return sum(ops.sum(ops.abs(w)) for w in network.trainable_variables)


@pytest.mark.parametrize("player", ["discriminator", "generator", "both"])
def test_a_config_keeps_whose_loss_a_penalty_of_weights_is_added_to(player):
    config = Size(0.5, player=player).get_config()
    assert Size.from_config(config).player == player

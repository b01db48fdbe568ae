import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import networks
from kerasgan.backend.common.minibatches import split_batch
from tests import tiny
from tests.compilations import compiled_steps
from tests.models.growing import BATCH_SIZE
from tests.models.growing import small_images
from tests.models.growing import small_progan

# Most games here end early.
pytestmark = pytest.mark.filterwarnings("ignore:This `fit` ends:UserWarning")


class Diary(keras.callbacks.Callback):
    """Notes the logs of each step, and how often the step was traced."""

    def __init__(self, gan):
        super().__init__()
        self.logs = []
        self.traced = []
        step = gan._training_step

        def noted(batch):
            self.traced.append(gan.resolution)
            return step(batch)

        gan._training_step = noted

    def on_train_batch_end(self, batch, logs=None):
        self.logs.append({k: float(v) for k, v in logs.items()})

    def column(self, key):
        return [entry[key] for entry in self.logs]


def play(gan, images, diary=None, **kwargs):
    settings = dict(batch_size=BATCH_SIZE, shuffle=False, verbose=0)
    callbacks = [] if diary is None else [diary]
    return gan.fit(images, callbacks=callbacks, **{**settings, **kwargs})


def numpy(x):
    return np.array(keras.ops.convert_to_numpy(x))


@pytest.fixture(scope="session")
def grown():
    """A game after five steps in all three phases, and its diary."""
    gan = small_progan()
    diary = Diary(gan)
    start = {id(v): numpy(v) for v in gan.trainable_variables}
    shapes = []

    class Draw(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            shapes.append(self.model.generate(2, seed=0).shape[1])

    with compiled_steps() as diary.compiled:
        history = gan.fit(
            small_images(5),
            batch_size=BATCH_SIZE,
            shuffle=False,
            verbose=0,
            validation_data=small_images(1),
            callbacks=[diary, Draw()],
        )
    return gan, diary, start, shapes, history


def test_one_fit_grows_through_all_phases(grown):
    gan, diary, *_ = grown
    assert diary.column("resolution") == [4, 4, 8, 8, 8]
    # Where the game is after each step.
    assert diary.column("alpha") == [1, 1, 0.5, 1, 1]
    np.testing.assert_allclose(
        diary.column("kimg"), [0.008, 0.016, 0.024, 0.032, 0.04]
    )
    assert gan.resolution == 8
    assert int(numpy(gan.steps_seen)) == 5


def test_each_phase_is_compiled_once(grown, backend):
    _, diary, *_ = grown
    expected = [4, 8, 8]
    if backend == "torch":  # which is never traced
        expected = [4, 4, 8, 8, 8]
    assert diary.traced == expected
    assert len(diary.compiled) == (3 if backend == "jax" else 0)


def test_images_are_generated_at_the_size_of_the_moment(grown):
    gan, _, _, shapes, _ = grown
    # The second step ends the first phase.
    assert shapes == [4, 8, 8, 8, 8]
    assert gan.generate(2, seed=0).shape == (2, 8, 8, 1)
    assert gan.generate(2, seed=0, resolution=4).shape == (2, 4, 4, 1)
    assert gan.generate(2, seed=0).shape == (2, 8, 8, 1)
    with pytest.raises(ValueError, match="one of 4, 8"):
        gan.generate(2, resolution=16)


def test_validation_says_where_the_game_is(grown):
    *_, history = grown
    assert history.history["val_resolution"] == [8]
    assert history.history["resolution"] == [8]
    assert np.isfinite(history.history["val_d_loss"]).all()


def test_every_weight_of_a_game_that_has_grown_up_has_moved(grown):
    gan, _, start, *_ = grown
    for variable in gan.trainable_variables:
        assert not np.array_equal(numpy(variable), start[id(variable)]), (
            variable.path
        )


def test_images_of_linear_networks_are_clipped():
    gan = small_progan()
    gan.ema_generator.rgb[0].bias.assign([7.0])
    images = gan.generate(2, seed=0)
    np.testing.assert_array_equal(images, np.ones((2, 4, 4, 1)))


@pytest.mark.usefixtures("without_graphs")
def test_blocks_that_are_not_in_use_are_left_alone():
    gan = small_progan()
    before = {id(v): numpy(v) for v in gan.variables}
    gan.train_on_batch(small_images(1))
    for name in ("generator", "discriminator", "ema_generator"):
        network = getattr(gan, name)
        used = {id(v) for v in _weights_at(network, size=4)}
        for variable in network.weights:
            has_moved = not np.array_equal(
                numpy(variable), before[id(variable)]
            )
            assert has_moved == (id(variable) in used), variable.path


def _weights_at(network, size):
    # The average is not trainable.
    was, network.trainable = network.trainable, True
    variables = network.variables_at(size, fading=False)
    network.trainable = was
    return variables


@pytest.mark.usefixtures("without_graphs")
def test_a_new_phase_begins_with_moments_like_new():
    gan = small_progan()
    adam = gan.optimizer.discriminator_optimizer
    first = gan.discriminator.blocks[0][0].kernel
    play(gan, small_images(2))
    assert int(numpy(adam.iterations)) == 2
    before = numpy(first)
    play(gan, small_images(1))
    assert int(numpy(adam.iterations)) == 1
    # The first step of Adam without momentum is the learning rate.
    step = np.abs(numpy(first) - before).max()
    np.testing.assert_allclose(step, 1e-3, rtol=1e-2)
    np.testing.assert_allclose(numpy(adam.learning_rate), 1e-3, rtol=1e-6)


def test_real_images_are_shrunk_and_faded_with_the_alpha_of_the_game():
    gan = small_progan()
    images = small_images(1)
    real = images / 127.5 - 1.0
    halved = real.reshape(-1, 4, 2, 4, 2, 1).mean((2, 4))
    doubled = halved.repeat(2, 1).repeat(2, 2)
    for seen, expected in (
        (0, halved),
        (20, 0.75 * doubled + 0.25 * real),
        (32, real),
    ):
        gan.images_seen.assign(seen)
        prepared, _ = gan.unpack(keras.ops.convert_to_tensor(images))
        np.testing.assert_allclose(numpy(prepared), expected, atol=1e-6)


@pytest.mark.usefixtures("without_graphs")
def test_batches_are_cut_into_the_minibatches_of_the_table():
    gan = small_progan(batch_sizes={4: 4, 8: 8})
    logs = play(gan, small_images(4), batch_size=12).history
    # 12 images: 4 + 4 + 4; then 4 of 4x4 and 8 of 8x8; the last 8 stay one.
    updates = numpy(gan.optimizer.iterations) / len(gan.optimizer.players)
    assert updates == 6
    assert int(numpy(gan.images_seen)) == 32
    # A batch is one step of `fit`.
    assert int(numpy(gan.steps_seen)) == 3
    since_the_phase_began = gan.optimizer.generator_optimizer.iterations
    assert int(numpy(since_the_phase_began)) == 2
    assert logs["resolution"] == [8]


def test_a_batch_is_cut_with_all_its_parts():
    batch = (np.arange(5), None, {"weights": np.arange(5.0)})
    first, rest = split_batch(batch, 3)
    np.testing.assert_array_equal(first[0], [0, 1, 2])
    np.testing.assert_array_equal(rest[2]["weights"], [3, 4])
    assert first[1] is None and rest[1] is None
    for size in (5, 6, None):
        assert split_batch(batch, size) == (batch, None)


def test_the_largest_minibatch_is_the_batch_where_none_is_given():
    gan = small_progan(kimg=1, batch_sizes={4: 4, 8: 2})
    gan.fit(small_images(1), verbose=0)
    assert int(numpy(gan.steps_seen)) == 2


@pytest.mark.usefixtures("without_graphs")
def test_a_further_fit_goes_on_growing():
    one, two = small_progan(), small_progan()
    images = small_images(3)
    play(one, images)
    for i in range(3):
        play(two, images[BATCH_SIZE * i : BATCH_SIZE * (i + 1)])
    tiny.assert_same_state(tiny.state(two), tiny.state(one))


@pytest.mark.usefixtures("without_graphs")
def test_other_losses_can_be_played():
    gan = small_progan(
        loss="non_saturating",
        regularizers=[kerasgan.regularizers.R1(weight=1.0)],
    )
    logs = gan.train_on_batch(small_images(1), return_dict=True)
    assert "r1" in logs and "gradient_penalty" not in logs


@pytest.mark.parametrize(
    "options",
    [
        {"augmentation": kerasgan.augmentations.Packing(2)},
        {"loss": kerasgan.losses.FeatureMatching("hidden")},
        {"regularizers": [kerasgan.regularizers.HistoricalAveraging()]},
    ],
    ids=lambda options: next(iter(options)),
)
def test_options_that_need_one_fixed_network_are_refused(options):
    with pytest.raises(ValueError, match="in a game that grows"):
        small_progan(**options)


def test_several_steps_in_one_execution_are_refused():
    with pytest.raises(ValueError, match="`steps_per_execution` must be 1"):
        small_progan().compile(steps_per_execution=2)


def test_networks_that_do_not_grow_or_not_alike_are_refused():
    generator = networks.ProgressiveGenerator((8, 8, 1), width=1 / 128)
    with pytest.raises(ValueError, match="`discriminator` must grow"):
        kerasgan.models.ProGAN(generator, tiny.tiny_discriminator())
    larger = networks.ProgressiveDiscriminator((16, 16, 1), width=1 / 128)
    with pytest.raises(ValueError, match="same `image_shape`"):
        kerasgan.models.ProGAN(generator, larger)


@pytest.mark.usefixtures("without_graphs")
@pytest.mark.filterwarnings("default:This `fit` ends:UserWarning")
def test_a_schedule_that_fit_does_not_get_through_is_warned_of():
    gan = small_progan()
    rule = "ends fading in 8x8, after 24 images.*8x8 after 32"
    with pytest.warns(UserWarning, match=rule):
        gan.fit(small_images(1), batch_size=BATCH_SIZE, epochs=3, verbose=0)


@pytest.mark.usefixtures("without_graphs")
@pytest.mark.filterwarnings("error:This `fit` ends:UserWarning")
def test_a_schedule_that_fit_gets_through_is_not():
    small_progan(kimg=0.004).fit(small_images(1), verbose=0)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"\(batch, 8, 8, 1\)"):
        small_progan().fit(np.zeros((4, 4, 4, 1), "uint8"))

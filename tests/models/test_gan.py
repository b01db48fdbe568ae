import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance import numpy_values

IMAGES = np.random.default_rng(0).integers(0, 256, (16, 4, 4, 1))
IMAGES = IMAGES.astype("uint8")


def make_networks(latent_dim=3, regularizer=None):
    generator = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(
                16, activation="tanh", kernel_regularizer=regularizer
            ),
            keras.layers.Reshape((4, 4, 1)),
        ],
        name="g",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(8, "tanh", kernel_regularizer=regularizer),
            keras.layers.Dense(1),
        ],
        name="d",
    )
    return generator, discriminator


def make_gan(**kwargs):
    kwargs.setdefault("seed", 0)
    return kerasgan.models.GAN(*make_networks(), **kwargs)


def test_each_player_keeps_the_optimizer_it_was_given():
    gan = make_gan()
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.25),
        discriminator_optimizer="rmsprop",
    )
    generator, discriminator = gan.optimizer.optimizers
    assert isinstance(generator, keras.optimizers.SGD)
    assert isinstance(discriminator, keras.optimizers.RMSprop)
    assert float(gan.optimizer.generator_optimizer.learning_rate) == 0.25


def test_compile_replaces_the_loss_only_if_one_is_given():
    gan = make_gan(loss="hinge")
    gan.compile()
    assert isinstance(gan.loss, kerasgan.losses.Hinge)
    gan.compile(loss=kerasgan.losses.LeastSquares())
    assert isinstance(gan.loss, kerasgan.losses.LeastSquares)


def test_compile_with_an_unknown_loss_changes_nothing():
    gan = make_gan()
    optimizer, loss = gan.optimizer, gan.loss
    with pytest.raises(ValueError, match="Did you mean 'minimax'"):
        gan.compile(loss="minmax")
    assert gan.optimizer is optimizer
    assert gan.loss is loss


def test_global_clipnorm_bounds_the_first_update_of_its_player():
    gan = make_gan()
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(1.0, global_clipnorm=1e-3),
        discriminator_optimizer=keras.optimizers.SGD(1.0),
    )
    before = numpy_values(gan.generator.trainable_variables)
    gan.train_on_batch(IMAGES)
    after = numpy_values(gan.generator.trainable_variables)
    moved = sum(np.sum((a - b) ** 2) for a, b in zip(before, after)) ** 0.5
    assert 0 < moved <= 1.001e-3


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_kernel_regularizer_pulls_its_own_network(player):
    plain = kerasgan.models.GAN(*make_networks(), seed=0)
    decayed = kerasgan.models.GAN(
        *make_networks(regularizer=keras.regularizers.L2(0.5)), seed=0
    )
    decayed.set_weights(plain.get_weights())
    kernels = {}
    for gan in (plain, decayed):
        start = numpy_values(getattr(gan, player).trainable_variables)[0]
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        gan.train_on_batch(IMAGES)
        end = numpy_values(getattr(gan, player).trainable_variables)[0]
        kernels[gan] = start, end
    start, end = kernels[plain]
    if player == "generator":
        # Its adversarial gradient differs too: the discriminator has moved.
        difference = kernels[decayed][1] - end
        assert np.sum(difference * -start) > 0
    else:
        np.testing.assert_allclose(
            kernels[decayed][1], end - 0.1 * 2 * 0.5 * start, atol=1e-5
        )


def test_instance_noise_falls_to_zero():
    gan = make_gan(augmentation=kerasgan.augmentations.InstanceNoise(0.5, 100))
    levels = []
    for seen in (0, 50, 100, 1000):
        gan.images_seen.assign(seen)
        level = gan.augmentation.level(gan.images_seen.since())
        levels.append(float(keras.ops.convert_to_numpy(level)))
    np.testing.assert_allclose(levels, [0.5, 0.25, 0, 0], atol=1e-7)


def test_instance_noise_is_added_to_what_the_discriminator_sees():
    gan = make_gan(augmentation=kerasgan.augmentations.InstanceNoise(2.0))
    x = keras.ops.zeros((4, 4, 4, 1))
    clean = keras.ops.convert_to_numpy(gan._logits_of(x, training=False))
    noisy = keras.ops.convert_to_numpy(gan._logits_of(x))
    assert np.ptp(clean) == 0
    assert np.ptp(noisy) > 1e-3


def test_all_that_the_discriminator_trains_on_is_augmented():
    class Grey(kerasgan.augmentations.Augmentation):
        def __call__(self, images, seed):
            return 0.0 * images

    gan = make_gan(augmentation=Grey())
    x = keras.random.normal((4, 4, 4, 1), seed=0)
    clean = keras.ops.convert_to_numpy(gan._logits_of(x, training=False))
    grey = keras.ops.convert_to_numpy(gan._logits_of(x))
    assert np.ptp(clean) > 1e-3
    assert np.ptp(grey) == 0
    # Nothing that the generator makes reaches the discriminator.
    before = numpy_values(gan.generator.trainable_variables)
    gan.fit(IMAGES, batch_size=4, verbose=0)
    after = numpy_values(gan.generator.trainable_variables)
    for a, b in zip(before, after):
        np.testing.assert_array_equal(a, b)


def test_points_are_not_augmented():
    with pytest.raises(ValueError, match="`augmentation`.*shape \\(2,\\)"):
        kerasgan.applications.GAN(
            image_shape=(2,), units=(4,), augmentation="diff_augment"
        )


def test_the_extension_points_are_what_the_step_uses():
    class Custom(kerasgan.models.GAN):
        def sample_latents(self, batch_size):
            return keras.ops.ones((batch_size, 3))

        def discriminator_loss(self, real_logits, fake_logits):
            return keras.ops.mean(fake_logits) * 0 + 3.0

        def generator_loss(self, fake_logits, real_logits=None):
            return keras.ops.mean(fake_logits) * 0 + 5.0

    gan = Custom(*make_networks(), seed=0)
    logs = gan.train_on_batch(IMAGES, return_dict=True)
    assert logs["d_loss"] == 3.0
    assert logs["g_loss"] == 5.0


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_trains_both_players(policy):
    keras.config.set_dtype_policy(policy)
    gan = kerasgan.applications.DCGAN(
        image_shape=(8, 8, 1),
        latent_dim=4,
        filters=4,
        regularizers=[],
        ema=100,
        seed=0,
    )
    is_half = policy == "mixed_float16"
    for optimizer in gan.optimizer.optimizers:
        scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        assert scaled == is_half
    before = numpy_values(gan.trainable_variables)
    images = np.random.default_rng(0).integers(0, 256, (32, 8, 8, 1))
    history = gan.fit(
        images.astype("uint8"), batch_size=16, epochs=1, verbose=0
    )
    assert np.isfinite(history.history["d_loss"]).all()
    after = numpy_values(gan.trainable_variables)
    assert all(np.isfinite(value).all() for value in after)
    assert all((a != b).any() for a, b in zip(before, after))
    assert gan.generate(2, seed=0).dtype == "float32"


def test_loss_scaling_leaves_the_float16_update_as_large_as_in_float32():
    moved = {}
    for policy in ("float32", "mixed_float16"):
        keras.config.set_dtype_policy(policy)
        keras.utils.set_random_seed(3)
        gan = make_gan()
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        before = numpy_values(gan.trainable_variables)
        gan.train_on_batch(IMAGES)
        after = numpy_values(gan.trainable_variables)
        moved[policy] = [a - b for a, b in zip(after, before)]
    for full, half in zip(moved["float32"], moved["mixed_float16"]):
        np.testing.assert_allclose(half, full, rtol=0.05, atol=2e-4)


def test_a_gradient_that_overflows_is_skipped_and_its_scale_halved():
    keras.config.set_dtype_policy("mixed_float16")
    gan = make_gan()
    scaled = gan.optimizer.generator_optimizer
    scaled.dynamic_scale.assign(2.0**127)
    before = numpy_values(gan.generator.trainable_variables)
    gan.train_on_batch(IMAGES)
    after = numpy_values(gan.generator.trainable_variables)
    for a, b in zip(before, after):
        np.testing.assert_array_equal(a, b)
    scale = float(keras.ops.convert_to_numpy(scaled.dynamic_scale))
    assert scale == 2.0**126


def test_eager_and_compiled_steps_agree():
    weights = []
    for run_eagerly in (False, True):
        keras.utils.set_random_seed(7)
        gan = make_gan(regularizers=["gradient_penalty"])
        gan.compile(run_eagerly=run_eagerly)
        gan.train_on_batch(IMAGES)
        weights.append(numpy_values(gan.trainable_variables))
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_several_steps_in_one_execution_train_the_same():
    if keras.backend.backend() == "torch":
        pytest.skip("Keras has no steps_per_execution on torch")
    weights = []
    for steps in (1, 2):
        keras.utils.set_random_seed(7)
        gan = make_gan()
        gan.compile(steps_per_execution=steps)
        gan.fit(IMAGES, batch_size=4, shuffle=False, verbose=0)
        weights.append(numpy_values(gan.trainable_variables))
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_evaluate_moves_no_weight_and_repeats_itself():
    gan = make_gan(ema=10)
    before = numpy_values([*gan.weights, *gan.optimizer.variables])
    logs = gan.evaluate(IMAGES, verbose=0, return_dict=True)
    assert set(logs) == set(gan.get_metrics_result())
    after = numpy_values([*gan.weights, *gan.optimizer.variables])
    for a, b in zip(before, after):
        np.testing.assert_array_equal(a, b)


def test_summary_names_the_networks():
    lines = []
    make_gan(ema=10).summary(print_fn=lines.append)
    text = "\n".join(lines)
    for name in ("g (Sequential)", "d (Sequential)", "ema_g (Sequential)"):
        assert name in text


def test_keras_plots_the_model_and_its_networks():
    gan = make_gan()
    for model in (gan, gan.generator, gan.discriminator):
        drawing = keras.utils.model_to_dot(model, show_shapes=True)
        assert model.layers[0].__class__.__name__ in drawing.to_string() or (
            model.name in drawing.to_string()
        )


def test_a_network_that_is_not_built_is_refused():
    generator, _ = make_networks()
    unbuilt = keras.Sequential([keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="`discriminator` must be a built"):
        kerasgan.models.GAN(generator, unbuilt)


def test_a_subclassed_network_is_refused_and_can_be_wrapped():
    class Scores(keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = keras.layers.Dense(1)

        def call(self, x):
            return self.layer(keras.ops.reshape(x, (-1, 16)))

    generator, _ = make_networks()
    network = Scores()
    x = keras.Input((4, 4, 1))
    logits = network(x)
    with pytest.raises(ValueError, match="must be a Functional or Seq"):
        kerasgan.models.GAN(generator, network)
    kerasgan.models.GAN(generator, keras.Model(x, logits), seed=0)


def test_networks_that_do_not_fit_together_are_refused():
    generator, _ = make_networks()
    discriminator = keras.Sequential(
        [keras.Input((5, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match=r"\(None, 4, 4, 1\).*\(None, 5, 4"):
        kerasgan.models.GAN(generator, discriminator)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        (dict(loss="hing"), "Unknown `loss`.*'hinge'.*Received: 'hing'"),
        (dict(regularizers=["r3"]), "Unknown `regularizer`.*'r1'"),
        (dict(regularizers=["r1", "r1"]), "different names"),
        (dict(latent_prior="gauss"), "Unknown `latent_prior`"),
        (dict(discriminator_steps=0), "whole number of at least 1"),
        (dict(discriminator_steps=1.5), "whole number of at least 1"),
        (dict(ema=0), "`ema` must be positive"),
        (dict(ema="long"), "`ema` must be a half-life"),
        (dict(augmentation="flip"), "Unknown `augmentation`.*diff_augment"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_arguments_are_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make_gan(**kwargs)


def test_a_compile_argument_that_no_player_has_is_refused():
    with pytest.raises(ValueError, match="Received: `optimizer`$"):
        make_gan().compile(optimizer="adam")
    with pytest.raises(ValueError, match="Received: 3 arguments"):
        make_gan().compile("adam", "adam", "hinge")


def test_generate_refuses_a_count_that_is_not_one():
    with pytest.raises(ValueError, match="`n` must be a whole number"):
        make_gan().generate(0)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="traces nothing")
def test_images_are_made_by_a_network_that_was_traced_before(monkeypatch):
    gan = make_gan()
    first = gan.generate(6, seed=0, batch_size=4)
    calls = []
    monkeypatch.setattr(
        gan.generator, "call", lambda *args, **kwargs: calls.append(args)
    )
    np.testing.assert_array_equal(gan.generate(6, seed=0, batch_size=4), first)
    assert not calls


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="concerns tf.data"
)
def test_images_are_made_without_a_pipeline(monkeypatch):
    import tensorflow as tf

    def refuse(*args, **kwargs):
        raise AssertionError("takes longer than the images")

    monkeypatch.setattr(tf.data.Dataset, "from_tensor_slices", refuse)
    monkeypatch.setattr(tf.data.Dataset, "range", refuse)
    assert make_gan().generate(6).shape == (6, 4, 4, 1)

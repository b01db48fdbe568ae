import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import kerasgan
from tests.models.tiny_games import copies
from tests.models.tiny_games import dense
from tests.models.tiny_games import number

LATENT = 2
CLASSES = 3


def label_generator():
    """Returns G(z, y) = y: its images are their labels."""
    latents = keras.Input((LATENT,))
    labels = keras.Input((), dtype="int32")
    number = ops.expand_dims(ops.cast(labels, "float32"), -1)
    nothing = 0.0 * ops.sum(latents, axis=-1, keepdims=True)
    return keras.Model([latents, labels], dense(1, 1.0)(number + nothing))


def label_discriminator():
    """Returns D(x, y) = (x - y)^2: it is 0 where the label is the image's."""
    images = keras.Input((1,))
    labels = keras.Input((), dtype="int32")
    number = ops.expand_dims(ops.cast(labels, "float32"), -1)
    return keras.Model([images, labels], dense(1, 1.0)((images - number) ** 2))


def make_gan(**kwargs):
    kwargs.setdefault("seed", 0)
    return kerasgan.models.ConditionalGAN(
        label_generator(), label_discriminator(), CLASSES, **kwargs
    )


def still():
    return dict(
        generator_optimizer=keras.optimizers.SGD(0.0),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
    )


def test_generated_images_get_the_labels_of_the_reals_beside_them():
    gan = make_gan(discriminator_steps=2)
    gan.compile(**still())
    reals = np.zeros((8, 1), "float32")
    labels = np.array([0, 1, 2, 0, 2, 2, 1, 1])
    logs = gan.train_on_batch(reals, labels, return_dict=True)
    # Both networks were told the same label, or D would see a distance.
    assert logs["fake_logits"] == 0
    # The reals are 0: their score is the square of their labels, which are
    # those of the second minibatch.
    assert logs["real_logits"] == pytest.approx((4 + 4 + 1 + 1) / 4)


def test_evaluation_uses_the_labels_too():
    gan = make_gan()
    reals, labels = np.zeros((4, 1), "float32"), np.array([0, 1, 2, 2])
    logs = gan.evaluate(reals, labels, verbose=0, return_dict=True)
    assert logs["fake_logits"] == 0
    assert logs["real_logits"] == pytest.approx(9 / 4)


def test_generate_makes_the_classes_that_are_asked_for():
    gan = make_gan()
    np.testing.assert_array_equal(gan.generate(3, labels=2), [[2]] * 3)
    np.testing.assert_array_equal(
        gan.generate(3, labels=np.int64(1)), [[1]] * 3
    )
    for labels in ([2, 0, 1], np.array([2, 0, 1], "uint8"), (2, 0, 1)):
        images = gan.generate(3, labels=labels)
        np.testing.assert_array_equal(images, [[2], [0], [1]])
        assert images.dtype == "float32"


def test_without_labels_a_seed_draws_all_classes_and_repeats_them():
    gan = make_gan()
    drawn = gan.generate(200, seed=3)
    assert set(drawn[:, 0]) == {0, 1, 2}
    assert np.bincount(drawn[:, 0].astype(int)).min() > 40
    np.testing.assert_array_equal(gan.generate(200, seed=3), drawn)
    assert not np.array_equal(gan.generate(200, seed=4), drawn)
    # NumPy draws them: the same on every backend.
    expected = np.random.default_rng(0).integers(CLASSES, size=6)
    np.testing.assert_array_equal(gan.generate(6, seed=0)[:, 0], expected)


def test_a_seed_means_the_same_latents_whatever_the_labels():
    gan = make_gan()
    np.testing.assert_array_equal(
        gan.sample_inputs(4, seed=1)["latents"],
        gan.sample_inputs(4, seed=1)["latents"],
    )
    assert gan.sample_inputs(4)["latents"].shape == (4, LATENT)


BAD_LABELS = {
    "missing": (None, "conditional.*Give them as `y`.*Received: None"),
    "too large": ([0, 1, 3, 0], r"0 to 2.*`num_classes=3`.*from 0 to 3"),
    "negative": ([0, -1, 1, 0], "whole numbers from 0 to 2.*from -1 to 1"),
    "float": (np.array([0.0, 1.0, 2.0, 0.0]), "float64.*astype"),
    "bool": (np.array([True, False, True, True]), "Received: dtype bool"),
    "not one-hot": (np.ones((4, 3), int), r"one-hot rows.*shape \(4, 3\)"),
    "too few": ([0, 1, 2], r"shape \(3,\) for 4 images"),
}


@pytest.mark.parametrize("case", BAD_LABELS)
def test_fit_refuses_bad_labels_and_has_not_begun(case):
    labels, message = BAD_LABELS[case]
    if isinstance(labels, list):
        labels = np.array(labels)
    gan = make_gan()
    before = copies([*gan.variables, *gan.optimizer.variables])
    reals = np.ones((4, 1), "float32")
    with pytest.raises(ValueError, match=message):
        gan.fit(reals, labels, verbose=0)
    with pytest.raises(ValueError, match=message):
        gan.train_on_batch(reals, labels)
    with pytest.raises(ValueError, match=message):
        gan.fit(
            reals,
            np.zeros(4, int),
            verbose=0,
            validation_data=(
                (reals, labels) if labels is not None else (reals,)
            ),
        )
    after = copies([*gan.variables, *gan.optimizer.variables])
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert number(gan.steps_seen) == 0


def test_labels_may_be_a_list_or_a_column():
    reals = np.ones((2, 1), "float32")
    weights = []
    for labels in (np.array([0, 2]), [0, 2], np.array([[0], [2]], ">i8")):
        gan = make_gan()
        gan.fit(reals, labels, verbose=0)
        weights.append(copies(gan.variables))
    for others in weights[1:]:
        for one, other in zip(weights[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_data_set_may_have_its_labels_in_a_column():
    reals = np.ones((2, 1), "float32")
    batches = ((reals, np.array([[0], [2]])) for _ in range(2))
    gan = make_gan()
    gan.fit(batches, steps_per_epoch=2, verbose=0)
    assert int(gan.steps_seen) == 2


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (3, "Received: values from 3 to 3"),
        (-1, "from -1 to -1"),
        (1.0, "dtype float64"),
        ([0, 1], r"shape \(2,\) for 3 images"),
        (np.ones((3, 3)), r"one-hot rows.*shape \(3, 3\)"),
    ],
    ids=str,
)
def test_generate_refuses_bad_labels(labels, message):
    with pytest.raises(ValueError, match=message):
        make_gan().generate(3, labels=labels)


def test_an_unconditional_game_refuses_labels():
    gan = kerasgan.applications.GAN(
        image_shape=(2,), latent_dim=2, units=(3,), seed=0
    )
    images, labels = np.zeros((4, 2), "float32"), np.zeros(4, int)
    batches = (batch for batch in [(images, labels)])
    for given in ((images, labels), (batches,)):
        with pytest.raises(ValueError, match="GAN is not conditional"):
            gan.fit(*given, verbose=0, steps_per_epoch=1)
    assert number(gan.steps_seen) == 0


def test_networks_without_labels_are_refused():
    plain = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    conditional = kerasgan.models.ConditionalGAN
    with pytest.raises(ValueError, match="`generator` must take two inputs"):
        conditional(plain, label_discriminator(), CLASSES)
    with pytest.raises(ValueError, match="`discriminator` must take two.*1 in"):
        conditional(label_generator(), plain, CLASSES)
    with pytest.raises(ValueError, match="`num_classes` must be.*Received.*0"):
        conditional(label_generator(), label_discriminator(), 0)


def test_packing_is_refused_because_each_image_has_a_label():
    with pytest.raises(
        ValueError,
        match="`augmentation` must not pack.*packs of 2",
    ):
        make_gan(augmentation=kerasgan.augmentations.Packing(2))


def test_an_unknown_conditioning_gets_the_near_matches():
    with pytest.raises(ValueError, match="`conditioning`.*'projection'"):
        kerasgan.applications.CGAN(
            image_shape=(8, 8, 1), conditioning="projektion"
        )


def test_projection_trains_saves_and_goes_on_the_same(tmp_path):
    gan = kerasgan.applications.CGAN(
        image_shape=(8, 8, 1),
        num_classes=3,
        latent_dim=3,
        filters=2,
        conditioning="projection",
        seed=0,
    )
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 8, 8, 1)).astype("uint8")
    labels = np.arange(6) % 3
    before = copies(gan.trainable_variables)
    gan.train_on_batch(images, labels)
    for old, new in zip(before, copies(gan.trainable_variables)):
        assert not np.array_equal(old, new)
    gan.save(tmp_path / "cgan.keras")
    loaded = keras.saving.load_model(tmp_path / "cgan.keras")
    assert loaded.get_config() == gan.get_config()
    assert loaded.num_classes == 3
    one, other = (
        m.generate(3, labels=[0, 1, 2], seed=0) for m in (gan, loaded)
    )
    np.testing.assert_array_equal(one, other)
    # The same noise as another class is another image.
    again = gan.generate(3, labels=[1, 2, 0], seed=0)
    assert (one != again).any(axis=(1, 2, 3)).all()
    for model in (gan, loaded):
        model.train_on_batch(images, labels)
    for a, b in zip(copies(gan.weights), copies(loaded.weights), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_hot_labels_are_the_labels():
    reals, labels = np.ones((4, 1), "float32"), np.array([0, 2, 1, 1])
    weights = []
    for given in (labels, np.eye(3)[labels]):
        gan = make_gan()
        gan.fit(reals, given, verbose=0)
        batches = ((reals, given) for _ in range(1))
        gan.fit(batches, steps_per_epoch=1, verbose=0)
        weights.append(copies(gan.variables))
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(
        gan.generate(2, labels=np.eye(3)[[2, 0]], seed=0),
        gan.generate(2, condition=[2, 0], seed=0),
    )


def vector_gan(**kwargs):
    """Returns a game of G(z, y) = D's own view of y: the sum of its numbers."""
    condition = kerasgan.conditions.Vector(2, **kwargs)
    networks = []
    for size in (LATENT, 1):
        first, given = keras.Input((size,)), condition.input()
        total = ops.sum(given, axis=-1, keepdims=True)
        rest = ops.sum(first, axis=-1, keepdims=True)
        x = total + 0.0 * rest if size == LATENT else (rest - total) ** 2
        networks.append(keras.Model([first, given], dense(1, 1.0)(x)))
    return kerasgan.models.ConditionalGAN(
        *networks, condition=condition, seed=0
    )


def test_vectors_reach_both_networks_and_images_are_drawn_by_them():
    gan = vector_gan()
    gan.compile(**still())
    rows = np.array([[1, 2], [0, 0.5]])
    logs = gan.train_on_batch(np.zeros((2, 1)), rows, return_dict=True)
    assert logs["fake_logits"] == 0
    assert logs["real_logits"] == pytest.approx((9 + 0.25) / 2)
    images = gan.generate(2, condition=[1, 2])
    np.testing.assert_array_equal(images, [[3], [3]])
    images = gan.generate(2, condition=rows, batch_size=1)
    np.testing.assert_array_equal(images, [[3], [0.5]])
    assert gan.num_classes is None


def test_vectors_of_the_examples_are_drawn():
    gan = vector_gan(examples=[[5, 0], [0, 7]])
    assert set(gan.generate(30, seed=0)[:, 0]) == {5, 7}


def test_a_data_set_may_yield_captions(tmp_path):
    captions = ["a dark square", "a bright square"]
    text = kerasgan.conditions.Text.from_captions(captions, units=2)
    gan = kerasgan.applications.CGAN(
        (8, 8, 1), condition=text, filters=2, units=2, seed=0
    )
    images = np.zeros((2, 8, 8, 1), "uint8")

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return images, captions

    gan.fit(Batches(), verbose=0)
    assert number(gan.steps_seen) == 2
    gan.save(tmp_path / "gan.keras")
    other = kerasgan.load_model(tmp_path / "gan.keras")
    for condition in (captions, None):
        np.testing.assert_array_equal(
            other.generate(2, seed=0, condition=condition),
            gan.generate(2, seed=0, condition=condition),
        )


def test_a_condition_must_be_what_the_networks_take():
    with pytest.raises(ValueError, match="conditions of shape .*2.*condition"):
        kerasgan.models.ConditionalGAN(
            label_generator(),
            label_discriminator(),
            condition=kerasgan.conditions.Vector(2),
        )
    with pytest.raises(ValueError, match="`condition`.*must be given"):
        kerasgan.models.ConditionalGAN(label_generator(), label_discriminator())
    with pytest.raises(ValueError, match="`labels` and `condition`"):
        make_gan().generate(1, labels=0, condition=0)


def test_configs_of_before_the_conditions_are_read():
    config = make_gan().get_config()
    condition = config.pop("condition")
    assert condition["config"] == {"num_classes": CLASSES}
    gan = kerasgan.models.ConditionalGAN.from_config(
        {**config, "num_classes": CLASSES}
    )
    assert gan.num_classes == CLASSES

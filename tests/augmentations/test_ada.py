"""How often ADA augments, how that follows the logits, and its state."""

import types

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan import backend
from kerasgan.augmentations import ADA
from tests.backend.playing import ways

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (400, 6, 6, 3)).astype("float32")
NAMES = [
    "flip",
    "turn",
    "shift",
    "scale",
    "rotation",
    "stretch",
    "move",
    "brightness",
    "contrast",
    "luma_flip",
    "hue",
    "saturation",
]


def augmented(probability, images=IMAGES, seed=0, **kwargs):
    ada = ADA(target=None, initial_probability=probability, **kwargs)
    seed = keras.random.SeedGenerator(seed)
    return ops.convert_to_numpy(ada(ops.convert_to_tensor(images), seed))


def share_changed(result, images=IMAGES):
    """Returns the share of the images that are other ones."""
    return np.mean(np.any(result != images, axis=(1, 2, 3)))


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_with_probability_0_images_stay_the_same_to_the_last_bit(channels):
    images = IMAGES[..., :channels]
    np.testing.assert_array_equal(augmented(0.0, images), images)


def test_with_probability_1_all_images_change():
    result = augmented(1.0)
    assert share_changed(result) == 1
    assert np.all(np.isfinite(result))


# Of all cases of a transform, those that change an image of 6 x 6 pixels.
EFFECTIVE = {"flip": 1 / 2, "turn": 3 / 4, "shift": 5 / 9, "luma_flip": 1 / 2}


@pytest.mark.parametrize("probability", [0.5, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_each_transform_is_done_with_its_probability(name, probability):
    share = share_changed(augmented(probability, transforms=[name]))
    expected = probability * EFFECTIVE.get(name, 1.0)
    deviation = np.sqrt(expected * (1 - expected) / len(IMAGES))
    assert share == pytest.approx(expected, abs=4 * deviation + 1e-9)


def test_of_two_rotations_at_least_one_is_done_with_the_probability():
    ada = ADA(initial_probability=0.6)
    drawn = ada._draw(20_000, keras.random.SeedGenerator(1))
    before, after = (
        ops.convert_to_numpy(drawn[name]) != 0
        for name in ("angle_before", "angle_after")
    )
    # 1 - sqrt(0.4) each, independently
    for share, expected in (
        (before.mean(), 0.367544),
        (after.mean(), 0.367544),
        ((before | after).mean(), 0.6),
        ((before & after).mean(), 0.367544**2),
    ):
        assert share == pytest.approx(expected, abs=0.014)


def test_strengths_have_the_papers_distributions():
    ada = ADA(initial_probability=1.0)
    drawn = ada._draw(20_000, keras.random.SeedGenerator(2))
    drawn = {k: ops.convert_to_numpy(v) for k, v in drawn.items()}
    for name, limit in (
        ("shift_x", 0.125),
        ("shift_y", 0.125),
        ("angle_before", np.pi),
        ("angle_after", np.pi),
        ("hue", np.pi),
    ):
        values = drawn.pop(name) / limit
        assert -1 <= values.min() < -0.99 < 0.99 < values.max() <= 1
        assert values.mean() == pytest.approx(0, abs=0.02)
    for name, choices in (("flip", 2), ("luma_flip", 2), ("turns", 4)):
        values, counts = np.unique(drawn.pop(name), return_counts=True)
        np.testing.assert_array_equal(values, np.arange(choices))
        np.testing.assert_allclose(counts / 20_000, 1 / choices, atol=0.02)
    for name, deviation in (
        ("log2_scale", 0.2),
        ("log2_stretch", 0.2),
        ("move_x", 0.125),
        ("move_y", 0.125),
        ("brightness", 0.2),
        ("log2_contrast", 0.5),
        ("log2_saturation", 1.0),
    ):
        values = drawn.pop(name) / deviation
        assert values.mean() == pytest.approx(0, abs=0.03)
        assert values.std() == pytest.approx(1, abs=0.03)
    assert not drawn


def test_transforms_and_images_are_drawn_independently():
    ada = ADA(initial_probability=0.5)
    drawn = ada._draw(4_000, keras.random.SeedGenerator(3))
    del drawn["shift_y"], drawn["move_y"]  # done where the others are
    rows = np.stack([ops.convert_to_numpy(v) != 0 for v in drawn.values()])
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlations).max() < 0.08


@pytest.mark.parametrize(
    ("pipeline", "names"),
    [("blit", NAMES[:3]), ("geom", NAMES[3:7]), ("color", NAMES[7:])]
    + [("bg", NAMES[:7]), ("bgc", NAMES)],
)
def test_a_pipeline_is_a_list_of_transforms(pipeline, names):
    images = IMAGES[:16]
    np.testing.assert_array_equal(
        augmented(0.7, images, transforms=pipeline),
        augmented(0.7, images, transforms=names),
    )


def test_compiled_it_does_the_same():
    images = ops.convert_to_tensor(IMAGES[:8])
    results = []
    for run in ways():
        ada = ADA(initial_probability=0.8)
        ada.build_for(None)
        seed = keras.random.SeedGenerator(4)
        results.append(
            run(lambda: ada(images, seed), [*ada.variables, seed.state])
        )
    for result in results[1:]:
        np.testing.assert_allclose(
            ops.convert_to_numpy(result),
            ops.convert_to_numpy(results[0]),
            atol=1e-4,
        )


def test_images_of_half_precision_stay_so():
    images = ops.cast(ops.convert_to_tensor(IMAGES[:8]), "float16")
    for probability in (0.0, 1.0):
        ada = ADA(initial_probability=probability)
        result = ada(images, keras.random.SeedGenerator(0))
        assert keras.backend.standardize_dtype(result.dtype) == "float16"
    assert np.all(np.isfinite(ops.convert_to_numpy(result)))


def test_the_gradient_is_that_of_an_affine_map():
    images = IMAGES[:8]
    weights = ops.convert_to_tensor(images[::-1].copy())
    ada = ADA(initial_probability=0.9)

    def score(x):
        generator = keras.random.SeedGenerator(5)
        return ops.sum(ada(x, generator) * weights), None

    x, step = ops.convert_to_tensor(images), 0.5 * np.roll(images, 1, axis=0)
    _, _, gradient = backend.input_gradient(score, x)
    change = score(ops.convert_to_tensor(images + step))[0] - score(x)[0]
    np.testing.assert_allclose(
        np.sum(ops.convert_to_numpy(gradient) * step),
        ops.convert_to_numpy(change),
        rtol=1e-3,
    )


# === The controller ===


def trained(ada, steps, run=None):
    """Returns the probability after each step of mean signs and counts."""
    run = run or ways()[-1]
    ada.build_for(None)
    probabilities = []
    for sign, count in steps:
        sign, count = ops.convert_to_tensor(float(sign)), int(count)
        logs = run(
            lambda s=sign, n=count: ada.after_step(
                types.SimpleNamespace(_images_in_step=n), {"real_signs": s}
            ),
            ada.variables,
        )
        assert set(logs) == {"augmentation_probability"}
        probabilities.append(float(logs["augmentation_probability"]))
        assert probabilities[-1] == float(ops.convert_to_numpy(ada.probability))
    return probabilities


def test_one_adjustment_of_the_papers_settings():
    np.testing.assert_allclose(
        trained(ADA(), [(1.0, 64)] * 8),
        [0, 0, 0, 5.12e-4, 5.12e-4, 5.12e-4, 5.12e-4, 10.24e-4],
        rtol=1e-5,
    )


@pytest.mark.parametrize("way", range(len(ways())))
def test_it_goes_by_the_mean_sign_of_all_images_since_the_last_time(way):
    ada = ADA(interval=2, adjustment_images=100, initial_probability=0.5)
    steps = [
        *[(1.0, 4), (0.5, 4)],  # mean 0.75: up by 8 / 100
        *[(0.25, 4), (0.75, 4)],  # 0.5: down by 8 / 100
        *[(1.0, 2), (0.25, 8)],  # 0.4, though the mean of steps is 0.625
        *[(-1.0, 1), (1.0, 9)],  # 0.8: up by 10 / 100
    ]
    np.testing.assert_allclose(
        trained(ada, steps, ways()[way]),
        [0.5, 0.58, 0.58, 0.5, 0.5, 0.4, 0.4, 0.5],
        rtol=1e-5,
    )
    assert all(v.dtype == "float32" for v in ada.variables)


def test_at_the_target_it_stays():
    ada = ADA(target=0.5, interval=1, initial_probability=0.25)
    assert trained(ada, [(0.5, 8)] * 3) == [0.25] * 3


def test_it_stays_between_0_and_1():
    ada = ADA(interval=1, adjustment_images=10)
    signs = [-1, 1, 1, 1, -1, -1, -1]
    np.testing.assert_allclose(
        trained(ada, [(sign, 4) for sign in signs]),
        [0, 0.4, 0.8, 1, 0.6, 0.2, 0],
        atol=1e-6,
    )


def test_without_a_target_it_stays_as_it_is():
    ada = ADA(target=None, interval=1, initial_probability=0.5)
    assert trained(ada, [(1.0, 64)] * 2) == [0.5] * 2


def test_the_probability_that_it_arrives_at_is_the_one_that_counts():
    ada = ADA(interval=1, adjustment_images=4, transforms=["brightness"])
    trained(ada, [(1.0, 4)])
    seed = keras.random.SeedGenerator(0)
    result = ops.convert_to_numpy(ada(ops.convert_to_tensor(IMAGES), seed))
    assert share_changed(result) == 1


# === State and arguments ===


def test_its_state_is_saved():
    ada = ADA(interval=3, adjustment_images=10, initial_probability=0.25)
    trained(ada, [(1.0, 2)] * 4)
    store, copy = {}, ADA.from_config(ada.get_config())
    copy.build_for(None)
    ada.save_own_variables(store)
    copy.load_own_variables(store)
    values = [
        {v.name: float(ops.convert_to_numpy(v)) for v in layer.variables}
        for layer in (ada, copy)
    ]
    assert values[0] == values[1]
    assert values[0]["images"] == 2
    assert values[0]["probability"] == pytest.approx(0.85)
    assert not ada.trainable_variables


@pytest.mark.parametrize(
    "ada",
    [
        ADA(),
        ADA(
            target=None,
            interval=2,
            adjustment_images=100,
            initial_probability=0.5,
            transforms=("hue", "flip"),
            name="other",
        ),
    ],
)
def test_it_survives_as_a_config(ada):
    config = keras.saving.serialize_keras_object(ada)
    again = kerasgan.augmentations.get(config)
    assert again.get_config() == ada.get_config()


def test_it_has_a_name():
    assert isinstance(kerasgan.augmentations.get("ada"), ADA)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(target=1.0), "`target` must be .* below 1. Received: target=1"),
        (dict(interval=0), "`interval` must be .* at least 1. Received"),
        (dict(adjustment_images=0.5), "`adjustment_images` must be"),
        (dict(initial_probability=-1), "`initial_probability` must be"),
        (dict(initial_probability=2), "`initial_probability` .* at most 1"),
        (dict(transforms="bgcf"), "Unknown `transforms`.*'bgc'.*: 'bgcf'"),
        (dict(transforms=["flip", "cutout"]), "Unknown `transforms`.*'cutout'"),
        (dict(transforms=None), "Unknown `transforms`.* Received: None"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ADA(**arguments)

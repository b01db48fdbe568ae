import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan import backend
from kerasgan.augmentations import DiffAugment

NOTHING = dict(brightness=0, saturation=0, contrast=0, translation=0, cutout=0)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, 8, 6, 3))
IMAGES = IMAGES.astype("float32")


def augmented(images=IMAGES, seed=3, **parts):
    """Returns the images after only some parts of the augmentation."""
    augmentation = DiffAugment(**{**NOTHING, **parts})
    images = ops.convert_to_tensor(images)
    generator = keras.random.SeedGenerator(seed)
    return ops.convert_to_numpy(augmentation(images, generator))


def test_without_parts_it_is_the_identity():
    np.testing.assert_array_equal(augmented(), IMAGES)


def test_brightness_adds_one_number_to_an_image():
    added = augmented(brightness=0.5) - IMAGES
    assert np.ptp(added, axis=(1, 2, 3)).max() < 1e-6
    numbers = added[:, 0, 0, 0]
    assert -0.5 <= numbers.min() < -0.3 < 0.3 < numbers.max() <= 0.5


@pytest.mark.parametrize(
    ("part", "axes", "spread"),
    [("saturation", 3, 1.0), ("contrast", (1, 2, 3), 0.5)],
)
def test_a_gain_is_about_the_mean(part, axes, spread):
    result = augmented(**{part: spread})
    mean = IMAGES.mean(axis=axes, keepdims=True)
    np.testing.assert_allclose(
        result.mean(axis=axes, keepdims=True), mean, atol=1e-6
    )
    gains = np.sum((result - mean) * (IMAGES - mean), axis=(1, 2, 3))
    gains /= np.sum((IMAGES - mean) ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(
        result, mean + gains[:, None, None, None] * (IMAGES - mean), atol=1e-5
    )
    low, high = 1 - spread, 1 + spread
    assert low <= gains.min() < low + 0.1 * spread
    assert high - 0.1 * spread < gains.max() <= high


def shifted(image, down, right, mode="constant"):
    """Returns a moved image, a slice of what NumPy pads."""
    height, width, _ = image.shape
    frame = np.pad(image, ((height,) * 2, (width,) * 2, (0, 0)), mode)
    top, left = height - down, width - right
    return frame[top : top + height, left : left + width]


@pytest.mark.parametrize(
    ("fill_mode", "padding"),
    [
        ("constant", "constant"),
        ("nearest", "edge"),
        ("reflect", "symmetric"),
        ("wrap", "wrap"),
    ],
)
def test_translation_moves_by_whole_pixels_and_fills(fill_mode, padding):
    # 2 of 8 rows, 2 of 6 columns
    result = augmented(translation=0.25, fill_mode=fill_mode)
    found = []
    for before, after in zip(IMAGES, result):
        steps = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if np.array_equal(shifted(before, down, right, padding), after)
        ]
        assert len(steps) == 1
        found += steps
    for side in zip(*found):
        assert set(side) == {-2, -1, 0, 1, 2}


def test_cutout_makes_one_hole_whose_centre_is_in_the_image():
    result = augmented(cutout=0.5)  # 4 of 8 rows, 3 of 6 columns
    shapes = set()
    for before, after in zip(IMAGES, result):
        hole = np.all(after == 0, axis=-1)
        np.testing.assert_array_equal(after[~hole], before[~hole])
        rows, columns = hole.any(axis=1), hole.any(axis=0)
        np.testing.assert_array_equal(hole, rows[:, None] & columns)
        for line in (rows, columns):  # without a gap
            assert np.count_nonzero(np.diff(line.astype(int))) <= 2
        shapes.add((int(rows.sum()), int(columns.sum())))
    assert {s[0] for s in shapes} == {2, 3, 4}
    assert {s[1] for s in shapes} == {2, 3}


def test_images_of_any_size_and_batch():
    for shape in [(1, 4, 4, 1), (3, 5, 7, 1), (0, 8, 8, 3)]:
        result = augmented(
            np.ones(shape, "float32"), **DiffAugment().get_config()
        )
        assert result.shape == shape
        assert np.all(np.isfinite(result))


def test_the_gradient_is_that_of_an_affine_map():
    augmentation = DiffAugment()
    weights = ops.convert_to_tensor(IMAGES[::-1].copy())

    def score(images):
        generator = keras.random.SeedGenerator(5)
        return ops.sum(augmentation(images, generator) * weights), None

    x = ops.convert_to_tensor(IMAGES)
    step = 0.5 * np.roll(IMAGES, 1, axis=0)
    _, _, gradient = backend.input_gradient(score, x)
    moved = ops.convert_to_tensor(IMAGES + step)
    change = score(moved)[0] - score(x)[0]
    np.testing.assert_allclose(
        np.sum(ops.convert_to_numpy(gradient) * step),
        ops.convert_to_numpy(change),
        rtol=1e-3,
    )


def test_r1_is_differentiated_through_it():
    gan = kerasgan.applications.SNGAN(
        image_shape=(8, 8, 3),
        filters=2,
        discriminator_steps=1,
        regularizers=["r1"],
        augmentation="diff_augment",
        seed=0,
    )
    images = (127 * (IMAGES[:8, :, :, :] + 1)).astype("uint8")
    images = np.pad(images, ((0, 0), (0, 0), (1, 1), (0, 0)))
    logs = gan.train_on_batch(images, return_dict=True)
    assert logs["r1"] > 0
    assert all(np.isfinite(value) for value in logs.values())


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (dict(contrast=-0.1), "`contrast` must not be negative. Received"),
        (dict(cutout=1.5), "`cutout` must not be .*at most 1. Received"),
        (
            dict(fill_mode="white"),
            "Unknown `fill_mode`. Known: constant, nearest, reflect, wrap. "
            "Received: 'white'",
        ),
        (dict(fill_mode=["wrap"]), r"Unknown `fill_mode`. .*: \['wrap'\]"),
    ],
)
def test_arguments_out_of_range_are_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        DiffAugment(**parts)


def test_it_survives_as_a_config():
    config = keras.saving.serialize_keras_object(DiffAugment(cutout=0.25))
    again = kerasgan.augmentations.get(config)
    assert again.get_config() == DiffAugment(cutout=0.25).get_config()
    assert kerasgan.augmentations.get(None) is None

"""Pictures that the user names are read, divided, padded and mirrored."""

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.once

RECIPE = {
    "data": "some pictures",
    "image_size": 8,
    "held_out": 2,
    "test_images": 3,
    "padding": 0,
    "seed": 0,
}


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (12, 8, 8, 3), np.uint8)


@pytest.fixture
def file(pictures, tmp_path):
    # The first one comes again at the end.
    x = np.concatenate([pictures, pictures[:1]])
    np.savez(tmp_path / "pictures.npz", x=x, names=np.arange(13))
    return tmp_path / "pictures.npz"


def parts_of(scripts, file, **changes):
    recipe = {**RECIPE, **changes}
    return {
        part: scripts.recipes.load(recipe, part, file)[0]
        for part in ("train", "held_out", "test")
    }


def test_each_picture_is_in_one_part(scripts, file, pictures):
    parts = parts_of(scripts, file)
    assert {k: len(v) for k, v in parts.items()} == {
        "train": 7,
        "held_out": 2,
        "test": 3,
    }
    found = {image.tobytes() for part in parts.values() for image in part}
    assert found == {picture.tobytes() for picture in pictures}
    other = parts_of(scripts, file, seed=1)
    assert not np.array_equal(other["test"], parts["test"])


def test_a_folder_is_read_like_a_file_of_its_pictures(
    scripts, file, pictures, tmp_path
):
    (tmp_path / "folder").mkdir()
    for i, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / "folder" / f"{i:02d}.png")
    from_file = parts_of(scripts, file)
    for part, images in parts_of(scripts, tmp_path / "folder").items():
        np.testing.assert_array_equal(images, from_file[part])


def test_transparent_pictures_are_laid_on_white(scripts, pictures, tmp_path):
    alpha = np.zeros((12, 8, 8, 1), "uint8")
    alpha[:, :, :4] = 255
    np.savez(tmp_path / "x.npz", x=np.concatenate([pictures, alpha], axis=3))
    train = parts_of(scripts, tmp_path / "x.npz")["train"]
    assert train.shape == (7, 8, 8, 3)
    assert (train[:, :, 4:] == 255).all()
    assert not (train[:, :, :4] == 255).all()


def test_what_cannot_be_divided_is_refused(scripts, file):
    with pytest.raises(ValueError, match="more than 12 different.*: 12"):
        scripts.recipes.load({**RECIPE, "held_out": 9}, "train", file)
    with pytest.raises(ValueError, match="`--folder` must name the pictures"):
        scripts.recipes.load(RECIPE, "train")


def test_padding_is_black_and_is_cut_off_again(scripts, pictures):
    padded = scripts.recipes.pad(pictures, 2)
    assert padded.shape == (12, 12, 12, 3) and not padded[:, :2].any()
    np.testing.assert_array_equal(scripts.recipes.crop(padded, 2), pictures)


def test_mirror_images_come_after_the_images(scripts, pictures):
    with_mirror_images = scripts.recipes.with_mirror_images
    images, labels = with_mirror_images(
        {"mirrored": True}, pictures, np.arange(12)
    )
    np.testing.assert_array_equal(images[12:], pictures[:, :, ::-1])
    np.testing.assert_array_equal(labels[12:], labels[:12])
    assert with_mirror_images({}, pictures, None) == (pictures, None)

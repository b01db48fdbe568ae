"""Characters in a zip file, as their authors packed them."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import omniglot


def write(path, names):
    with zipfile.ZipFile(path, "w") as file:
        for i, name in enumerate(names):
            pixels = np.full((8, 8), 255, "uint8")
            pixels[: i + 1] = 0
            content = io.BytesIO()
            Image.fromarray(pixels).convert("1").save(content, "png")
            file.writestr(name, content.getvalue())
        file.writestr("small/Greek/", b"")
        file.writestr("__MACOSX/small/Greek/c1/._1.png", b"no picture")
    return path


def test_classes_are_characters_of_alphabets(tmp_path):
    names = [
        f"small/{a}/c{c}/{i}.png" for a in "BA" for c in (1, 2) for i in "xy"
    ]
    one = write(tmp_path / "one.zip", names[:4])
    two = write(tmp_path / "two.zip", names[4:])
    images, labels, alphabets = omniglot([one, two], size=4)
    assert images.shape == (8, 4, 4, 1) and images.dtype == "uint8"
    assert alphabets.tolist() == [1] * 4 + [0] * 4
    assert labels.tolist() == [2, 2, 3, 3, 0, 0, 1, 1]
    # White on black, and a pixel that is half inked is grey.
    assert images[1, 0].min() == 255 and images[1, 1].max() == 0
    assert images[0, 0, 0, 0] in (127, 128)


def test_a_drawing_in_two_files_is_taken_once(tmp_path):
    names = [f"small1/A/c1/{i}.png" for i in "xyz"]
    one = write(tmp_path / "one.zip", names)
    again = [name.replace("small1", "small2") for name in names[1:]]
    two = write(tmp_path / "two.zip", [*again, "small2/B/c1/x.png"])
    images, labels, _ = omniglot([one, two], size=4)
    assert len(images) == 4 and labels.tolist() == [0, 0, 0, 1]


def test_a_file_without_drawings_is_named(tmp_path):
    with pytest.raises(ValueError, match="`paths`.*empty.zip"):
        omniglot(write(tmp_path / "empty.zip", []))

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import from_directory

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def picture(path, value, size=(8, 8), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)


def read(path, size=8, **kwargs):
    """The images that a folder gives, in alphabetical order."""
    data = from_directory(path, size, shuffle=False, **kwargs)
    return np.concatenate([np.asarray(images) for images in data])


def epoch(data):
    batches = [np.asarray(images) for images in data]
    if isinstance(data, keras.utils.PyDataset):
        data.on_epoch_end()
    return np.concatenate(batches)


def test_the_data_set_is_of_the_kind_that_the_backend_reads(tmp_path, backend):
    picture(tmp_path / "a.png", RED)
    data = from_directory(tmp_path, 8)
    if backend == "tensorflow":
        import tensorflow as tf

        assert isinstance(data, tf.data.Dataset)
        assert data.element_spec.shape == (None, 8, 8, 3)
    else:
        assert isinstance(data, keras.utils.PyDataset)
    assert len(data) == 1
    assert data.class_names is None


def test_files_are_found_in_all_folders_by_the_end_of_their_names(tmp_path):
    picture(tmp_path / "a.png", (10, 10, 10))
    picture(tmp_path / "b" / "c" / "d.JPG", (20, 20, 20))
    picture(tmp_path / "b" / "e.webp", (30, 30, 30))
    picture(tmp_path / "f.jpeg", (40, 40, 40))
    picture(tmp_path / ".hidden" / "g.png", (50, 50, 50))
    picture(tmp_path / "._h.png", (60, 60, 60))
    (tmp_path / "notes.txt").write_text("no picture")
    images = read(tmp_path)
    assert images.dtype == np.uint8 and images.shape == (4, 8, 8, 3)
    means = images.mean((1, 2, 3))
    np.testing.assert_allclose(means, [10, 20, 30, 40], atol=2)


def test_the_centre_is_cut_out_by_default(tmp_path):
    wide = np.zeros((8, 24, 3), np.uint8)
    wide[:, :8], wide[:, 8:16], wide[:, 16:] = RED, GREEN, BLUE
    Image.fromarray(wide).save(tmp_path / "a.png")
    images = read(tmp_path).astype(int)
    np.testing.assert_allclose(images - GREEN, 0, atol=2)


def test_without_cropping_the_whole_picture_is_stretched(tmp_path):
    wide = np.zeros((8, 24, 3), np.uint8)
    wide[:, :8], wide[:, 8:16], wide[:, 16:] = RED, GREEN, BLUE
    Image.fromarray(wide).save(tmp_path / "a.png")
    images = read(tmp_path, (8, 12), crop_to_aspect_ratio=False)
    assert images.shape == (1, 8, 12, 3)
    middles = images[0, 0, [1, 6, 10]].astype(int)
    np.testing.assert_allclose(middles, [RED, GREEN, BLUE], atol=2)


def test_height_comes_before_width(tmp_path):
    picture(tmp_path / "a.png", RED, size=(64, 48))
    assert read(tmp_path, (48, 64)).shape == (1, 48, 64, 3)


@pytest.mark.parametrize(
    "mode, value, color_mode, expected",
    [
        ("L", 90, "rgb", (90, 90, 90)),
        ("L", 90, "grayscale", (90,)),
        ("1", 1, "grayscale", (255,)),
        ("I;16", 90 * 257, "grayscale", (90,)),
        ("RGB", (90, 90, 90), "grayscale", (90,)),
        ("RGB", RED, "rgba", (255, 0, 0, 255)),
        ("RGBA", (*RED, 255), "rgb", RED),
        ("RGBA", (*RED, 0), "rgb", (255, 255, 255)),
        ("RGBA", (*RED, 0), "grayscale", (255,)),
        ("LA", (90, 255), "rgb", (90, 90, 90)),
        ("P", 0, "rgb", (0, 0, 0)),
    ],
)
def test_pictures_of_every_kind_get_the_asked_colours(
    mode, value, color_mode, expected, tmp_path
):
    picture(tmp_path / "a.png", value, mode=mode)
    images = read(tmp_path, 4, color_mode=color_mode)
    assert images.shape == (1, 4, 4, len(expected))
    assert (images == expected).all()


def test_a_photograph_is_turned_upright(tmp_path):
    image = Image.new("RGB", (20, 10), RED)
    image.paste(BLUE, (10, 0, 20, 10))
    exif = image.getexif()
    exif[0x0112] = 6  # rotated: what is left belongs at the top
    image.save(tmp_path / "a.png", exif=exif)
    images = read(tmp_path, (20, 10))
    ends = images[0, [2, 17], 5].astype(int)
    np.testing.assert_allclose(ends, [RED, BLUE], atol=2)


def test_a_large_photograph_keeps_its_colours_when_decoded_small(tmp_path):
    image = Image.new("RGB", (640, 480), (200, 100, 50))
    image.save(tmp_path / "a.jpg")
    images = read(tmp_path, 16)
    np.testing.assert_allclose(images.mean((0, 1, 2)), [200, 100, 50], atol=2)


def test_every_epoch_mixes_anew_as_the_seed_says(tmp_path):
    for value in range(20):
        picture(tmp_path / f"{value:02}.png", value, mode="L")
    settings = {"color_mode": "grayscale", "batch_size": 8}
    data, again = (
        from_directory(tmp_path, 8, seed=5, **settings) for _ in range(2)
    )
    orders = [epoch(data)[:, 0, 0, 0].tolist() for _ in range(2)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(20))
    assert orders[0] != orders[1]
    assert orders == [epoch(again)[:, 0, 0, 0].tolist() for _ in range(2)]
    # The same on every backend.
    rng = np.random.default_rng((5, 0))
    expected = np.arange(20)
    rng.shuffle(expected)
    assert orders[0] == expected.tolist()


def test_labels_follow_the_folders_in_alphabetical_order(tmp_path):
    picture(tmp_path / "dog" / "a.png", (10, 10, 10))
    picture(tmp_path / "cat" / "deeper" / "b.png", (20, 20, 20))
    picture(tmp_path / "dog" / "c.png", (30, 30, 30))
    data = from_directory(tmp_path, 8, labels="inferred", batch_size=2)
    assert data.class_names == ["cat", "dog"]
    pairs = []
    for images, labels in data:
        images, labels = np.asarray(images), np.asarray(labels)
        assert labels.dtype == np.int32
        pairs += zip(images[:, 0, 0, 0].tolist(), labels.tolist())
    assert sorted(pairs) == [(10, 1), (20, 0), (30, 1)]


def test_pictures_outside_class_folders_are_an_error(tmp_path):
    picture(tmp_path / "dog" / "a.png", RED)
    picture(tmp_path / "loose.png", RED)
    with pytest.raises(ValueError, match="folder that names its class.*loose"):
        from_directory(tmp_path, 8, labels="inferred")


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_broken_files_are_named_before_training(ending, tmp_path):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    picture(tmp_path / "good.png", RED)
    Image.fromarray(noise).save(tmp_path / f"cut.{ending}")
    whole = (tmp_path / f"cut.{ending}").read_bytes()
    (tmp_path / f"cut.{ending}").write_bytes(whole[: len(whole) // 2])
    (tmp_path / f"text.{ending}").write_text("no picture")
    (tmp_path / f"void.{ending}").write_bytes(b"")
    with pytest.raises(OSError, match="^3 of 4 files are broken") as caught:
        from_directory(tmp_path, 8)
    for name in ("cut", "text", "void"):
        assert f"{name}.{ending}'" in str(caught.value)
    assert "good" not in str(caught.value)


def test_pictures_that_would_fill_the_memory_are_named(tmp_path, monkeypatch):
    # 40 x 40 pixels in a few bytes; Pillow itself refuses twice the limit.
    picture(tmp_path / "good.png", RED)
    for side in (40, 80):
        blank = Image.new("L", (side, side))
        blank.save(tmp_path / f"huge_{side}.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with (
        pytest.warns(Image.DecompressionBombWarning),
        pytest.raises(OSError, match="^2 of 3 files are broken") as caught,
    ):
        from_directory(tmp_path, 8)
    assert "huge_40.png': 40 x 40 pixels are more" in str(caught.value)
    assert "huge_80.png'" in str(caught.value)


def test_what_only_the_name_calls_a_picture_is_named(tmp_path):
    picture(tmp_path / "good.png", RED)
    # Pillow would hand these to Ghostscript.
    (tmp_path / "script.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n")
    Image.new("L", (8, 8)).save(tmp_path / "page.png", format="EPS")
    Image.new("L", (8, 8)).save(tmp_path / "film.png", format="GIF")
    Image.new("RGB", (8, 8), RED).save(tmp_path / "photo.png", format="JPEG")
    with pytest.raises(OSError, match="^2 of 5 files are broken") as caught:
        from_directory(tmp_path, 8)
    assert "script.png'" in str(caught.value)
    assert "page.png'" in str(caught.value)


def test_a_file_that_breaks_later_is_named_too(tmp_path, backend):
    (tmp_path / "bad.png").write_text("no picture")
    data = from_directory(tmp_path, 8, validate=False)
    error = OSError
    if backend == "tensorflow":
        import tensorflow as tf

        error = tf.errors.OpError
    with pytest.raises(error, match="Cannot read the image '.*bad.png'"):
        epoch(data)


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="must have files that end in .jpeg"):
        from_directory(tmp_path, 8)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="`path` must be a folder that exists"):
        from_directory(tmp_path / "missing", 8)


@pytest.mark.parametrize(
    "argument, value",
    [
        ("image_size", 0),
        ("image_size", (8, 8, 3)),
        ("image_size", 8.5),
        ("color_mode", "gray"),
        ("labels", [1]),
        ("batch_size", 0),
        ("seed", -1),
        ("seed", 0.5),
    ],
)
def test_an_argument_out_of_range_is_an_error(argument, value, tmp_path):
    picture(tmp_path / "a.png", RED)
    arguments = {"image_size": 8, argument: value}
    with pytest.raises(ValueError, match=f"`{argument}`.*Received"):
        from_directory(tmp_path, **arguments)


def test_a_keras_model_trains_on_it(tmp_path):
    for value in range(6):
        picture(tmp_path / str(value % 2) / f"{value}.png", value, mode="L")
    data = from_directory(
        tmp_path,
        8,
        "grayscale",
        labels="inferred",
        batch_size=4,
        workers=2,
    )
    model = keras.Sequential(
        [keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    model.compile(loss="sparse_categorical_crossentropy")
    history = model.fit(data, epochs=2, shuffle=False, verbose=0)
    assert np.isfinite(history.history["loss"]).all()

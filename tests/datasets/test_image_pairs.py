"""Paired, side by side and unpaired pictures, as users' folders have them."""

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import paired
from kerasgan.datasets import side_by_side
from kerasgan.datasets import unpaired

MAKERS = ["paired", "side_by_side", "unpaired"]


def coordinates(height, width, shift=0):
    """A picture whose pixels say where they are."""
    rows, columns = np.mgrid[:height, :width]
    third = np.full_like(rows, shift)
    return np.stack([rows, columns, third], axis=-1).astype("uint8")


def write(folder, name, pixels, **kwargs):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels), **kwargs).save(path)
    return path


@pytest.fixture
def folders(tmp_path):
    """Six pairs of 20 x 30 pixels."""
    a, b = tmp_path / "a", tmp_path / "b"
    for i in range(6):
        write(a, f"{i}.png", coordinates(20, 30, i))
        write(b, f"{i}.png", coordinates(20, 30, 100 + i))
    return a, b


def epoch(data):
    batches = [data[i] for i in range(len(data))]
    data.on_epoch_end()
    return [np.concatenate(parts) for parts in zip(*batches)]


def numbers(images):
    return images[:, 0, 0, 2].tolist()


def test_pairs_stay_together_and_epochs_have_orders_of_their_own(folders):
    data = paired(*folders, batch_size=4)
    assert isinstance(data, keras.utils.PyDataset) and len(data) == 2
    assert data.input_shape == data.target_shape == (20, 30, 3)
    orders = []
    for _ in range(3):
        inputs, targets = epoch(data)
        assert inputs.dtype == targets.dtype == np.uint8
        np.testing.assert_array_equal(inputs[..., 2] + 100, targets[..., 2])
        assert sorted(numbers(inputs)) == list(range(6))
        orders.append(numbers(inputs))
    assert orders[0] != orders[1] != orders[2]
    again = paired(*folders, batch_size=3)
    assert numbers(epoch(again)[0]) == orders[0]


def test_both_are_cut_and_mirrored_alike_at_random(folders):
    data = paired(*folders, crop=(8, 9), batch_size=6)
    tops, lefts, mirrored = set(), set(), 0
    for _ in range(20):
        inputs, targets = epoch(data)
        np.testing.assert_array_equal(inputs[..., :2], targets[..., :2])
        assert inputs.shape[1:3] == (8, 9)
        tops.update(inputs[:, 0, 0, 0].tolist())
        lefts.update(inputs[..., 1].min(axis=(1, 2)).tolist())
        mirrored += int((inputs[:, 0, 0, 1] > inputs[:, 0, -1, 1]).sum())
    assert tops == set(range(13)) and lefts == set(range(22))
    assert 40 < mirrored < 80


def test_augmentation_follows_from_the_seed_and_not_from_the_batches(folders):
    def draw(batch_size, seed):
        return epoch(paired(*folders, crop=8, batch_size=batch_size, seed=seed))

    one, two, other = draw(1, 0), draw(4, 0), draw(4, 1)
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
    free = paired(*folders, crop=8, seed=None)
    assert not np.array_equal(epoch(free), epoch(free))


def test_held_out_pairs_are_centred_and_in_order(folders):
    data = paired(*folders, crop=(8, 10), shuffle=False, augment=False)
    for _ in range(2):
        inputs, _ = epoch(data)
        assert numbers(inputs) == list(range(6))
        for image in inputs:
            np.testing.assert_array_equal(
                image[..., :2], coordinates(20, 30)[6:14, 10:20, :2]
            )
    assert data.names == [f"{i}.png" for i in range(6)]


def test_pictures_are_resized_with_jitter(tmp_path):
    for folder in "ab":
        ramp = np.tile(np.arange(0, 240, 4, dtype="uint8"), (60, 1))
        write(tmp_path / folder, "x.png", ramp)
    data = paired(tmp_path / "a", tmp_path / "b", 16, jitter=4, flip=False)
    assert data.input_shape == (16, 16, 1)
    starts = set()
    for _ in range(30):
        inputs, targets = epoch(data)
        np.testing.assert_array_equal(inputs, targets)
        assert inputs.shape == (1, 16, 16, 1)
        starts.add(int(inputs[0, 0, 0, 0]))
    assert len(starts) == 5
    plain = paired(tmp_path / "a", tmp_path / "b", 16, augment=False)
    assert epoch(plain)[0].max() > max(starts)


def test_photographs_keep_their_size_where_they_are_cut(tmp_path):
    for folder in "ab":
        write(tmp_path / folder, "1.png", coordinates(20, 30))
        write(tmp_path / folder, "2.png", coordinates(41, 17))
    data = paired(tmp_path / "a", tmp_path / "b", crop=16, batch_size=2)
    for _ in range(5):
        inputs, targets = epoch(data)
        assert inputs.shape == (2, 16, 16, 3)
        np.testing.assert_array_equal(inputs, targets)
        steps = np.diff(inputs[:, :, 0, 0].astype(int), axis=1)
        assert (steps == 1).all()


def test_a_picture_and_its_target_are_matched_by_name(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    write(a, "day/1.png", coordinates(8, 8, 1))
    write(a, "night/1.PNG", coordinates(8, 8, 2))
    write(b, "night/1.webp", np.full((8, 8, 3), 200, "uint8"))
    write(b, "day/1.jpg", np.full((8, 8, 3), 100, "uint8"))
    inputs, targets = epoch(paired(a, b, shuffle=False, flip=False))
    assert numbers(inputs) == [1, 2]
    np.testing.assert_allclose(targets.mean((1, 2, 3)), [100, 200], atol=2)


def test_names_without_a_partner_are_listed(folders):
    a, b = folders
    (b / "0.png").unlink()
    for i in range(7):
        write(b, f"more{i}.png", coordinates(20, 30))
    with pytest.raises(ValueError) as error:
        paired(a, b)
    message = str(error.value)
    assert "1 of the 6 files" in message and "no partner: 0.png" in message
    assert "7 of the 12 files" in message
    assert "more4.png and 2 more" in message


def test_two_files_of_one_name_are_refused(folders):
    write(folders[0], "3.jpg", coordinates(20, 30))
    with pytest.raises(ValueError, match="3.jpg and 3.png|3.png and 3.jpg"):
        paired(*folders)


def test_sizes_that_differ_are_listed(folders, tmp_path):
    a, b = folders
    write(b, "2.png", coordinates(20, 31))
    with pytest.raises(ValueError, match=r"1 pairs.*'2.png' \(20, 30\).*31\)"):
        paired(a, b, 16)
    write(a, "2.png", coordinates(20, 31))
    with pytest.raises(ValueError, match="must all have one size.*2.png"):
        paired(a, b)
    with pytest.raises(ValueError, match="as large as `crop`.*and 1 more"):
        paired(a, b, crop=(21, 20))
    assert paired(a, b, crop=20).input_shape == (20, 20, 3)


@pytest.mark.parametrize("maker", MAKERS)
def test_broken_files_are_reported_one_by_one(maker, folders):
    a, b = folders
    (a / "1.png").write_bytes((a / "1.png").read_bytes()[:60])
    (a / "4.png").write_text("no picture")
    make = {"paired": paired, "unpaired": unpaired}.get(maker)
    with pytest.raises(OSError, match="2 of 6 files.*1.png.*4.png"):
        make(a, b) if make else side_by_side(a)


def test_each_side_has_the_channels_of_its_files(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    rng = np.random.default_rng(0)
    grey, rgba = rng.integers(0, 256, (8, 8)), rng.integers(0, 256, (8, 8, 4))
    write(a, "1.png", grey.astype("uint8"))
    write(b, "1.png", rgba.astype("uint8"))
    data = paired(a, b, flip=False)
    assert data.input_shape == (8, 8, 1) and data.target_shape == (8, 8, 4)
    inputs, targets = data[0]
    np.testing.assert_array_equal(inputs[0, ..., 0], grey)
    np.testing.assert_array_equal(targets[0], rgba)
    data = paired(a, b, color_mode=("rgb", "grayscale"))
    assert data.input_shape == (8, 8, 3) and data.target_shape == (8, 8, 1)


def test_grey_of_16_bits_keeps_them_all(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    values = np.array([[0, 1, 256], [32768, 65534, 65535]], "uint16")
    write(a, "1.png", values)
    write(b, "1.png", (values // 256).astype("uint8"))
    inputs, targets = paired(a, b, flip=False)[0]
    assert inputs.dtype == np.float32 and targets.dtype == np.uint8
    expected = values / 32767.5 - 1
    np.testing.assert_allclose(inputs[0, ..., 0], expected, atol=1e-6)
    large = paired(a, b, (4, 6), crop_to_aspect_ratio=False, flip=False)[0][0]
    assert large.dtype == np.float32 and np.abs(large).max() <= 1


def test_masks_with_a_palette_become_one_hot(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    for i, values in enumerate(([[0, 2], [2, 7]], [[0, 0], [0, 2]])):
        mask = Image.fromarray(np.array(values, "uint8")).convert("P")
        mask.putpalette([x for n in range(256) for x in (n, 255 - n, 0)])
        a.mkdir(exist_ok=True)
        mask.putdata(np.array(values).ravel().tolist())
        mask.save(a / f"{i}.png")
        write(b, f"{i}.png", np.zeros((2, 2, 3), "uint8"))
    data = paired(a, b, labels=True, flip=False, shuffle=False, batch_size=2)
    assert data.classes == [0, 2, 7] and data.input_shape == (2, 2, 3)
    inputs, _ = data[0]
    assert inputs.dtype == np.uint8 and set(np.unique(inputs)) == {0, 255}
    expected = np.array([0, 2, 7])[inputs.argmax(-1)]
    np.testing.assert_array_equal(
        expected, [[[0, 2], [2, 7]], [[0, 0], [0, 2]]]
    )
    # Not blended when resized: still one class at each place.
    large = paired(a, b, 7, labels=data.classes)[0][0]
    assert set(np.unique(large)) == {0, 255}
    assert (large.sum(-1, dtype=int) == 255).all()
    with pytest.raises(ValueError, match="classes.*of another value") as e:
        paired(a, b, labels=[0, 2])
    assert "0.png" in str(e.value)


def test_masks_of_colours_become_one_hot(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    mask = np.zeros((4, 4, 3), "uint8")
    mask[:2], mask[2:, 2:] = (255, 0, 0), (0, 0, 9)
    write(a, "1.png", mask)
    write(b, "1.png", mask)
    data = paired(a, b, labels=True, flip=False)
    assert data.classes == [(0, 0, 0), (0, 0, 9), (255, 0, 0)]
    places = data[0][0][0].argmax(-1)
    np.testing.assert_array_equal(places[:, 3], [2, 2, 1, 1])
    turned = data.classes[::-1]
    places = paired(a, b, labels=turned, flip=False)[0][0][0].argmax(-1)
    np.testing.assert_array_equal(places[:, 3], [0, 0, 1, 1])
    write(a, "1.png", coordinates(20, 30))
    write(b, "1.png", coordinates(20, 30))
    with pytest.raises(ValueError, match="at most 256 classes.*with 600"):
        paired(a, b, labels=True)
    with pytest.raises(ValueError, match="`labels` must be.*colours"):
        paired(a, b, labels=[1, 2])


@pytest.mark.parametrize("first", ["left", "right"])
def test_halves_are_told_apart(first, tmp_path):
    left, right = coordinates(10, 12, 1), coordinates(10, 12, 2)
    write(tmp_path, "1.png", np.concatenate([left, right], axis=1))
    data = side_by_side(tmp_path, first, crop=6)
    assert data.input_shape == (6, 6, 3)
    inputs, targets = epoch(data)
    assert numbers(inputs) == [1 if first == "left" else 2]
    assert numbers(targets) == [2 if first == "left" else 1]
    np.testing.assert_array_equal(inputs[..., :2], targets[..., :2])


def test_halves_of_odd_width_are_refused(tmp_path):
    write(tmp_path, "1.png", coordinates(10, 11))
    with pytest.raises(ValueError, match="even widths.*'1.png' 11"):
        side_by_side(tmp_path)
    with pytest.raises(ValueError, match="Unknown `inputs`"):
        side_by_side(tmp_path, inputs="top")


@pytest.mark.parametrize("is_turned", [False, True])
def test_an_epoch_is_one_of_the_longer_folder(is_turned, tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    for i in range(7):
        write(a, f"{i}.png", coordinates(12, 12, i))
    for i in range(3):
        write(b, f"{i}.png", np.full((12, 12), 10 * i, "uint8"))
    folders = (b, a) if is_turned else (a, b)
    data = unpaired(*folders, crop=8, batch_size=2)
    assert len(data) == 4
    meetings = set()
    for _ in range(25):
        images = epoch(data)[:: -1 if is_turned else 1]
        assert sorted(numbers(images[0])) == list(range(7))
        others = images[1][:, 0, 0, 0].tolist()
        counts = np.unique(others, return_counts=True)[1]
        assert sorted(counts) == [2, 2, 3]
        meetings.update(zip(numbers(images[0]), others))
    assert len(meetings) == 21
    assert data.target_shape == ((8, 8, 3) if is_turned else (8, 8, 1))
    held_out = unpaired(*folders, augment=False, shuffle=False)
    for one, two in zip(epoch(held_out), epoch(held_out), strict=True):
        np.testing.assert_array_equal(one, two)


def test_unpaired_pictures_are_cut_each_for_itself(folders):
    data = unpaired(*folders, crop=8, batch_size=6)
    a, b = epoch(data)
    assert not np.array_equal(a[..., :2], b[..., :2])


def test_a_model_is_trained_and_threads_read_ahead(folders):
    data = paired(*folders, crop=8, batch_size=2, workers=2)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Rescaling(1 / 127.5, -1),
            keras.layers.Conv2D(3, 1),
        ]
    )
    model.compile(loss="mse")
    history = model.fit(data, epochs=2, verbose=0).history
    assert len(history["loss"]) == 2 and np.isfinite(history["loss"]).all()
    assert data.epoch >= 2


@pytest.mark.parametrize(
    ("kwargs", "rule"),
    [
        ({"image_size": 8, "crop": 8}, "`image_size` resizes.*give one"),
        ({"jitter": 4}, "`jitter` needs `image_size`"),
        ({"image_size": 8, "jitter": -1}, "`jitter` must be"),
        ({"image_size": 0}, "`image_size` must be"),
        ({"batch_size": 0}, "`batch_size` must be"),
        ({"seed": -1}, "`seed` must be"),
        ({"workers": 0}, "`workers` must be"),
        ({"color_mode": "cmyk"}, "`color_mode`"),
        ({"color_mode": ("rgb",)}, "`color_mode` must be"),
        ({"labels": "yes"}, "`labels` must be"),
    ],
    ids=str,
)
def test_settings_that_make_no_data_set_are_refused(kwargs, rule, folders):
    with pytest.raises(ValueError, match=f"(?s){rule}.*Received"):
        paired(*folders, **kwargs)


def test_missing_folders_are_errors_of_files(folders, tmp_path):
    for make in (paired, unpaired):
        with pytest.raises(OSError, match="must be a folder that exists"):
            make(folders[0], tmp_path / "nowhere")
    with pytest.raises(IndexError, match="must lie in"):
        paired(*folders)[6]


def test_what_is_held_out_follows_from_names(folders, tmp_path):
    rest, held = paired(*folders, batch_size=4).hold_out(2)
    assert (rest.count, held.count) == (4, 2)
    inputs, targets = epoch(held)
    np.testing.assert_array_equal(inputs[..., 2] + 100, targets[..., 2])
    # In order, and not mirrored.
    assert numbers(inputs) == sorted(numbers(inputs))
    np.testing.assert_array_equal(inputs[:, 0, :, 1], [range(30)] * 2)
    assert sorted(numbers(inputs) + numbers(epoch(rest)[0])) == [*range(6)]
    again = unpaired(*folders).hold_out(2)[1]
    assert sorted(numbers(epoch(again)[0])) == numbers(inputs)
    assert numbers(epoch(paired(*folders).still())[0]) == [*range(6)]
    with pytest.raises(ValueError, match="`count` must be at most 5"):
        paired(*folders).hold_out(6)

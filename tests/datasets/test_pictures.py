"""Pictures of every kind, against what the standard says is in them."""

import io

import numpy as np
import pytest

from kerasgan.datasets.pictures import read_picture
from tests.datasets.png import GREY
from tests.datasets.png import GREY_ALPHA
from tests.datasets.png import PALETTE
from tests.datasets.png import RGB
from tests.datasets.png import RGBA
from tests.datasets.png import write_png

pytestmark = pytest.mark.once

Image = pytest.importorskip("PIL.Image")
SIZE = (9, 13)
LUMA = np.array([0.299, 0.587, 0.114])
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
KINDS = {
    f"{name} {depth}": (kind, depth)
    for name, kind, depths in (
        ("grey", GREY, (1, 2, 4, 8, 16)),
        ("rgb", RGB, (8, 16)),
        ("palette", PALETTE, (1, 2, 4, 8)),
        ("grey with alpha", GREY_ALPHA, (8, 16)),
        ("rgba", RGBA, (8, 16)),
    )
    for depth in depths
}


def make(path, kind, depth, is_transparent, interlaced):
    """Writes a picture and returns its colours and its alpha, 0 to 255."""
    rng = np.random.default_rng(depth)
    samples = rng.integers(0, 2**depth, (*SIZE, CHANNELS[kind]))
    samples[4:6, 5:9] = samples[2, 3]
    alpha = np.full((*SIZE, 1), 255.0)
    transparent, palette = None, None
    if kind == PALETTE:
        palette = rng.integers(0, 256, (2**depth, 3))
        colours = palette[samples[..., 0]]
        if is_transparent:
            alphas = rng.integers(0, 256, 2**depth).astype("uint8")
            transparent = alphas.tobytes()
            alpha = alphas[samples]
    else:
        levels = samples * (255.0 / (2**depth - 1))
        if kind in (GREY_ALPHA, RGBA):
            levels, alpha = levels[..., :-1], levels[..., -1:]
        elif is_transparent:
            transparent = samples[2, 3].tolist()
            shown = (samples != transparent).any(axis=-1, keepdims=True)
            alpha = 255.0 * shown
        colours = np.broadcast_to(levels, (*SIZE, 3))
    write_png(path, samples, kind, depth, transparent, palette, interlaced)
    return colours, alpha


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("is_transparent", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_every_png_is_what_the_standard_says(
    tmp_path, name, is_transparent, interlaced
):
    path = tmp_path / "a.png"
    colours, alpha = make(path, *KINDS[name], is_transparent, interlaced)
    white = (colours * alpha + 255.0 * (255.0 - alpha)) / 255.0
    found = read_picture(path, SIZE, "rgb", True)
    np.testing.assert_allclose(found, white, atol=2)
    found = read_picture(path, SIZE, "grayscale", True)
    np.testing.assert_allclose(found[..., 0], white @ LUMA, atol=2)
    found = read_picture(path, SIZE, "rgba", True)
    np.testing.assert_allclose(found[..., 3:], alpha, atol=1)
    seen = np.broadcast_to(alpha > 0, colours.shape)
    np.testing.assert_allclose(found[..., :3][seen], colours[seen], atol=2)


def turned(mode, orientation, file_format):
    """Returns a picture with a red left, shown turned, and its alpha."""
    pixels = np.zeros((4, 6, 4), "uint8")
    pixels[:, :3] = 255, 0, 0, 255
    pixels[:, 3:] = 0, 0, 255, 0
    image = Image.fromarray(pixels)
    if mode == "P":
        image = image.quantize(4)
    exif = image.getexif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    options = {"lossless": True} if file_format == "WEBP" else {}
    image.save(file, format=file_format, exif=exif, **options)
    return file.getvalue()


@pytest.mark.parametrize("file_format, mode", [
    ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGBA"),
])  # fmt: skip
def test_a_transparent_picture_is_turned_with_its_alpha(
    tmp_path, file_format, mode
):
    path = tmp_path / f"a.{file_format.lower()}"
    path.write_bytes(turned(mode, 6, file_format))  # left belongs at the top
    found = read_picture(path, (6, 4), "rgb", True).astype(int)
    np.testing.assert_allclose(found[:3] - (255, 0, 0), 0, atol=3)
    np.testing.assert_allclose(found[3:], 255, atol=3)


def test_sixteen_bits_are_turned_with_their_transparent_grey(tmp_path):
    samples = np.full((4, 6, 1), 60_000)
    samples[:, 3:] = 258
    write_png(tmp_path / "a.png", samples, GREY, 16, [258])
    with Image.open(tmp_path / "a.png") as image:
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(tmp_path / "b.png", exif=exif, transparency=258)
    found = read_picture(tmp_path / "b.png", (6, 4), "grayscale", True)
    np.testing.assert_allclose(found[:3], 234, atol=1)
    assert (found[3:] == 255).all()


def test_a_grey_beside_the_transparent_one_of_sixteen_bits_is_seen(tmp_path):
    samples = np.array([[[258], [259]]])
    write_png(tmp_path / "a.png", samples, GREY, 16, [258])
    found = read_picture(tmp_path / "a.png", (1, 2), "rgba", False)
    assert found[0, :, 3].tolist() == [0, 255]


def test_four_inks_are_read_with_and_without_a_profile(tmp_path):
    inks = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    inks.save(tmp_path / "a.jpg", quality=95)
    profile = pytest.importorskip("PIL.ImageCms").createProfile("sRGB")
    profile = pytest.importorskip("PIL.ImageCms").ImageCmsProfile(profile)
    inks.save(tmp_path / "b.jpg", quality=95, icc_profile=profile.tobytes())
    for name in ("a.jpg", "b.jpg"):
        found = read_picture(tmp_path / name, (8, 8), "rgb", True).astype(int)
        np.testing.assert_allclose(found - (255, 0, 0), 0, atol=12)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_the_first_frame_of_a_moving_picture_is_taken(tmp_path, file_format):
    frames = [Image.new("RGB", (8, 8), (80 * n, 0, 0)) for n in range(1, 4)]
    path = tmp_path / f"a.{file_format.lower()}"
    frames[0].save(
        path, format=file_format, save_all=True, append_images=frames[1:],
        lossless=True,
    )  # fmt: skip
    found = read_picture(path, (8, 8), "rgb", True).astype(int)
    np.testing.assert_allclose(found - (80, 0, 0), 0, atol=2)


@pytest.mark.parametrize(("value", "byte"), [(0.5, 128), (100.0, 100)])
def test_floats_are_brightness_by_their_scale(tmp_path, value, byte):
    path = tmp_path / "a.tif"
    Image.new("F", (8, 8), value).save(path)
    found = read_picture(path, (8, 8), "rgb", True)
    np.testing.assert_array_equal(found, byte)
    Image.new("F", (8, 8), -1.0).save(path)
    with pytest.raises(OSError, match="a.tif': its pixels are floats"):
        read_picture(path, (8, 8), "rgb", True)


@pytest.mark.parametrize(
    "end", ["gif", "bmp", "tif", "ppm", "tga", "jp2", "pcx", "ico", "dds"]
)
@pytest.mark.parametrize("mode", ["L", "RGB", "P", "RGBA"])
def test_what_pillow_reads_is_read(tmp_path, end, mode):
    path = tmp_path / f"a.{end}"
    image = Image.new("RGB", (16, 16), (200, 40, 40)).convert(mode)
    try:
        image.save(path)
    except (OSError, ValueError):
        pytest.skip("Pillow does not write it")
    found = read_picture(path, (8, 8), "rgb", True)
    expected = np.asarray(image.convert("RGB").resize((8, 8)))
    np.testing.assert_allclose(found.astype(int), expected, atol=3)


def test_the_first_frame_of_a_gif_is_taken(tmp_path):
    frames = [Image.new("RGB", (8, 8), (80 * n, 0, 0)) for n in range(1, 4)]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    found = read_picture(path, (8, 8), "rgb", True)
    np.testing.assert_array_equal(found[0, 0], (80, 0, 0))


@pytest.mark.parametrize("interlaced", [False, True])
def test_a_picture_that_is_cut_off_is_named(tmp_path, interlaced):
    path = tmp_path / "a.png"
    make(path, RGB, 16, True, interlaced)
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.9):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(OSError, match="Cannot read the image '.*a.png'"):
            read_picture(path, SIZE, "rgb", True)

"""Each example runs, with a few images and small networks, and draws."""

import pathlib
import runpy

import numpy as np
import pytest
from PIL import Image

import kerasgan

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
IMAGES = [
    *("--data", "fashion_mnist_subset"),
    *("--images", "20", "--epochs", "1", "--batch-size", "4"),
    *("--filters", "4"),
]
# Less to compile.
ONE_STEP = ["--discriminator-steps", "1"]
POINTS = ["--images", "32", "--epochs", "2", "--batch-size", "8"]
# Arguments, and the pictures that must be there afterwards.
RUNS = {
    "aae": (
        [*IMAGES[:-2], "--units", "8"],
        ["reconstructed.png", "map.png"],
    ),
    "acgan": ([*IMAGES, "--units", "8"], ["classes.png"]),
    "began": (IMAGES, ["samples/epoch_0001.png", "copies.png"]),
    "bigan": (IMAGES, ["reconstructed.png", "between.png"]),
    "cgan": (
        [*IMAGES, "--units", "8"],
        ["samples/epoch_0001.png", "classes.png"],
    ),
    "cyclegan": (
        [*IMAGES, "--images", "60", "--filters", "2", "--game", "discogan"],
        ["samples/epoch_0001.png", "translated.png"],
    ),
    "dagan": (
        [*IMAGES, *ONE_STEP, "--images", "200"],
        ["samples/epoch_0001.png", "unseen.png"],
    ),
    "dcgan": (IMAGES, ["samples/epoch_0001.png", "walk.png"]),
    "gan_points": ([*POINTS, "--units", "4"], ["points.gif"]),
    "gancls": (
        [*IMAGES, "--units", "8"],
        ["samples/epoch_0001.png", "captions.png"],
    ),
    "infogan": (
        [*IMAGES, "--units", "8"],
        ["code_0.png", "code_1.png", "code_2.png"],
    ),
    "lsgan": (IMAGES, ["coding_0_1_1.png", "coding_-1_1_0.png"]),
    "pix2pix": (IMAGES, ["samples/epoch_0001.png", "translated.png"]),
    # Of pictures that `draw_maps` draws.
    "pix2pix_maps": (
        [
            *("--inputs", "{inputs}", "--targets", "{targets}"),
            *("--size", "8", "--epochs", "1", "--filters", "2"),
        ],
        ["samples/epoch_0001.png", "translated.png"],
    ),
    "projection_gan": ([*IMAGES, *ONE_STEP], ["classes.png"]),
    "semi_supervised_gan": (
        [*IMAGES, "--labels", "10"],
        ["samples/epoch_0001.png"],
    ),
    "sngan": ([*IMAGES, *ONE_STEP], ["samples/epoch_0001.png"]),
    "srgan": (
        [
            *IMAGES,
            *("--epochs", "2", "--pretraining-epochs", "1"),
            *("--blocks", "1", "--units", "4"),
        ],
        ["samples/epoch_0001.png", "enlarged.png"],
    ),
    "unrolled_gan": (
        [*POINTS, "--units", "4", "--unrolling-steps", "1"],
        ["points.png"],
    ),
    "vaegan": (IMAGES, ["reconstructed.png", "directions.png"]),
    "wgan": ([*IMAGES, *ONE_STEP], ["grid.png", "estimate.png"]),
    "wgangp": (
        [*IMAGES, *ONE_STEP],
        ["samples/epoch_0001.png", "estimate.png"],
    ),
}


def run(name, arguments):
    runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"](arguments)


def draw_maps(folder):
    """Returns a dict from names to two pictures, one darker."""
    pixels = np.random.default_rng(0).integers(0, 256, (20, 40, 3), "uint8")
    paths = {}
    for name, values in (("inputs", pixels), ("targets", pixels // 2)):
        paths[name] = str(folder / f"{name}.png")
        Image.fromarray(values).save(paths[name])
    return paths


def test_every_example_is_tried_here():
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    others = {"common", "fine_tuning", "mode_coverage", "progan"}
    assert names == {*RUNS, *others}


def test_every_model_of_the_zoo_has_an_example():
    text = "".join(p.read_text(encoding="utf-8") for p in EXAMPLES.glob("*.py"))
    missing = [
        name
        for name in kerasgan.applications.list_models()
        if f"applications.{name}(" not in text
    ]
    assert not missing


@pytest.mark.parametrize("name", RUNS)
def test_an_example_runs_and_draws_what_it_promises(
    name, tmp_path, where_compiling_is_cheap
):
    arguments, pictures = RUNS[name]
    maps = draw_maps(tmp_path)
    arguments = [argument.format(**maps) for argument in arguments]
    run(name, [*arguments, "--out", str(tmp_path)])
    for picture in pictures:
        with Image.open(tmp_path / picture) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 0


def test_the_images_of_an_example_are_of_all_classes():
    common = runpy.run_path(str(EXAMPLES / "common.py"))
    args = common["parse"](
        "A line.",
        ["--images", "200"],
        data="fashion_mnist_subset",
        folder="",
        images=1,
    )
    images, labels = common["load"](args)
    assert images.shape == (200, 28, 28, 1)
    assert len(np.unique(labels)) == 10


def test_points_are_drawn_with_the_second_coordinate_upwards():
    draw = runpy.run_path(str(EXAMPLES / "common.py"))["draw_points"]
    picture = draw(np.tile([[0.12, 1.42]], (5, 1)), half_width=1.5, pixels=30)
    assert np.argwhere(picture[..., 0] < 0).tolist() == [[0, 16]]

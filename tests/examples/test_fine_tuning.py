"""The example of fine-tuning changes what a preset draws, and keeps it."""

import pathlib
import runpy

import numpy as np
from PIL import Image

import kerasgan

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def test_a_preset_goes_on_with_other_images(tmp_path):
    preset = kerasgan.applications.CGAN(
        filters=2, units=4, latent_dim=4, seed=0
    )
    preset.save_to_preset(tmp_path / "preset")
    main = runpy.run_path(str(EXAMPLES / "fine_tuning.py"))["main"]
    main(
        [
            *("--preset", str(tmp_path / "preset")),
            *("--data", "fashion_mnist_subset", "--images", "12"),
            *("--epochs", "1", "--batch-size", "6"),
            *("--out", str(tmp_path / "run")),
        ]
    )
    tuned = kerasgan.applications.CGAN(pretrained=tmp_path / "run" / "tuned")
    assert int(tuned.images_seen.numpy()) == 12
    pictures = []
    for name in ("before.png", "samples/epoch_0001.png"):
        with Image.open(tmp_path / "run" / name) as image:
            pictures.append(np.asarray(image))
    assert not np.array_equal(*pictures)
    images = tuned.generate(80, labels=np.arange(80) % 10, seed=0)
    grid = kerasgan.utils.image_grid(images, columns=10)
    np.testing.assert_array_equal(pictures[1], grid[..., 0])

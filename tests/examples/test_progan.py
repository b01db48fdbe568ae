"""The example that grows runs on a folder of pictures and films itself."""

import pathlib
import runpy

import numpy as np
from PIL import Image

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def test_the_film_shows_a_model_that_has_grown(tmp_path, capsys):
    rng = np.random.default_rng(0)
    (tmp_path / "pictures").mkdir()
    for i in range(8):
        pixels = rng.integers(0, 256, (10, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "pictures" / f"{i}.png")
    main = runpy.run_path(str(EXAMPLES / "progan.py"))["main"]
    main(
        [
            *("--folder", str(tmp_path / "pictures"), "--image-size", "8"),
            *("--batch-size", "8", "--epochs", "2", "--kimg", "0.004"),
            *("--width", "0.01", "--max-channels", "4"),
            *("--out", str(tmp_path / "run")),
        ]
    )
    assert "8x8 of 8 pixels" in capsys.readouterr().out
    assert (tmp_path / "run" / "model.keras").exists()
    with (
        Image.open(tmp_path / "run" / "growth.gif") as film,
        Image.open(tmp_path / "run" / "samples" / "epoch_0002.png") as grid,
    ):
        assert film.n_frames == 3
        # All frames are of the last and largest size.
        assert film.size == grid.size

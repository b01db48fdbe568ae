"""What the scores of a preset react to: real images, a little damaged.

    python applications/sensitivity.py progan_tiles --folder PICTURES

Training images, as many as there are test images, are scored in the place of
generated ones: as they are, with Gaussian noise of so many of 256 grey
levels, and with the median of each 3x3 pixels in the place of the pixel. So
are the preset's images, and those with a tenth of them replaced by training
images. The table goes to `applications/<name>/sensitivity.md`: FID, precision,
recall and coverage in the features of both of the recipe's networks. Padding
is cut off before.
"""

import argparse
import tempfile
import warnings

import numpy as np
from recipes import HERE
from recipes import crop
from recipes import load
from recipes import read_recipe
from scipy import ndimage

import kerasgan
from kerasgan.utils.pixels import to_bytes

TEXT = """\
# What the scores of {preset} react to

{count:,} images a line, against the {count:,} test images of {data}. Written by
`python applications/sensitivity.py {name}{option}`, whose first lines say more.

{table}"""
METRICS = ("fid", "precision_recall", "density_coverage")
COLUMNS = ("fid", "precision", "recall", "coverage")
NOISES = (2, 6)


def noisy(images, levels, rng):
    """Returns uint8 images with noise of a standard deviation in levels."""
    noise = rng.normal(0.0, levels, images.shape)
    return np.clip(np.rint(images + noise), 0, 255).astype("uint8")


def contestants(images, generated, seed=0):
    """Returns a dict from names to uint8 images.

    Args:
        images: Training images, uint8.
        generated: As many of the preset's, uint8.
        seed: Integer, for the noise.
    """
    rng = np.random.default_rng(seed)
    found = {"training images": images}
    for levels in NOISES:
        name = f"with noise of {levels} grey levels"
        found[name] = noisy(images, levels, rng)
    found["with the median of 3 x 3 pixels"] = ndimage.median_filter(
        images, (1, 3, 3, 1)
    )
    mixed = generated.copy()
    mixed[::10] = images[::10]
    return found | {
        "the preset": generated,
        "the preset, a tenth of it training images": mixed,
    }


def table(networks, found, test, cache):
    """Returns a Markdown table, a line each of what `contestants` returned.

    Args:
        networks: Names of feature networks.
        found: Dict from names to images.
        test: Test images.
        cache: Folder to keep the features of the test images in.
    """
    heads = [f"{key}, `{name}`" for name in networks for key in COLUMNS]
    lines = [["", *heads], ["---"] * (len(heads) + 1)]
    for name, images in found.items():
        cells = [name]
        for features in networks:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*is mostly bias")
                scores = kerasgan.evaluate(
                    images,
                    test,
                    metrics=METRICS,
                    features=features,
                    samples=len(test),
                    floor_real=False,
                    cache=cache,
                )
            cells += [
                f"{scores[key]:.1f}" if key == "fid" else f"{scores[key]:.3f}"
                for key in COLUMNS
            ]
        print(" | ".join(cells), flush=True)
        lines.append(cells)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("--folder", help="where the data are")
    args = parser.parse_args(argv)
    recipe = read_recipe(args.name)
    test, train = (
        crop(load(recipe, part, args.folder)[0], recipe["padding"])
        for part in ("test", "train")
    )
    rows = np.random.default_rng(0).permutation(len(train))[: len(test)]
    gan = kerasgan.applications.load_preset(None, recipe["preset"])
    generated = crop(gan.generate(len(test), seed=0), recipe["padding"])
    found = contestants(train[rows], to_bytes(generated))
    networks = dict.fromkeys(
        [recipe["features"], recipe.get("neighbours", recipe["features"])]
    )
    with tempfile.TemporaryDirectory() as cache:
        lines = table(networks, found, test, cache)
    text = TEXT.format(
        name=args.name,
        preset=recipe["preset"],
        data=recipe["data"],
        count=len(test),
        option=" --folder PICTURES" if recipe.get("image_size") else "",
        table=lines,
    )
    path = HERE / args.name / "sensitivity.md"
    path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()

"""How well holes in test images are filled, in dB inside the hole.

The mean over images of the PSNR inside the hole, by `kerasgan.latent.inpaint`
and by what needs no model: the mean of the training images, the biharmonic
equation (as scikit-image's `inpaint_biharmonic`, if it is installed), and the
training image whose known pixels are nearest (L1). `mean` is the mean of the
completions of all restarts, which the PSNR favours and the eye does not. A
conditional preset is told the true label. Images are the first test images.

    python benchmarks/after_training/inpainting.py --masks centre
"""

import argparse
import json
import pathlib

import numpy as np

import kerasgan


def psnr(made, truth, masks):
    """Returns the mean over images of the PSNR inside of the holes."""
    error = np.square(made - truth).mean(axis=-1) * masks
    mse = error.sum(axis=(1, 2)) / masks.sum(axis=(1, 2))
    return float(np.mean(10 * np.log10(4 / np.maximum(mse, 1e-10))))


def fill_with_mean(images, masks, train):
    filled = images.copy()
    mean = np.broadcast_to(train.mean(axis=0), images.shape)
    filled[masks] = mean[masks]
    return filled


def fill_with_nearest(images, masks, train):
    filled = images.copy()
    for image, mask in zip(filled, masks):
        distance = np.abs(train[:, ~mask] - image[~mask]).sum(axis=(1, 2))
        image[mask] = train[distance.argmin()][mask]
    return filled


def fill_biharmonic(images, masks, train):
    from skimage.restoration import inpaint_biharmonic

    return np.stack(
        [
            inpaint_biharmonic(image, mask, channel_axis=-1)
            for image, mask in zip(images, masks)
        ]
    )


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    presets = ["dcgan/fashion_mnist", "cgan/fashion_mnist"]
    parser.add_argument("--presets", nargs="*", default=presets)
    parser.add_argument("--data", default="fashion_mnist_subset")
    parser.add_argument("--masks", nargs="+", default=["centre"])
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--train", type=int, help="training images at most")
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--restarts", type=int, default=8)
    parser.add_argument("--window", type=int, default=7, help="0 for none")
    parser.add_argument("--out", help="file to append a line of JSON to")
    parser.add_argument("--picture", help="file of truth, hole, completions")
    args = parser.parse_args(argv)
    train, _ = kerasgan.datasets.load(args.data)
    images, labels = kerasgan.datasets.load(args.data, "test")
    images, labels = images[: args.images], labels[: args.images]
    train, images = (
        x.astype("float32") / 127.5 - 1 for x in (train[: args.train], images)
    )
    print("| mask | by | PSNR in the hole, dB |\n|---|---|---|")
    for kind in args.masks:
        masks = kerasgan.latent.make_masks(kind, len(images), images.shape[1:3])
        made = {
            "mean": fill_with_mean(images, masks, train),
            "nearest": fill_with_nearest(images, masks, train),
        }
        try:
            made["biharmonic"] = fill_biharmonic(images, masks, train)
        except ImportError:
            print("scikit-image is not installed: no biharmonic filling.")
        for preset in args.presets:
            gan = kerasgan.applications.load_preset(None, preset)
            found = kerasgan.latent.inpaint(
                gan,
                images,
                masks,
                steps=args.steps,
                restarts=args.restarts,
                window=args.window or None,
                pluralistic=args.restarts,
                condition=None if not hasattr(gan, "condition") else labels,
                verbose=0,
            )
            made[preset] = found.completions[:, 0]
            made[f"{preset}, mean"] = found.completions.mean(axis=1)
        for name, filled in made.items():
            value = psnr(filled, images, masks)
            print(f"| {kind} | {name} | {value:.2f} |", flush=True)
            if args.out:
                row = {**vars(args), "mask": kind, "by": name, "psnr": value}
                with pathlib.Path(args.out).open("a") as file:
                    file.write(json.dumps(row) + "\n")
        if args.picture:
            hole = np.where(masks[..., None], 1.0, images)
            cells = np.stack([images, hole, *made.values()], axis=1)[:12]
            kerasgan.utils.save_image(
                args.picture,
                np.clip(cells, -1, 1).reshape(-1, *images.shape[1:]),
                cells.shape[1],
            )


if __name__ == "__main__":
    main()

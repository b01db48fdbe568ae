"""How near `kerasgan.latent.project` comes to images.

To images that the model made itself, whose latents are forgotten, and to test
images of its data set. The error is the mean absolute difference in [-1, 1].

    python benchmarks/after_training/projection.py --preset dcgan/fashion_mnist
"""

import argparse
import json
import pathlib
import time

import numpy as np

import kerasgan


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dcgan/fashion_mnist")
    parser.add_argument("--data", help="a data set whose test images to take")
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--restarts", type=int, default=4)
    parser.add_argument("--loss", default="l1")
    parser.add_argument("--out", help="file to append a line of JSON to")
    args = parser.parse_args(argv)
    gan = kerasgan.applications.load_preset(None, args.preset)
    sets = {"its own": np.clip(gan.generate(args.images, seed=12345), -1, 1)}
    if args.data:
        images, _ = kerasgan.datasets.load(args.data, "test")
        sets[f"{args.data}, test"] = images[: args.images]
    print(
        "| preset | images | number | steps x restarts | median error | "
        "10 % to 90 % | seconds |\n|---|---|---|---|---|---|---|"
    )
    for name, images in sets.items():
        start = time.perf_counter()
        found = kerasgan.latent.project(
            gan,
            images,
            steps=args.steps,
            restarts=args.restarts,
            loss=args.loss,
            verbose=0,
        )
        seconds = time.perf_counter() - start
        low, middle, high = np.percentile(found.errors, [10, 50, 90])
        print(
            f"| {args.preset} | {name} | {len(images)} | {args.steps} x "
            f"{args.restarts} | {middle:.4f} | {low:.4f} to {high:.4f} | "
            f"{seconds:.0f} |",
            flush=True,
        )
        if args.out:
            row = {
                **vars(args),
                "set": name,
                "errors": found.errors.round(5).tolist(),
                "seconds": seconds,
            }
            with pathlib.Path(args.out).open("a") as file:
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()

"""What growing saves: time per image in each phase of ProGAN.

Plays a few steps in each phase and prints the milliseconds per image, median
of the steps after the first, which compiles; the mean over all phases, which
are of equal length; and how many times cheaper that is than training all
images at full size. Images are noise: their values do not change the time.
Without `--width` and `--max-channels` the networks are the zoo's defaults.
"""

import argparse
import time

import keras
import numpy as np

import kerasgan


def time_phase(gan, images, start, steps):
    """Returns the seconds per image of the phase that begins at `start`."""
    gan.images_seen.assign(start)
    gan.train_on_batch(images)
    seconds = []
    for _ in range(steps):
        before = time.perf_counter()
        gan.train_on_batch(images)
        seconds.append(time.perf_counter() - before)
    return float(np.median(seconds)) / len(images)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--width", type=float)
    parser.add_argument("--max-channels", type=int)
    parser.add_argument("--steps", type=int, default=7)
    args = parser.parse_args(argv)

    image_shape = (args.image_size, args.image_size, args.channels)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (args.batch_size, *image_shape), np.uint8)
    gan = kerasgan.applications.ProGAN(
        image_shape=image_shape,
        width=args.width,
        max_channels=args.max_channels,
        kimg=10 * args.batch_size * args.steps / 1000,
        seed=0,
    )
    schedule, seconds = gan.schedule, []
    print(f"{keras.backend.backend()}, batches of {args.batch_size}")
    print("| phase | ms per image |\n|---|---|")
    for start in schedule.starts:
        seconds.append(time_phase(gan, images, start, args.steps))
        print(f"| {schedule.describe(start)} | {1000 * seconds[-1]:.2f} |")
    mean = np.mean(seconds)
    print(f"mean {1000 * mean:.2f}, {seconds[-1] / mean:.2f} times cheaper")


if __name__ == "__main__":
    main()

"""What growing saves: time per image in each phase of ProGAN.

Plays a few steps in each phase and notes the milliseconds per image, median
of the steps after the first, which compiles; their mean over all phases,
which are of equal length; and how many times cheaper that is than training
all images at full size. Images are noise: their values do not change the
time. Without `--width` and `--max-channels` the networks are the zoo's
defaults. A line of JSON is appended to `--out`, and the table of all lines of
the same settings is written beside it: run it once a backend.

    KERAS_BACKEND=torch python benchmarks/growing.py --out growing.jsonl
"""

import argparse
import datetime
import json
import pathlib
import time

import keras
import numpy as np
from speed.machine import machine

import kerasgan

SETTINGS = ("image_size", "channels", "batch_size", "width", "max_channels")


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


def measure(args):
    """Returns the record of all phases on the backend that runs."""
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
    schedule = gan.schedule
    return {
        "date": datetime.date.today().isoformat(),
        "backend": keras.backend.backend(),
        "machine": machine(),
        "steps": args.steps,
        **{key: getattr(args, key) for key in SETTINGS},
        "milliseconds": {
            schedule.describe(start): 1000
            * time_phase(gan, images, start, args.steps)
            for start in schedule.starts
        },
    }


def table(records):
    """Returns Markdown, a column a backend: its newest record."""
    newest = {record["backend"]: record["milliseconds"] for record in records}
    phases = [*next(iter(newest.values()))]
    lines = [
        f"| ms per image | {' | '.join(newest)} |",
        "|---" * (1 + len(newest)) + "|",
    ]
    for phase in phases:
        cells = [f"{times[phase]:.2f}" for times in newest.values()]
        lines.append(f"| {phase} | {' | '.join(cells)} |")
    means = [float(np.mean([*times.values()])) for times in newest.values()]
    cells = [f"{mean:.2f}" for mean in means]
    lines.append(f"| mean of all phases | {' | '.join(cells)} |")
    last = [times[phases[-1]] for times in newest.values()]
    cells = [f"{full / mean:.2f}" for full, mean in zip(last, means)]
    lines.append(f"| times cheaper than full size | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--width", type=float)
    parser.add_argument("--max-channels", type=int)
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args(argv)
    records = [measure(args)]
    if args.out:
        with open(args.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(records[0]) + "\n")
        lines = args.out.read_text(encoding="utf-8").splitlines()
        alike = {key: records[0][key] for key in SETTINGS}
        records = [
            record
            for record in map(json.loads, lines)
            if alike.items() <= record.items()
        ]
    text = table(records)
    if args.out:
        args.out.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()

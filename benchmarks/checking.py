"""What the check of each batch costs, against a step of DCGAN at 28 pixels.

Before each step, the batch of a data set is checked on the host: shape, dtype,
range, and labels where there are some. Here batches of 64 are checked as `fit`
checks them, many times over, and so are steps taken; the median of each.
"""

import argparse
import statistics
import time

import keras
import numpy as np

import kerasgan
from kerasgan.training.inspection import Inspection


def median_seconds(function, times):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--steps", type=int, default=30)
    args = parser.parse_args(argv)
    gan = kerasgan.applications.DCGAN((28, 28, 1), seed=0)
    labelled = kerasgan.applications.CGAN((28, 28, 1), num_classes=10, seed=0)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (args.batch_size, 28, 28, 1), "uint8")
    floats = pixels.astype("float32") / 127.5 - 1.0
    labels = rng.integers(0, 10, args.batch_size)

    def step():
        # Which does not return before the step is done.
        gan.train_on_batch(pixels, return_dict=True)

    for _ in range(3):
        step()
    whole = median_seconds(step, args.steps)
    print(f"{keras.backend.backend()}: a step takes {whole * 1e3:.1f} ms")
    print("| batch | microseconds | share of a step |\n|---|---|---|")
    for name, model, batch in (
        ("bytes", gan, (pixels,)),
        ("floats", gan, (floats,)),
        ("bytes and labels", labelled, (pixels, labels)),
    ):
        inspection = Inspection(model._prepare_batch)
        seconds = median_seconds(lambda: inspection(batch), 1000)
        print(f"| {name} | {seconds * 1e6:.0f} | {seconds / whole:.3%} |")


if __name__ == "__main__":
    main()

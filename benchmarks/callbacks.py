"""What kerasgan's callbacks cost, at default settings: a share of an epoch.

Trains DCGAN with each of them in one `fit` and times what Keras calls, from
when the step before has been computed. The first epoch, which compiles, does
not count. Printed is the median over the others of the seconds of each
callback, and the share of the seconds of an epoch without callbacks.
"""

import argparse
import functools
import statistics
import tempfile
import time

import keras
from speed.epochs import Epochs

import kerasgan

HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
)


class Clock(Epochs):
    """Times epochs; the first in the list, so that it begins and ends them."""

    def on_epoch_end(self, epoch, logs=None):
        # JAX and CUDA compute on after the call: what is pending belongs to
        # the epoch, and not to the callback that waits for it first.
        for variable in self.model.trainable_variables:
            keras.ops.convert_to_numpy(variable.value)
        super().on_epoch_end(epoch, logs)


def timed(callback):
    """Adds a list `seconds` to a callback, one number an epoch."""
    callback.seconds = []

    def wrap(hook, name):
        @functools.wraps(hook)
        def run(*args, **kwargs):
            if name == "on_epoch_begin":
                callback.seconds.append(0.0)
            start = time.perf_counter()
            hook(*args, **kwargs)
            callback.seconds[-1] += time.perf_counter() - start

        return run

    for name in HOOKS:
        setattr(callback, name, wrap(getattr(callback, name), name))
    return callback


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="fashion_mnist")
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--samples", type=int, default=2_000, help="for FID")
    args = parser.parse_args(argv)
    images, _ = kerasgan.datasets.load(args.data)
    images = images[: args.images]
    held_out, _ = kerasgan.datasets.load(args.data, "test")

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        callbacks = [
            kerasgan.callbacks.SampleGrid(f"{folder}/samples"),
            kerasgan.callbacks.TrainingFilm(f"{folder}/film.gif"),
            kerasgan.callbacks.CollapseMonitor(held_out),
            kerasgan.callbacks.GenerativeMetrics(
                ["fid"], held_out, samples=args.samples
            ),
        ]
        gan = kerasgan.applications.DCGAN(filters=args.filters, seed=0)
        gan.fit(
            images,
            batch_size=args.batch_size,
            epochs=args.epochs,
            verbose=0,
            callbacks=[clock, *map(timed, callbacks)],
        )
    together = [sum(times) for times in zip(*(c.seconds for c in callbacks))]
    print(f"{keras.backend.backend()}, {len(images)} images an epoch")
    epochs = clock.seconds[1:] or clock.seconds
    epoch = statistics.median(epochs)
    print(f"{epoch:.2f} s an epoch without callbacks\n")
    print("| callback | seconds | % of an epoch |\n|---|---|---|")
    rows = {type(c).__name__: c.seconds for c in callbacks}
    for name, seconds in {**rows, "all": together}.items():
        median = statistics.median(seconds[1:] or seconds)
        print(f"| {name} | {median:.3f} | {100 * median / epoch:.2f} |")


if __name__ == "__main__":
    main()

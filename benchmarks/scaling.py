"""What a step costs: against batch size, image size and number of devices.

Times DCGAN's `fit` on images of noise, each point in a process of its own:
median seconds per image over some epochs, after one that compiles. With
several devices each is a share of the processor, or a GPU where there are as
many. A line of JSON a point is appended to `--out`; what stands there is not
run again. Beside it the newest points are drawn, a curve a backend.

    python benchmarks/scaling.py --out benchmarks/scaling.jsonl
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

from speed.machine import machine

BACKENDS = ("tensorflow", "jax", "torch")
BASE = {"batch_size": 32, "image_size": 32, "devices": 1}
AXES = {
    "batch_size": (4, 8, 16, 32, 64, 128),
    "image_size": (16, 32, 64),
    "devices": (1, 2),
}


def points(axes):
    """Returns the settings to time: each axis by itself, from `BASE`."""
    found = [BASE | {axis: value} for axis in axes for value in AXES[axis]]
    return [p for i, p in enumerate(found) if p not in found[:i]]


def child(point, filters, images, rounds):
    """Prints the seconds per image of one point, as JSON."""
    import keras

    if keras.backend.backend() == "tensorflow" and point["devices"] > 1:
        _divide_processor(point["devices"])
    import numpy as np
    from speed.epochs import Epochs

    import kerasgan

    size, batch_size = point["image_size"], point["batch_size"]
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (images, size, size, 3), np.uint8)
    several = contextlib.nullcontext()
    if point["devices"] > 1:
        several = kerasgan.distribution.data_parallel(point["devices"])
    with several:
        gan = kerasgan.applications.DCGAN(
            image_shape=(size, size, 3), filters=filters, seed=0
        )
    epochs = Epochs()
    gan.fit(
        noise,
        batch_size=batch_size,
        epochs=rounds + 1,
        verbose=0,
        callbacks=[epochs],
    )
    if kerasgan.distribution.is_first_process():
        seconds = [epoch / images for epoch in epochs.seconds[1:]]
        print(json.dumps({"seconds": seconds}))


def _divide_processor(devices):
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        processor = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration()] * devices
        tf.config.set_logical_device_configuration(processor, parts)


def measure(backend, point, args):
    """Returns the record of a point."""
    words = [__file__, "--child", json.dumps(point)]
    words += ["--filters", args.filters, "--images", args.images]
    words += ["--rounds", args.rounds]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    if point["devices"] > 1:
        if backend == "torch":
            launch = ["-m", "torch.distributed.run", "--standalone"]
            launch += [f"--nproc-per-node={point['devices']}"]
            words = [*launch, *words]
        count = f"--xla_force_host_platform_device_count={point['devices']}"
        environment["XLA_FLAGS"] = count
    output = subprocess.run(
        [sys.executable, *map(str, words)],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    return {
        "backend": backend,
        **point,
        "filters": args.filters,
        "images": args.images,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        **json.loads(output.splitlines()[-1]),
    }


def draw(records, path):
    """Draws a picture an axis, milliseconds per image."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    axes = [a for a in AXES if len(curve(records, a, None)) > 1]
    figure, places = plt.subplots(
        1, len(axes), figsize=(4 * len(axes), 3.2), squeeze=False
    )
    for place, axis in zip(places[0], axes):
        for backend in BACKENDS:
            found = curve(records, axis, backend)
            if found:
                place.plot(*zip(*sorted(found.items())), "o-", label=backend)
        place.set(xlabel=axis.replace("_", " "), ylabel="ms per image")
        place.set_xscale("log", base=2)
        place.set_xticks(AXES[axis], labels=map(str, AXES[axis]))
        place.set_ylim(bottom=0)
        place.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def curve(records, axis, backend):
    """Returns `{value: milliseconds}` of the newest points along an axis."""
    others = {key: value for key, value in BASE.items() if key != axis}
    return {
        record[axis]: 1000 * statistics.median(record["seconds"])
        for record in records
        if backend in (None, record["backend"])
        and others.items() <= record.items()
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--axes", nargs="+", choices=AXES, default=[*AXES])
    parser.add_argument(
        "--backends", nargs="+", choices=BACKENDS, default=BACKENDS
    )
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument("--images", type=int, default=512, help="an epoch")
    parser.add_argument("--rounds", type=int, default=5, help="epochs")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        return child(args.child, args.filters, args.images, args.rounds)
    if args.out is None:
        parser.error("--out is needed")
    records = []
    if args.out.exists():
        lines = args.out.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]
    for backend in args.backends:
        for point in points(args.axes):
            wanted = {"backend": backend, **point, "filters": args.filters}
            wanted["images"] = args.images
            if any(wanted.items() <= record.items() for record in records):
                continue
            records.append(measure(backend, point, args))
            with open(args.out, "a", encoding="utf-8") as file:
                file.write(json.dumps(records[-1]) + "\n")
            median = statistics.median(records[-1]["seconds"])
            print(f"{backend}, {point}: {1000 * median:.2f} ms per image")
    draw(records, args.out.with_suffix(".png"))


if __name__ == "__main__":
    main()

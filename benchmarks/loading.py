"""How long a preset takes to load, beyond importing Keras.

Each time is that of a new process which has imported Keras, with its backend,
and then imports kerasgan, checks the hashes, builds the model and reads the
weights; the median of several. A name or a folder may be given; without one,
all presets that ship are measured.
"""

import argparse
import statistics
import subprocess
import sys

import kerasgan

CODE = """
import sys
import time

import keras

start = time.perf_counter()
import kerasgan

kerasgan.applications.load_preset(None, sys.argv[1])
print(time.perf_counter() - start)
"""


def seconds(preset):
    """Returns how long one process took."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, preset],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout.split()[-1])


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("presets", nargs="*", help="names or folders")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args(argv)
    presets = args.presets or kerasgan.applications.list_pretrained()
    if not presets:
        print("No presets are installed. Name the folder of one.")
        return
    print("| preset | seconds | least to most |\n|---|---|---|")
    for preset in presets:
        times = sorted(seconds(preset) for _ in range(args.runs))
        median = statistics.median(times)
        span = f"{times[0]:.2f} to {times[-1]:.2f}"
        print(f"| {preset} | {median:.2f} | {span} |", flush=True)


if __name__ == "__main__":
    main()

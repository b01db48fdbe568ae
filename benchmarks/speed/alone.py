"""Plays a game by hand in a process that never loads Keras.

Prints, as JSON, the seconds from `begin` to the end of the first step and the
peak of memory: `alone.py BACKEND FILE BEGIN`, see `training_speed.measure`.
"""

import importlib
import json
import pathlib
import pickle
import resource
import sys
import time


def measure(make, settings, images, begin):
    """Returns the seconds up to the first step, and the peak of memory.

    Args:
        make: Function that returns what has the `train` to measure.
        settings: Dict; see `training_speed.GAMES`.
        images: Array of images for some steps.
        begin: When Python was started, by `time.time()`.
    """
    player = make()
    a_step = settings["batch_size"] * settings["discriminator_steps"]
    player.train(images[:a_step], settings["batch_size"])
    seconds = time.time() - begin
    player.train(images, settings["batch_size"])
    return {"start": seconds, "peak": peak_memory()}


def peak_memory():
    """Returns the most MiB that this process has held."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        # What `getrusage` says counts the process that started this one.
        (line,) = [
            line
            for line in status.read_text().splitlines()
            if line.startswith("VmHWM")
        ]
        return int(line.split()[1]) / 2**10
    # In KiB, on macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def player_of(settings, networks, backend):
    """Returns a game by hand.

    Args:
        settings: Dict; see `training_speed.GAMES`.
        networks: List of what `chains.describe` has returned.
        backend: Name of the framework.
    """
    file, name = settings["by_hand"]
    module = importlib.import_module(f"speed.{file}_{backend}")
    return getattr(module, name)(networks, settings)


def main(backend, file, begin):
    with open(file, "rb") as opened:
        settings, networks, images = pickle.load(opened)
    # What else is there finds the rest of this folder by its name.
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

    def make():
        return player_of(settings, networks, backend)

    print(json.dumps(measure(make, settings, images, float(begin))))


if __name__ == "__main__":
    main(*sys.argv[1:])

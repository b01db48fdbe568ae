"""Whether a process that does all of it for long holds more and more."""

import os
import shutil

import numpy as np

import kerasgan
from scripts.soaking.processes import seconds_of
from scripts.soaking.processes import shared_number


def grow(folder, rounds):
    """Returns the memory of one process after a third and after all rounds.

    Args:
        folder: `pathlib.Path` for all files.
        rounds: Integer, in each of which a model is trained, scored, saved in
            all ways, loaded in all ways, and draws.
    """
    before, after = shared_number(), shared_number()
    folder = folder / "memory"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    seconds_of(_play, folder, rounds, before, after)
    return {
        "rounds": rounds,
        "warm_up": rounds // 3,
        "mb_before": round(before.value),
        "mb_after": round(after.value),
    }


def _play(folder, rounds, before, after):
    images = np.random.default_rng(0).integers(
        0, 256, (64, 8, 8, 1), dtype=np.uint8
    )
    gan = kerasgan.applications.GAN((8, 8, 1), units=(32,), seed=0)
    for i in range(rounds):
        gan.fit(images, batch_size=16, verbose=0)
        gan.evaluate(images, batch_size=16, verbose=0)
        gan.generate(1 + i % 50, seed=i)
        gan.save(folder / "gan.keras")
        gan.save_weights(folder / "gan.weights.h5")
        kerasgan.applications.save_to_preset(gan, folder / "preset")
        kerasgan.load_model(folder / "gan.keras").generate(4, seed=i)
        kerasgan.applications.load_preset(None, folder / "preset")
        gan.load_weights(folder / "gan.weights.h5")
        if i + 1 == rounds // 3:
            before.value = _megabytes()
    after.value = _megabytes()


def _megabytes():
    with open("/proc/self/statm", encoding="utf-8") as file:
        pages = int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

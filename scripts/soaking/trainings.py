"""Runs of `kerasgan train` that are killed, and how they are looked at."""

import inspect
import random
import shutil

import numpy as np
from PIL import Image

import kerasgan
from kerasgan.cli.commands import cli
from scripts.interrupt_training import state_of
from scripts.soaking.processes import killed_after
from scripts.soaking.processes import seconds_of

# The zoo, as small as it gets.
GAMES = {
    "acgan": (
        "ACGAN",
        {"filters": 2, "units": 2, "discriminator_filters": (2,) * 6},
        (),
    ),
    "cgan": ("CGAN", {"filters": 2, "units": 2}, ()),
    "dcgan": ("DCGAN", {"filters": 2}, ()),
    "gan": ("GAN", {"units": (8,)}, ()),
    "infogan": ("InfoGAN", {"filters": 2, "units": 2}, ()),
    "lsgan": ("LSGAN", {"filters": 2}, ()),
    "progan": (
        "ProGAN",
        {"width": 1 / 256, "batch_sizes": {4: 4, 8: 2}},
        ("--kimg", "0.05"),
    ),
    "projectiongan": ("ProjectionGAN", {"filters": 2}, ()),
    "sngan": ("SNGAN", {"filters": 2}, ()),
    "unrolledgan": ("UnrolledGAN", {"units": (8,), "unrolling_steps": 2}, ()),
    "wgan": ("WGAN", {"filters": 2}, ()),
    "wgangp": ("WGANGP", {"filters": 2}, ()),
}
EPOCHS = 4


def command(*words):
    cli.main([str(word) for word in words])


def _train(name, pictures, run, resume):
    cls, smaller, more = GAMES[name]
    cls = getattr(kerasgan.applications, cls)
    init = cls.__init__

    def small_init(self, image_shape=(8, 8, 1), **kwargs):
        init(self, image_shape, **{**smaller, **kwargs})

    small_init.__signature__ = inspect.signature(init)
    cls.__init__ = small_init
    command(
        *("train", name, "--data", pictures, "--out", run, "--grayscale"),
        *("--image-size", 8, "--batch-size", 4, "--epochs", EPOCHS),
        *("--steps-per-epoch", 20, "--seed", 1, "--deterministic", *more),
        *(["--resume"] if resume else []),
    )


class Trainings:
    """Runs of `kerasgan train`, killed and resumed until they end.

    Args:
        folder: `pathlib.Path` for all files.
    """

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        rng = np.random.default_rng(0)
        for i in range(32):
            path = folder / "pictures" / "ab"[i % 2] / f"{i:02d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = rng.integers(0, 256, (8, 8), np.uint8)
            Image.fromarray(pixels).save(path)
        self.whole = {}

    def kill(self, seed):
        """Kills one run again and again; yields what each kill has left."""
        rng = random.Random(seed)
        name = list(GAMES)[seed % len(GAMES)]
        if name not in self.whole:
            seconds = self._run(name, "whole", None)
            files = _names(self.folder / "whole")
            state = state_of(self.folder / "whole")
            shutil.rmtree(self.folder / "whole")
            self.whole[name] = seconds, files, state
        seconds, files, state = self.whole[name]
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        kills = rng.randint(1, 5)
        for i in range(kills):
            moment = rng.uniform(0.0, 1.2 * seconds)
            is_killed = self._run(name, "run", moment) == "killed"
            faults = tried(self._look)
            is_end = not is_killed or i + 1 == kills
            if is_end:
                faults += tried(lambda: self._end(name, files, state))
            yield {
                "model": name,
                "moment": round(moment, 3),
                "is_end": is_end,
                "faults": faults,
            }
            if is_end:
                return

    def _run(self, name, run, moment):
        path = self.folder / run
        resume = (path / "settings.json").exists()
        arguments = (name, self.folder / "pictures", path, resume)
        if moment is None:
            return seconds_of(_train, *arguments)
        return killed_after(moment, _train, *arguments)

    def _look(self):
        file = self.folder / "run" / "model.keras"
        if file.exists():
            kerasgan.load_model(file)

    def _end(self, name, files, state):
        self._run(name, "run", None)
        if state_of(self.folder / "run") != state:
            raise AssertionError("another model or log")
        found = _names(self.folder / "run")
        if found != files:
            raise AssertionError(f"files {sorted(found ^ files)}")


def _names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def tried(check):
    """Returns what is wrong, as texts; nothing if nothing is."""
    try:
        check()
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:300]}"]
    return []

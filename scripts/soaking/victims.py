"""What is killed, and how what it leaves is looked at."""

import contextlib
import hashlib
import http.server
import inspect
import json
import os
import pathlib
import random
import shutil
import threading
import time

import keras
import numpy as np
from PIL import Image

import kerasgan
from kerasgan.cli.commands import cli
from kerasgan.utils.atomic_files import replacing
from scripts.interrupt_training import state_of
from scripts.soaking.processes import killed_after
from scripts.soaking.processes import seconds_of
from scripts.soaking.processes import shared_number

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


def _command(*words):
    cli.main([str(word) for word in words])


def _train(name, pictures, run, resume):
    cls, smaller, more = GAMES[name]
    cls = getattr(kerasgan.applications, cls)
    init = cls.__init__

    def small_init(self, image_shape=(8, 8, 1), **kwargs):
        init(self, image_shape, **{**smaller, **kwargs})

    small_init.__signature__ = inspect.signature(init)
    cls.__init__ = small_init
    _command(
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
            faults = _tried(self._look)
            is_end = not is_killed or i + 1 == kills
            if is_end:
                faults += _tried(lambda: self._end(name, files, state))
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


def _model(number=0):
    gan = kerasgan.applications.GAN(
        image_shape=(8, 8, 1), latent_dim=16, units=(128,), seed=0
    )
    _fill(gan, number)
    return gan


def _fill(gan, number):
    for weight in gan.weights:
        if "float" in str(weight.dtype):
            weight.assign(np.full(weight.shape, number))
    gan.steps_seen.assign(number)


def _number_in(gan):
    networks = (gan.generator, gan.discriminator)
    weights = [w for network in networks for w in network.get_weights()]
    found = {float(number) for w in weights for number in np.unique(w)}
    found.add(float(keras.ops.convert_to_numpy(gan.steps_seen)))
    if len(found) != 1:
        raise AssertionError(f"mixed: {sorted(found)}")
    return found.pop()


def _save(folder, number):
    gan = _model()
    last = number.value + 3
    while number.value < last:
        _fill(gan, number.value + 1)
        gan.save(folder / "gan.keras")
        gan.save_weights(folder / "gan.weights.h5")
        number.value += 1


def _save_preset(folder, number):
    gan = _model()
    last = number.value + 3
    while number.value < last:
        _fill(gan, number.value + 1)
        kerasgan.applications.save_to_preset(gan, folder)
        number.value += 1


def _load_weights(path):
    gan = _model(-1)
    gan.load_weights(path)
    return gan


def _load_preset(folder):
    return kerasgan.applications.load_preset(None, folder)


class _Repeated:
    """What is done again after each kill, over what the last one left.

    Args:
        folder: `pathlib.Path` for all files.
    """

    every = 4

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.begin()
        self.seconds = self.do(None, 0)

    def kill(self, seed):
        """Kills it once; yields what that has left."""
        rng = random.Random(seed)
        while True:
            moment = rng.uniform(0.0, self.seconds)
            if self.do(moment, seed) == "killed":
                break
        faults = _tried(self.look)
        is_end = seed % self.every == self.every - 1
        if is_end:
            faults += _tried(lambda: self._end(seed))
        moment = round(moment, 3)
        yield {"moment": moment, "is_end": is_end, "faults": faults}

    def _end(self, seed):
        self.do(None, seed)
        self.look(is_complete=True)
        if self.left():
            # What nobody has locked yet stays for a minute.
            for path in self.places():
                for other in path.glob(".kerasgan-*"):
                    os.utime(other, (time.time() - 100,) * 2)
            self.do(None, seed)
        if self.left():
            raise AssertionError(f"left: {self.left()}")

    def places(self):
        """Returns the folders that are written into."""
        return [self.folder]

    def left(self):
        return [
            str(file)
            for folder in self.places()
            for file in folder.glob(".*")
        ]  # fmt: skip


class Saves(_Repeated):
    """Models and weights that are saved again and again."""

    function = staticmethod(_save)
    loads = {
        "gan.keras": kerasgan.load_model,
        "gan.weights.h5": _load_weights,
    }

    def begin(self):
        self.number = shared_number()

    def do(self, moment, seed):
        arguments = (self.function, self.folder, self.number)
        if moment is None:
            return seconds_of(*arguments)
        return killed_after(moment, *arguments)

    def look(self, is_complete=False):
        for name, load in self.loads.items():
            if not is_complete and not (self.folder / name).exists():
                continue
            found = _number_in(load(self.folder / name))
            if not 0 <= found - self.number.value <= 1:
                raise AssertionError(f"{found} after {self.number.value}")


class Presets(Saves):
    """Presets that are saved again and again."""

    function = staticmethod(_save_preset)
    loads = {".": _load_preset}

    def look(self, is_complete=False):
        if is_complete or self.number.value:
            super().look(is_complete)


def _generate(preset, out):
    _command("generate", preset, "-n", 256, "--out", out, "--seed", 1)


class Drawings(_Repeated):
    """`kerasgan generate` into a picture, an array and a folder."""

    every = 2
    outs = ("grid.png", "images.npy", "images/")

    def begin(self):
        self.preset = self.folder / "preset"
        gan = kerasgan.applications.GAN((8, 8, 1), units=(8,), seed=0)
        kerasgan.applications.save_to_preset(gan, self.preset)
        self.whole = {}
        for out in self.outs:
            seconds_of(_generate, self.preset, f"{self.folder}/{out}")
            self.whole[out] = _contents(self.folder / out)
            self._remove(out)

    def do(self, moment, seed):
        self.out = self.outs[seed % len(self.outs)]
        self._remove(self.out)
        arguments = (_generate, self.preset, f"{self.folder}/{self.out}")
        if moment is None:
            return seconds_of(*arguments)
        return killed_after(moment, *arguments)

    def _remove(self, out):
        """Removes what is no temporary file."""
        for path in (self.folder / out, *(self.folder / out).glob("*.png")):
            if path.is_file():
                path.unlink()

    def look(self, is_complete=False):
        found = _contents(self.folder / self.out)
        expected = self.whole[self.out]
        if not is_complete:
            # The first of all pictures, if not all.
            names = sorted(expected)[: len(found)]
            expected = {name: expected[name] for name in names}
        if found != expected:
            raise AssertionError(f"other images in {self.out}")

    def places(self):
        return [self.folder, self.folder / "images"]


def _download(preset, home):
    os.environ["KERAS_HOME"] = str(home)
    _load_preset(preset)


class Downloads(_Repeated):
    """Presets whose weights come from a server of this machine."""

    def begin(self):
        self.preset = self.folder / "preset"
        kerasgan.applications.save_to_preset(_model(7), self.preset)
        file = self.preset / "model.weights.h5"
        self.content = file.read_bytes()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
        server.content = self.content
        threading.Thread(target=server.serve_forever, daemon=True).start()
        metadata = json.loads((self.preset / "metadata.json").read_text())
        metadata["url"] = f"http://127.0.0.1:{server.server_port}/weights"
        with replacing(self.preset / "metadata.json") as temporary:
            temporary.write_text(json.dumps(metadata))
        file.unlink()
        self.cache = self.folder / "home" / "kerasgan"

    def do(self, moment, seed):
        if seed % self.every == 0:
            shutil.rmtree(self.cache, ignore_errors=True)
        for file in self.cache.glob("*.h5"):
            if seed % 2:
                file.unlink()
        arguments = (_download, self.preset, self.folder / "home")
        if moment is None:
            return seconds_of(*arguments)
        return killed_after(moment, *arguments)

    def look(self, is_complete=False):
        files = [p for p in self.cache.glob("*") if p.name[0] != "."]
        if is_complete and len(files) != 1:
            raise AssertionError(f"files {files}")
        expected = hashlib.sha256(self.content).digest()
        for file in files:
            if file.suffix == ".h5" and (
                hashlib.sha256(file.read_bytes()).digest() != expected
            ):
                raise AssertionError(f"other bytes in {file}")

    def places(self):
        return [self.folder, self.cache]


class _Slow(http.server.BaseHTTPRequestHandler):
    """Sends the weights in twenty pieces."""

    def do_GET(self):
        content = self.server.content
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        size = len(content) // 20 + 1
        with contextlib.suppress(OSError):
            for start in range(0, len(content), size):
                self.wfile.write(content[start : start + size])
                time.sleep(0.01)

    def log_message(self, *args):
        """Says nothing."""


def _names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _contents(path):
    path = pathlib.Path(path)
    files = [path] if path.is_file() else path.glob("[!.]*")
    return {file.name: file.read_bytes() for file in files}


def _tried(check):
    """Returns what is wrong, as texts; nothing if nothing is."""
    try:
        check()
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:300]}"]
    return []


KINDS = {
    "train": Trainings,
    "save": Saves,
    "preset": Presets,
    "generate": Drawings,
    "download": Downloads,
}

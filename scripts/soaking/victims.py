"""What is killed, and how what it leaves is looked at."""

import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import random
import shutil
import threading
import time

import keras
import numpy as np

import kerasgan
from kerasgan.utils.atomic_files import replacing
from scripts.soaking.processes import killed_after
from scripts.soaking.processes import seconds_of
from scripts.soaking.processes import shared_number
from scripts.soaking.trainings import Trainings
from scripts.soaking.trainings import command
from scripts.soaking.trainings import tried


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
        faults = tried(self.look)
        is_end = seed % self.every == self.every - 1
        if is_end:
            faults += tried(lambda: self._end(seed))
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
    command("generate", preset, "-n", 256, "--out", out, "--seed", 1)


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


def _contents(path):
    path = pathlib.Path(path)
    files = [path] if path.is_file() else path.glob("[!.]*")
    return {file.name: file.read_bytes() for file in files}


KINDS = {
    "train": Trainings,
    "save": Saves,
    "preset": Presets,
    "generate": Drawings,
    "download": Downloads,
}

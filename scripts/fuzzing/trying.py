"""Opens one changed file, and watches what is done meanwhile."""

import gc
import hashlib
import json
import pathlib
import shutil
import sys
import time
import warnings

import keras

import kerasgan
from kerasgan.callbacks.score_record import ScoreRecord
from kerasgan.cli.run_folder import RunFolder
from scripts.fuzzing import mutations

_SETTINGS = {
    "data": "fashion_mnist_subset",
    "image_size": None,
    "grayscale": False,
    "epochs": 3,
    "steps_per_epoch": None,
    "batch_size": 64,
    "seed": 0,
    "kimg": 2.5,
    "augment": None,
    "sample_every": 1,
    "model": "DCGAN",
    "images": 10_000,
    "image_shape": [28, 28, 1],
    "backend": "torch",
}
_LOG = "epoch,d_loss,g_loss\r\n0,0.5,1.5\r\n1,0.25,2.0\r\n2,nan,1e-3\r\n"
_SCORES = "epoch,step,fid,kid\r\n1,10,2.5,\r\n2,20,1.5,0.1\r\n3,30,nan,0.2\r\n"


def _application():
    return kerasgan.applications.GAN(
        image_shape=(3,), latent_dim=2, units=(3,), seed=0, ema=10.0
    )


def _with_networks_of_its_own():
    layers = keras.layers
    latents = keras.Input((2,))
    x = layers.Dense(4, activation="relu")(latents)
    x = layers.BatchNormalization()(x)
    generator = keras.Model(latents, layers.Reshape((2, 2, 1))(x))
    discriminator = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            layers.Conv2D(2, 2, padding="same"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    return kerasgan.models.GAN(
        generator, discriminator, regularizers=["r1"], seed=0
    )


class Trial:
    """Files as they should be, and what opens them.

    Args:
        folder: `pathlib.Path`, an empty folder.
    """

    def __init__(self, folder):
        self.whole, self.changed = folder / "whole", folder / "changed"
        self.whole.mkdir()
        self.models = [_application(), _with_networks_of_its_own()]
        for i, gan in enumerate(self.models):
            kerasgan.applications.save_to_preset(gan, self.whole / f"preset{i}")
            gan.save(self.whole / f"{i}.keras")
            gan.save_weights(self.whole / f"{i}.weights.h5")
            gan.save_weights(self.whole / f"{i}.weights.json", max_shard_size=1)
        self.watch = _Watch()
        # The first time takes longer, of each.
        for kind in mutations.KINDS:
            for case in (0, 1):
                self.run(kind, case, change=lambda kind, case, content: content)
        # Or each case would look for garbage in all of the framework.
        gc.collect()
        gc.freeze()

    def run(self, kind, case, change=None):
        """Opens a changed file.

        Args:
            kind: One of `mutations.KINDS`.
            case: Integer, the seed.
            change: What changes the content; defaults to `mutations.change`.

        Returns:
            Dict: `outcome` is "read", "refused", or what must not be; and
            `seconds` of CPU time, since others may be at work on the machine,
            and `mb` of memory beyond what was there.
        """
        self.changed.mkdir()
        try:
            opening = self._lay(kind, case, change or mutations.change)
            before = _listing(self.changed)
            with self.watch, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                outcome = _outcome(opening)
            if outcome != "read" and _listing(self.changed) != before:
                outcome = f"{outcome}, and files were written"
            if self.watch.reached:
                outcome = f"{outcome}, and {self.watch.reached[0]}"
        finally:
            shutil.rmtree(self.changed)
        return {
            "outcome": outcome,
            "seconds": self.watch.seconds,
            "mb": self.watch.megabytes,
        }

    def _lay(self, kind, case, change):
        """Puts a changed file in its place; returns what opens it."""
        which, to, whole = case % 2, self.changed, self.whole
        if kind.startswith("preset/"):
            shutil.copytree(whole / f"preset{which}", to / "preset")
            name = kind.partition("/")[2]
            file = to / "preset" / name
            file.write_bytes(change(kind, case, file.read_bytes()))
            # Whoever changes the one file can change the hash in the other.
            if case % 4 < 2 and name != "metadata.json":
                _fit_metadata(to / "preset")
            return lambda: kerasgan.applications.load_preset(
                None, to / "preset"
            )
        if kind.startswith("gan.keras"):
            content = (whole / f"{which}.keras").read_bytes()
            if change is not mutations.change or kind == "gan.keras":
                content = change(kind, case, content)
            else:
                content = mutations.change_member(kind, case, content)
            (to / "gan.keras").write_bytes(content)
            return lambda: kerasgan.load_model(to / "gan.keras")
        if kind.startswith("gan.weights"):
            for file in whole.glob(f"{which}*.weights.*"):
                shutil.copy(file, to)
            file = to / f"{which}.{kind.partition('.')[2]}"
            file.write_bytes(change(kind, case, file.read_bytes()))
            return lambda: self._load_weights(self.models[which], file)
        text = {"log.csv": _LOG, "scores.csv": _SCORES}
        content = text.get(kind, json.dumps(_SETTINGS)).encode()
        (to / kind).write_bytes(change(kind, case, content))
        if kind == "settings.json":
            return RunFolder(to).read_settings
        if kind == "log.csv":
            return lambda: RunFolder(to).cut_log(2)
        return lambda: ScoreRecord(to).read(100)

    def _load_weights(self, gan, file):
        before = [keras.ops.convert_to_numpy(v).copy() for v in gan.variables]
        try:
            gan.load_weights(file)
        except Exception:
            for value, variable in zip(before, gan.variables):
                if (value != keras.ops.convert_to_numpy(variable)).any():
                    raise RuntimeError("a part was loaded") from None
            raise


def _outcome(opening):
    try:
        opening()
    except (ValueError, OSError):
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "read"


def _fit_metadata(preset):
    file = preset / "metadata.json"
    metadata = json.loads(file.read_text())
    for name in metadata["files"]:
        content = (preset / name).read_bytes()
        metadata["files"][name] = {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    file.write_text(json.dumps(metadata))


def _listing(folder):
    return sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    )


class _Watch:
    """A context that measures, and hears of what reaches out of it."""

    def __init__(self):
        self.is_on = False
        self.reached = []
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if not self.is_on:
            return
        if event in ("socket.connect", "subprocess.Popen", "os.system"):
            self.reached.append(f"{event} was called")
        elif event == "open" and mutations.SECRET in str(arguments[0]):
            self.reached.append("another file was read")

    def __enter__(self):
        self.reached = []
        gc.collect()
        self._memory = _memory("VmRSS", reset=True)
        self._start = time.process_time()
        self.is_on = True

    def __exit__(self, *error):
        self.is_on = False
        self.seconds = time.process_time() - self._start
        self.megabytes = max(_memory("VmHWM") - self._memory, 0.0)


def _memory(key, reset=False):
    """Returns what Linux says of this process in megabytes; 0 elsewhere."""
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return 0.0
    if reset:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    for line in status.read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0

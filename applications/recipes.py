"""What `recipe.json` says: settings, and the images to train and score with.

`data` is a name that `kerasgan.datasets.load` knows, or, where the recipe has
an `image_size`, only says what the pictures are that the user names by
`--folder`: a folder of PNG, JPEG or WebP files, or an `.npz` file with an
array `x` of shape `(n, height, width, channels)`. Those are read as
`kerasgan.datasets.from_directory` reads them, in colour; further copies of a
picture are dropped, so that no picture is in two parts; and a permutation by
the recipe's seed puts `held_out` and `test_images` of them aside.

With `alphabets`, `--folder` has zip files of Omniglot, and that many whole
alphabets are put aside.
"""

import copy
import hashlib
import json
import pathlib

import avatars
import keras
import numpy as np
from PIL import Image

import kerasgan
from kerasgan.datasets.from_directory import find_images
from kerasgan.datasets.pictures import fit_picture
from kerasgan.datasets.pictures import read_picture

HERE = pathlib.Path(__file__).parent
# What may change, besides arguments, in the `changes` of a recipe.
_MAY_CHANGE = ("dtype_policy", "optimizers", "snapshot_every")


def read_recipe(name):
    """Returns the recipe of a folder beside this file, as a dict."""
    text = (HERE / name / "recipe.json").read_text(encoding="utf-8")
    return json.loads(text)


def parts_of(recipe):
    """Returns pairs of the epochs before a part of the training and its recipe.

    There is one part, and one more for each of the recipe's `changes`.
    """
    parts = [(0, recipe)]
    for change in recipe.get("changes", ()):
        before, part = parts.pop()
        kept = {key: change[key] for key in _MAY_CHANGE if key in change}
        arguments = {**part["arguments"], **change.get("arguments", {})}
        until = min(change["after"], part["epochs"])
        parts += [
            (before, {**part, "epochs": until}),
            (change["after"], {**part, **kept, "arguments": arguments}),
        ]
    return parts


def compiled(gan, recipe):
    """Returns a model with the optimizers of a recipe that are not its own."""
    gan.compile(
        **{
            # `get` changes what it is given.
            f"{player}_optimizer": keras.optimizers.get(copy.deepcopy(config))
            for player, config in recipe["optimizers"].items()
        }
    )
    return gan


def digest_of(images, weights):
    """Returns a dict of some pixels of images of seed 0, to know them by."""
    flat = images.reshape(-1)
    at = np.sort(np.random.default_rng(0).choice(len(flat), 64, replace=False))
    return {
        "weights": weights,
        "images": len(images),
        "seed": 0,
        "mean": float(flat.mean(dtype="float64")),
        "at": at.tolist(),
        "pixels": flat[at].astype("float64").round(7).tolist(),
    }


def snapshots(run, recipe, record):
    """Returns the callback that keeps presets of the first and some epochs.

    Args:
        run: `RunFolder`.
        recipe: Dict of `recipe.json`.
        record: Path of the recipe, for the metadata.
    """
    metadata = {
        "dataset": recipe["data"],
        "license": recipe["license"],
        "recipe": record,
        "seed": recipe["seed"],
    }

    class Snapshots(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            number = epoch + 1
            if number % recipe["snapshot_every"] == 0 or number == 1:
                self.model.save_to_preset(
                    run.path / "snapshots" / snapshot_name(number),
                    metadata,
                    half_precision=True,
                )

    return Snapshots()


def measure(recipe):
    """Returns the key of the score that the best snapshot is chosen by."""
    return recipe.get("chosen_by", "fid")


def snapshot_name(epoch):
    """Returns the name of the folder of an epoch's snapshot."""
    return f"epoch_{epoch:04d}"


def load(recipe, part, folder=None):
    """Returns images, and labels or `None`, of a part of the data.

    Args:
        recipe: Dict of `recipe.json`.
        part: `"train"`, `"held_out"` or `"test"`.
        folder: Folder with the files of the data, or `None` for the usual
            places; where the recipe has an `image_size`, the folder or the
            `.npz` file with the pictures.

    Raises:
        ValueError: If there are too few pictures, or they are not named.
        OSError: If the data cannot be read.
    """
    if recipe.get("captions"):
        return _captioned(recipe, part, folder)
    if recipe.get("alphabets"):
        return _of_alphabets(recipe, part, folder)
    if recipe.get("image_size"):
        images = _divide(recipe, _read_pictures(recipe, folder))[part]
        return pad(images, recipe["padding"]), None
    split = "test" if part == "test" else "train"
    images, labels = kerasgan.datasets.load(recipe["data"], split, folder)
    images = pad(images, recipe["padding"])
    if part == "test":
        return images, labels
    at = len(images) - recipe["held_out"]
    chosen = slice(at) if part == "train" else slice(at, None)
    return images[chosen], labels[chosen]


def pad(images, pixels):
    """Returns images with so many black pixels more at each edge."""
    if not pixels:
        return images
    edge = (pixels, pixels)
    return np.pad(images, ((0, 0), edge, edge, (0, 0)))


def crop(images, pixels):
    """Returns images with so many pixels less at each edge."""
    return images[:, pixels:-pixels, pixels:-pixels] if pixels else images


def with_mirror_images(recipe, images, labels):
    """Returns what is trained on: with `mirrored`, each image twice."""
    if not recipe.get("mirrored"):
        return images, labels
    if labels is not None:
        labels = np.concatenate([labels, labels])
    return np.concatenate([images, images[:, :, ::-1]]), labels


def digest(images):
    """Returns a hash of the pixels."""
    return hashlib.sha256(np.ascontiguousarray(images).data).hexdigest()


def _read_pictures(recipe, folder):
    """Returns uint8 images `(n, size, size, 3)`, in the order of the files."""
    size = (recipe["image_size"],) * 2
    if folder is None:
        raise ValueError(
            f"`--folder` must name the pictures: {recipe['data']}, a folder "
            "of image files or an .npz file with an array `x`. Received: none."
        )
    path = pathlib.Path(folder).expanduser()
    if path.suffix == ".npz":
        with np.load(path) as file:
            pictures = file["x"]
        images = [
            fit_picture(Image.fromarray(picture), size, "rgb", True)
            for picture in pictures
        ]
    else:
        images = [
            read_picture(path / name, size, "rgb", True)
            for name in find_images(path)
        ]
    different = {image.tobytes(): image for image in images}
    return np.stack(list(different.values()))


def _of_alphabets(recipe, part, folder):
    """Returns characters of some alphabets of Omniglot, and their classes."""
    paths = sorted(pathlib.Path(folder or ".").expanduser().glob("*.zip"))
    paths = [path for path in paths if "background" in path.name]
    if not paths:
        raise ValueError(
            "`--folder` must have the zip files of Omniglot, such as "
            f"images_background_small1.zip. Received: '{folder}'."
        )
    images, labels, alphabets = kerasgan.datasets.omniglot(paths)
    order = np.random.default_rng(recipe["seed"]).permutation(
        alphabets.max() + 1
    )
    parts, at = {}, 0
    for name, count in recipe["alphabets"].items():
        parts[name] = order[at : at + count]
        at += count
    parts["train"] = order[at:]
    chosen = np.isin(alphabets, parts[part])
    return pad(images[chosen], recipe["padding"]), labels[chosen]


def needs_folder(recipe):
    """Returns whether the user has to say where the pictures are."""
    return bool(recipe.get("image_size") or recipe.get("alphabets"))


def _captioned(recipe, part, path):
    """Returns images, and the words of captions as the model takes them.

    To train on there are so many captions an image as the recipe says.
    """
    images, attributes, kinds = avatars.read(path)
    train, test = avatars.parts(attributes, recipe["seed"])
    seen = train[~avatars.is_unseen(attributes[train])]
    at = len(seen) - recipe["held_out"]
    parts = {"train": seen[:at], "held_out": seen[at:], "test": test}
    chosen = parts[part]
    count = recipe["captions"] if part == "train" else 1
    condition = kerasgan.conditions.get(recipe["arguments"]["condition"])
    captions = [
        caption
        for seed in range(count)
        for caption in avatars.captions(attributes[chosen], kinds[chosen], seed)
    ]
    chosen = np.tile(chosen, count)
    words = condition.standardize(captions, len(chosen))
    return images[chosen], words


def _divide(recipe, images):
    """Returns a dict from parts to images."""
    aside = {"test": recipe["test_images"], "held_out": recipe["held_out"]}
    if len(images) <= sum(aside.values()):
        raise ValueError(
            f"`--folder` must hold more than {sum(aside.values())} different "
            "pictures, which are put aside for scores. Received: "
            f"{len(images)}."
        )
    order = np.random.default_rng(recipe["seed"]).permutation(len(images))
    parts, at = {}, 0
    for part, count in aside.items():
        parts[part] = images[np.sort(order[at : at + count])]
        at += count
    return {"train": images[np.sort(order[at:])], **parts}

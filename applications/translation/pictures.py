"""Pictures that the records of translators train and are scored with.

`recipe.json` says by `pictures` which function of `PICTURES` reads the file
that `--folder` names, and what of it is put aside: `test`, the scores are of
it, and `held_out`, by which a snapshot is chosen.
"""

import io
import re

import numpy as np
from PIL import Image

from kerasgan.datasets.partners import Partners

# Emoji that differ in these only are one picture drawn twice.
_WORDS = {
    *("man", "woman", "person", "men", "women", "people", "boy", "girl"),
    *("child", "older", "old", "hair", "white", "red", "curly", "bald"),
    *("blond", "beard", "skin", "tone", "light", "medium", "dark"),
    *("facing", "left", "right", "up", "down", "s"),
}
_CLOCK = re.compile(r"-?(oclock|thirty)$")


class Pairs:
    """Two arrays of images that a stream reads; each now and then mirrored.

    Args:
        a, b: Uint8 arrays.
        is_paired: Whether images of equal number belong together.
        mirrored: Whether half of them are mirrored, pairs alike.
        seed: Integer.
    """

    def __init__(self, a, b, is_paired, mirrored, seed):
        self.a, self.b = a, b
        self.is_paired, self.mirrored, self.seed = is_paired, mirrored, seed
        self.count = max(len(a), len(b))
        self.image_shape = a.shape[1:]
        self._partners = Partners(
            self.count, min(len(a), len(b)), True, self.seed
        )

    def read(self, numbers, epoch):
        """Returns the images of some numbers as they are in an epoch."""
        others = numbers
        if not self.is_paired:
            others = self._partners.of_epoch(epoch)[numbers]
        at = (numbers, others) if len(self.a) == self.count else (
            others,
            numbers,
        )  # fmt: skip
        a, b = self.a[at[0]], self.b[at[1]]
        if not self.mirrored:
            return a, b
        rng = np.random.default_rng((self.seed, epoch, int(numbers[0])))
        turned = rng.random((2, len(numbers))) < 0.5
        if self.is_paired:
            turned[1] = turned[0]
        return _mirror(a, turned[0]), _mirror(b, turned[1])


def _mirror(images, turned):
    return np.where(turned[:, None, None, None], images[:, :, ::-1], images)


def load(recipe, path):
    """Returns a dict from `train`, `held_out` and `test` to pairs of arrays.

    Args:
        recipe: Dict of `recipe.json`.
        path: What the recipe's pictures are read from.
    """
    return PICTURES[recipe["pictures"]](recipe, path)


def read_packed(file, key=""):
    """Returns the images of a packed `.npz` file, uint8 in colour.

    Args:
        file: What `numpy.load` has opened.
        key: String, what the names of their bytes begin with.
    """
    data, offsets = file[f"{key}data"], file[f"{key}offsets"]
    return np.stack(
        [
            np.asarray(
                Image.open(io.BytesIO(data[start:end].tobytes())).convert("RGB")
            )
            for start, end in zip(offsets[:-1], offsets[1:])
        ]
    )


def group_of(name):
    """Returns what an emoji shows, without sex, hair, skin and side."""
    words = [word for word in name.split("-") if word not in _WORDS]
    return _CLOCK.sub("clock", "-".join(words)) or name


def _emoji(recipe, path, styles):
    """Returns the emoji of two styles by parts, divided by what they show."""
    with np.load(path) as file:
        groups = np.array([group_of(str(name)) for name in file["names"]])
        pictures = [read_packed(file, f"{style}_") for style in styles]
    kinds = np.random.default_rng(recipe["seed"]).permutation(np.unique(groups))
    test, held_out = (
        round(recipe[part] * len(kinds)) for part in ("test", "held_out")
    )
    parts = {
        "test": kinds[:test],
        "held_out": kinds[test : test + held_out],
        "train": kinds[test + held_out :],
    }
    return {
        part: tuple(images[np.isin(groups, kinds)] for images in pictures)
        for part, kinds in parts.items()
    }


def emoji_shading(recipe, path):
    """Flat emoji, and the same with light and shade."""
    return _emoji(recipe, path, ("fluent_emoji_flat", "fluent_emoji"))


def emoji_enlarged(recipe, path):
    """Emoji of two styles as they are; the small ones are made of them."""
    parts = _emoji(recipe, path, ("noto", "fluent_emoji"))
    return {part: (np.concatenate(pair), None) for part, pair in parts.items()}


def coloured_avatars(recipe, path):
    """Portraits in grey, and in colour."""
    with np.load(path) as file:
        images = read_packed(file)
    order = np.random.default_rng(recipe["seed"]).permutation(len(images))
    cuts = np.cumsum([recipe["test"], recipe["held_out"]])
    test, held_out, train = np.split(order, cuts)
    parts = {"test": test, "held_out": held_out, "train": train}
    return {part: (grey(images[at]), images[at]) for part, at in parts.items()}


def grey(images):
    """Returns the brightness of uint8 images, `(n, height, width, 1)`."""
    weights = np.array([0.299, 0.587, 0.114], "float32")
    return np.rint(images @ weights)[..., None].astype("uint8")


def avatars_glasses(recipe, path):
    """Portraits without glasses and with, which are no pairs.

    `test` is of pairs: the folder of `path` holds the file with them.
    """
    with np.load(path) as file:
        images, worn = read_packed(file), file["attribute_accessories"]
    with np.load(path.with_name("avatars_glasses_pairs_64.npz")) as file:
        test = tuple(
            read_packed(file, f"{key}_") for key in ("without", "with")
        )
    order = np.random.default_rng(recipe["seed"]).permutation(len(images))
    images, worn = images[order], worn[order]
    kinds = [
        images[worn == "none"],
        images[~np.isin(worn, ("none", "eyepatch"))],
    ]
    aside = recipe["held_out"]
    return {
        "train": tuple(kind[aside:] for kind in kinds),
        "held_out": tuple(kind[:aside] for kind in kinds),
        "test": test,
    }


PICTURES = {
    "avatars_glasses": avatars_glasses,
    "coloured_avatars": coloured_avatars,
    "emoji_enlarged": emoji_enlarged,
    "emoji_shading": emoji_shading,
}

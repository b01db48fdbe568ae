"""Cartoon portraits with attributes: pictures, vectors, captions, parts.

`avatars_peeps_64.npz` holds 12,000 portraits of the Open Peeps style, drawn
by DiceBear, which are CC0. Here they have 32 pixels a side, each the mean of
four, and four attributes: glasses, facial hair, the colour of the skin and of
the clothes. Portraits with an eyepatch are left out, as they neither have
glasses nor have none.

Captions say some of the attributes in many ways. The combinations of glasses,
skin and clothes in `UNSEEN` are in no part that is trained on by captions.
"""

import io

import numpy as np
from PIL import Image

SIDE = 32
SKIN = ("#ffdbb4", "#edb98a", "#d08b5b", "#ae5d29", "#694d3d")
CLOTHES = (
    "#fdea6b",
    "#ffcf77",
    "#e78276",
    "#e279c7",
    "#8fa7df",
    "#9ddadb",
    "#78e185",
)
#: Names and numbers of values of the attributes, in the order of a vector.
ATTRIBUTES = {
    "glasses": 2,
    "facial_hair": 2,
    "skin": len(SKIN),
    "clothes": len(CLOTHES),
}
SIZE = 2 + len(SKIN) + len(CLOTHES)
TEST_IMAGES = 1500

# One pair of glasses and one of none for every colour of the clothes.
UNSEEN = frozenset(
    (glasses, (at + 2 * (1 - glasses)) % len(SKIN), at)
    for at in range(len(CLOTHES))
    for glasses in (0, 1)
)

_SHIRTS = ("shirt", "t-shirt", "top", "sweater")
_COLOURS = (
    ("yellow", "lemon"),
    ("orange", "apricot"),
    ("red", "coral"),
    ("pink", "magenta"),
    ("blue", "lavender"),
    ("turquoise", "cyan"),
    ("green", "lime"),
)
_SKINS = (
    ("pale skin", "very light skin"),
    ("light skin", "fair skin"),
    ("tan skin", "olive skin"),
    ("brown skin", "bronze skin"),
    ("dark skin", "very dark skin"),
)
_GLASSES = {
    "sunglasses": ("sunglasses", "dark glasses"),
    "glasses": ("glasses", "spectacles", "eyeglasses"),
}
_NO_GLASSES = ("no glasses", "bare eyes")
_HAIR = {
    "moustache": ("a moustache", "a mustache"),
    "goatee": ("a goatee", "a small beard"),
    "chin": ("a chin beard", "a small beard"),
    "full": ("a full beard", "a beard"),
}
_NO_HAIR = ("a clean shaven face", "a smooth chin")
_PEOPLE = ("a person", "somebody", "a portrait of a person", "a face")


def read(path):
    """Returns images, attributes and names of what is worn and grown.

    Args:
        path: The `.npz` file.

    Returns:
        Uint8 images, `(n, 32, 32, 3)`; integers, `(n, 4)`, in the order of
        `ATTRIBUTES`; and the kinds of glasses and of facial hair, `(n, 2)`.
    """
    with np.load(path) as file:
        data, offsets = file["data"], file["offsets"]
        kinds = np.stack(
            [file["attribute_accessories"], file["attribute_facialHair"]], 1
        )
        skin = _index(file["attribute_skinColor"], SKIN)
        clothes = _index(file["attribute_clothingColor"], CLOTHES)
    (kept,) = np.nonzero(kinds[:, 0] != "eyepatch")
    images = np.stack(
        [_halve(data[offsets[i] : offsets[i + 1]].tobytes()) for i in kept]
    )
    has = (kinds != "none").astype("int32")
    attributes = np.stack([has[:, 0], has[:, 1], skin, clothes], 1)
    return images, attributes[kept].astype("int32"), kinds[kept]


def parts(attributes, seed=0):
    """Returns the indices of the pictures to train and to test with."""
    order = np.random.default_rng(seed).permutation(len(attributes))
    return np.sort(order[TEST_IMAGES:]), np.sort(order[:TEST_IMAGES])


def is_unseen(attributes):
    """Returns which rows have a combination that captions never show."""
    triples = map(tuple, np.asarray(attributes)[:, [0, 2, 3]].tolist())
    return np.array([triple in UNSEEN for triple in triples])


def vectors(attributes):
    """Returns the attributes as float32 rows of zeros and ones, `(n, 14)`."""
    attributes = np.asarray(attributes)
    return np.concatenate(
        [
            attributes[:, :2],
            np.eye(len(SKIN))[attributes[:, 2]],
            np.eye(len(CLOTHES))[attributes[:, 3]],
        ],
        1,
    ).astype("float32")


def captions(attributes, kinds=None, seed=0):
    """Returns one caption an image, a list of strings.

    Glasses and facial hair that are there are always named. Those that are
    not are named as missing in half of the captions. Skin and clothes are
    always named. The attributes come in any order.

    Args:
        attributes: Integers, `(n, 4)`.
        kinds: Strings, `(n, 2)`, or `None` for some kind.
        seed: Integer.
    """
    rng = np.random.default_rng(seed)
    if kinds is None:
        kinds = np.stack(
            [
                rng.choice(["glasses", "sunglasses"], len(attributes)),
                rng.choice(sorted(_HAIR), len(attributes)),
            ],
            1,
        )
    return [
        _caption(row, kind, rng)
        for row, kind in zip(np.asarray(attributes), kinds)
    ]


def _caption(row, kinds, rng):
    def one(options):
        return options[rng.integers(len(options))]

    said = [one(_SKINS[row[2]])]
    colour = one(_COLOURS[row[3]])
    article = "an" if colour[0] in "aeiou" else "a"
    said.append(f"{article} {colour} {one(_SHIRTS)}")
    for has, kind, named, missing in zip(
        row[:2], kinds, (_GLASSES, _HAIR), (_NO_GLASSES, _NO_HAIR)
    ):
        if has:
            said += [
                one(options)
                for key, options in named.items()
                if str(kind).startswith(key)
            ]
        elif rng.random() < 0.5:
            said.append(one(missing))
    said = [said[i] for i in rng.permutation(len(said))]
    return f"{one(_PEOPLE)} with {', '.join(said[:-1])} and {said[-1]}"


def _index(values, names):
    return np.array([names.index(value) for value in values.tolist()])


def _halve(content):
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    blocks = picture.reshape(SIDE, 2, SIDE, 2, 3).astype("float32")
    return np.rint(blocks.mean((1, 3))).astype("uint8")

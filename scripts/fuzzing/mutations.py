"""Changes to the content of files, each the same for the same seed."""

import hashlib
import io
import json
import random
import struct
import zipfile

#: What is changed: where it lies, and how it is changed.
KINDS = (
    "preset/metadata.json",
    "preset/config.json",
    "preset/model.weights.h5",
    "gan.keras",
    "gan.keras/metadata.json",
    "gan.keras/config.json",
    "gan.keras/model.weights.h5",
    "gan.weights.h5",
    "gan.weights.json",
    "settings.json",
    "log.csv",
    "scores.csv",
)

#: No file may name another: this one stands for it.
SECRET = "kerasgan-secret"

_NUMBERS = [
    *(0, 1, -1, 2, 3, 7, 1000, 2**31, 2**32, 2**63, 2**64, 10**12, 10**30),
    *(10**400, 0.5, -0.0, 1e300, 1e-300, -1e300),
]
_TEXTS = ["", " ", "x", "a/b", "../x", f"/{SECRET}", f"file:///{SECRET}",
          "\0", "\n", "1", "true", "null", "é", "\U0001f600", "x" * 5000,
          "relu", "kerasgan>GAN", "kerasgan.applications>DCGAN",
          "kerasgan>FID", "__lambda__", "hf://x/y", "inception_2015",
          "mixed_float16", "float8", "Dense", "Lambda", "function", "NaN",
          "http://127.0.0.1:9/x"]  # fmt: skip
# Texts of JSON that `json.dumps` would not write.
_RAW = ["NaN", "Infinity", "-Infinity", "1e999", '"\\ud800"', '"\\udfff"', "01",
        "1.", "[" * 150 + "]" * 150, "[" * 3000 + "]" * 3000, "9" * 5000, "'x'",
        '{"a": ' * 150 + "1" + "}" * 150, "", "}", '"', "tru"]  # fmt: skip


def _named(name, module=None, **config):
    return {
        "class_name": name,
        "module": module,
        "registered_name": name,
        "config": config,
    }


_OBJECTS = [
    _named("Lambda", "keras.layers", function="x", arguments={}),
    _named("__lambda__", value="4wAAAA=="),
    _named("kerasgan>FID", "kerasgan.metrics", features="inception_2015"),
    _named("StringLookup", "keras.layers", vocabulary=f"/{SECRET}"),
    _named("TFSMLayer", "keras.layers", filepath=f"/{SECRET}"),
    _named("Dense", "keras.layers", units=10**12),
    _named("Dense", "keras.layers", units=4),
    _named("Orthogonal", "keras.initializers", gain=1.0, seed=None),
    _named("__numpy__", value=["a"] * 9, dtype="<U100000000"),
    _named("__numpy__", value=[[1.0]], dtype="float32"),
    _named("__typespec__", value=[]),
    _named("kerasgan.applications>DCGAN", pretrained=True),
    _named("kerasgan.applications>DCGAN", image_shape=[8, 8, 1], filters=2),
    {**_named("function", "keras.datasets.mnist"), "config": "load_data"},
    {**_named("function", "builtins"), "config": "eval"},
]


def random_of(kind, case):
    """Returns the source of randomness of a case."""
    seed = hashlib.sha256(f"{kind} {case}".encode()).digest()
    return random.Random(seed)


def change_bytes(rng, content):
    """Changes a few bytes at random places."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(content) + 1)
        size = rng.choice([1, 1, 2, 4, 8, 64, 1000])
        part = content[at : at + size]
        match rng.randrange(9):
            case 0 | 1 | 2:
                if part:
                    content[at] ^= 1 << rng.randrange(8)
            case 3:
                del content[at:]
            case 4:
                del content[at : at + size]
            case 5:
                content[at:at] = rng.randbytes(size)
            case 6:
                content[at:at] = part
            case 7:
                content[at : at + size] = bytes(
                    [rng.choice([0, 255])] * len(part)
                )
            case 8:
                number = rng.choice([2**63, 2**62, 2**40, 2**32, 2**31, 2**20])
                content[at : at + 8] = struct.pack("<Q", number)
    return bytes(content)


def change_json(rng, content):
    """Changes keys and values of JSON; now and then its letters."""
    if rng.random() < 0.15:
        return change_bytes(rng, content)
    tree = json.loads(content)
    raw = {}
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        tree = _change_tree(rng, tree, raw)
    text = json.dumps(tree)
    for mark, value in raw.items():
        text = text.replace(f'"{mark}"', value)
    return text.encode()


def _change_tree(rng, tree, raw):
    places = list(_places(tree)) if isinstance(tree, (dict, list)) else []
    if not places or rng.random() < 0.02:
        return _value(rng, tree, raw)
    owner, key = rng.choice(places)
    match rng.randrange(12):
        case 0:
            del owner[key]
        case 1 if isinstance(owner, dict):
            owner[rng.choice([f"{key}x", key.upper(), rng.choice(_TEXTS)])] = (
                owner.pop(key)
            )
        case 2:
            owner[key] = rng.choice([[owner[key]], {"x": owner[key]}, None])
        case 3:
            other, name = rng.choice(places)
            owner[key] = json.loads(json.dumps(other[name]))
        case 4 if isinstance(owner, dict):
            owner[rng.choice(["pretrained", "include_discriminator", "name",
                              "dtype", "weights", "seed", "frozen"])] = (
                rng.choice([True, False, None, *_TEXTS])
            )  # fmt: skip
        case 5 if isinstance(owner[key], list):
            owner[key] = owner[key] * rng.choice([0, 2, 10, 1000])
        case _:
            owner[key] = _value(rng, owner[key], raw)
    return tree


def _value(rng, value, raw):
    match rng.randrange(8):
        case 0 | 1:
            return rng.choice(_NUMBERS)
        case 2:
            return rng.choice(_TEXTS)
        case 3:
            return rng.choice([None, True, False, [], {}, [[]], [None], [1]])
        case 4:
            return rng.choice(_OBJECTS)
        case 5:
            mark = f"raw-{len(raw)}"
            raw[mark] = rng.choice(_RAW)
            return mark
        case 6 if isinstance(value, (int, float)):
            return rng.choice([-value, value * 1000, str(value), bool(value),
                               value + 1, float(value), [value]])  # fmt: skip
        case _:
            long = rng.choice([10, 1000, 10**5] if rng.random() < 0.2 else [10])
            return rng.choice([[1], [0.5], ["x"], [{}], [value]]) * long


def _places(tree):
    pending = [tree]
    while pending:
        owner = pending.pop()
        keys = owner if isinstance(owner, dict) else range(len(owner))
        for key in keys:
            yield owner, key
            if isinstance(owner[key], (dict, list)):
                pending.append(owner[key])


def change_csv(rng, content):
    """Changes cells and lines of CSV; now and then its letters."""
    if rng.random() < 0.3:
        return change_bytes(rng, content)
    lines = [line.split(",") for line in content.decode().splitlines()]
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(lines))
        line = lines[at]
        match rng.randrange(6):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(at, list(line) * rng.choice([0, 1, 2, 100]))
            case 2 if line:
                del line[rng.randrange(len(line))]
            case _ if line:
                texts = [str(rng.choice(_NUMBERS)), rng.choice(_TEXTS),
                         '"', "9" * 5000, "nan", "inf", "１", "x" * 200_000,
                         "\r", "-1", "1_0", ""]  # fmt: skip
                line[rng.randrange(len(line))] = rng.choice(texts)
    return "\r\n".join(map(",".join, lines)).encode() + b"\r\n"


def change(kind, case, content):
    """Returns the content of a file, changed as its kind and a seed say."""
    rng = random_of(kind, case)
    if kind.endswith(".json"):
        return change_json(rng, content)
    if kind.endswith(".csv"):
        return change_csv(rng, content)
    return change_bytes(rng, content)


def change_member(kind, case, archive):
    """Returns an archive of which one member is changed, and fits again."""
    name = kind.partition("/")[2]
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(written, "w") as target,
    ):
        for member in source.namelist():
            content = source.read(member)
            if member == name:
                content = change(kind, case, content)
            target.writestr(member, content)
    return written.getvalue()

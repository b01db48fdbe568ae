"""Where presets lie, and whether their files are what they should be."""

import hashlib
import json
import pathlib

import keras

from kerasgan.utils.look_up import look_up

#: The presets that ship: `<model>/<name>/` with the files below.
PACKAGED = pathlib.Path(__file__).parent / "pretrained"

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
METADATA = "metadata.json"
CARD = "README.md"

# What the metadata say of a file.
_STATED = ("bytes", "sha256")

#: Raised when a reader of an older version would misread the files.
FORMAT = 1


def packaged_presets():
    """Returns a dict from the names of packaged presets to their folders."""
    return {
        file.parent.relative_to(PACKAGED).as_posix(): file.parent
        for file in sorted(PACKAGED.glob(f"*/*/{METADATA}"))
    }


def find_folder(models, source):
    """Returns the folder of a preset.

    Args:
        models: Names, in lower case, of the class that asks and its bases.
        source: `True` for the model's own, a name, a folder, or
            `hf://user/repository`.

    Raises:
        ValueError: If there is no such preset.
        OSError: If there is no such folder, or it cannot be downloaded.
    """
    presets = packaged_presets()
    own = {
        name.partition("/")[2]: folder
        for name, folder in presets.items()
        if name.partition("/")[0] in models
    }
    if source is True:
        return _only_one(own)
    if isinstance(source, str) and source.startswith("hf://"):
        return _download_folder(source)
    if isinstance(source, str) and source in {**presets, **own}:
        return {**presets, **own}[source]
    if not isinstance(source, (str, pathlib.PurePath)) or not str(source):
        raise ValueError(
            "`pretrained` must be True, the name of a preset, a folder or "
            f"'hf://user/repository'. Received: {source!r}."
        )
    folder = pathlib.Path(source).expanduser()
    if folder.is_dir():
        return folder
    if not isinstance(source, str) or source.startswith((".", "/", "~")):
        raise FileNotFoundError(
            "`pretrained` must lead to the folder of a preset. Received: "
            f"'{source}', which is no folder."
        )
    if not presets:
        raise ValueError(
            "`pretrained` must be a folder or 'hf://user/repository', since "
            f"no presets are installed. Received: '{source}'."
        )
    return look_up(source, {**presets, **own}, "pretrained")


def _only_one(own):
    defaults = [
        folder
        for folder in own.values()
        if len(own) == 1 or read_json(folder / METADATA).get("default")
    ]
    if len(defaults) == 1:
        return defaults[0]
    names = ", ".join(f"'{name}'" for name in own) or "none"
    raise ValueError(
        "`pretrained=True` needs a model with one preset that stands for it. "
        f"Received: a model with these presets: {names}. Give the name of "
        "one, a folder or 'hf://user/repository'."
    )


def _download_folder(source):
    try:
        import huggingface_hub
    except ImportError as error:
        raise ImportError(
            f"`pretrained='{source}'` needs the package huggingface-hub: "
            "`pip install 'kerasgan[hub]'`."
        ) from error
    repository, _, revision = source.removeprefix("hf://").partition("@")
    if repository.count("/") != 1:
        raise ValueError(
            "`pretrained` must have the form 'hf://user/repository' or "
            f"'hf://user/repository@revision'. Received: '{source}'."
        )
    try:
        folder = huggingface_hub.snapshot_download(
            repository,
            revision=revision or None,
            allow_patterns=[CONFIG, WEIGHTS, METADATA],
        )
    except Exception as error:
        # The hub has many errors of its own; none of them is ours to fix.
        raise OSError(
            f"`pretrained='{source}'` could not be downloaded. Received: "
            f"{type(error).__name__}: {error}. Check the name and the "
            "connection, or give a folder."
        ) from error
    return pathlib.Path(folder)


def read_json(path):
    """Returns the dict in a JSON file of a preset.

    Raises:
        OSError: If the file is not there or holds no JSON object.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"`pretrained` must lead to a folder with {CONFIG}, {WEIGHTS} and "
            f"{METADATA}. Received: '{path.parent}', which has no {path.name}."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OSError(
            f"'{path}' must be a JSON file. Received: {error}. It is broken; "
            "get it again."
        ) from error
    if not isinstance(content, dict):
        raise OSError(
            f"'{path}' must hold a JSON object. Received: a "
            f"{type(content).__name__}. It is broken; get it again."
        )
    return content


def verified_files(folder):
    """Checks the files of a preset against its metadata.

    Weights that are not in the folder are downloaded from the `url` in the
    metadata, if there is one, and kept in Keras' cache.

    Returns:
        The metadata, and the path of the weights.

    Raises:
        OSError: If a file is missing, cut off or changed.
    """
    metadata = read_json(folder / METADATA)
    if metadata.get("format") != FORMAT:
        raise OSError(
            f"'{folder / METADATA}' must have \"format\": {FORMAT}. Received: "
            f"{metadata.get('format')!r}. A newer kerasgan may read it."
        )
    try:
        files = {
            name: {key: metadata["files"][name][key] for key in _STATED}
            for name in (CONFIG, WEIGHTS)
        }
        dict(metadata["parameters"])
    except (KeyError, TypeError, ValueError) as error:
        raise OSError(
            f"'{folder / METADATA}' must state 'parameters', and in 'files' "
            f"{_STATED} of {CONFIG} and {WEIGHTS}. Received: "
            f"{sorted(metadata)}, without {error}. It is broken; get it again."
        ) from error
    check_file(folder / CONFIG, files[CONFIG])
    weights = folder / WEIGHTS
    if not weights.is_file() and metadata.get("url"):
        weights = _download_weights(metadata["url"], files[WEIGHTS]["sha256"])
    check_file(weights, files[WEIGHTS])
    return metadata, weights


def _download_weights(url, sha256):
    try:
        # The hash in the name: presets share this cache.
        path = keras.utils.get_file(
            f"{sha256[:16]}-{WEIGHTS}",
            origin=url,
            file_hash=sha256,
            cache_subdir="kerasgan",
        )
    except Exception as error:
        # `get_file` raises bare exceptions when there is no connection.
        raise OSError(
            f"The weights must come from '{url}'. Received: {error}. Check "
            "the connection, and try again."
        ) from error
    return pathlib.Path(path)


def describe_file(path):
    """Returns size and sha256 of a file, as the metadata states them."""
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": sha256}


def check_file(path, expected):
    """Raises an `OSError` unless a file is as the metadata state it."""
    if not path.is_file():
        raise FileNotFoundError(
            f"'{path}' must be there. Received: no such file. The preset is "
            "not complete; get it again."
        )
    received = describe_file(path)
    for key in _STATED:
        if received[key] != expected[key]:
            raise OSError(
                f"'{path}' must have {key} {expected[key]}. Received: "
                f"{received[key]}. The file was cut off or changed; get it "
                "again."
            )

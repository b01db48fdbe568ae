"""Where presets lie, and whether their files are what they should be."""

import contextlib
import hashlib
import pathlib
import time

from kerasgan.saving.download import download
from kerasgan.saving.json_files import parse_json
from kerasgan.saving.json_files import read_bytes
from kerasgan.utils.atomic_files import states_of
from kerasgan.utils.atomic_files import temporary_folder
from kerasgan.utils.look_up import look_up

#: The presets that ship: `<model>/<name>/` with the files below.
PACKAGED = pathlib.Path(__file__).parent / "pretrained"

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
METADATA = "metadata.json"
CARD = "README.md"

#: Raised when a reader of an older version would misread the files.
FORMAT = 1

#: The files, in the order in which a writer puts them in their places.
NAMES = (WEIGHTS, CONFIG, CARD, METADATA)

_READ = (METADATA, CONFIG, WEIGHTS)
_FORMS = {METADATA: "PresetMetadata", CONFIG: "PresetConfig"}
_ADVICE = "The file is broken, or no preset's; get it again."
_PIECE = 2**20
_HUB_TIMEOUT = 10.0

# For how long one reads again while writers put others in their places.
_LONGEST_TRY = 10.0


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
            # Seconds of silence. `HF_HUB_DOWNLOAD_TIMEOUT` is for the rest.
            etag_timeout=_HUB_TIMEOUT,
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
        OSError: If the file is not there or is none of a preset.
    """
    return _parsed(_content(path), path)


def _content(path):
    if not path.is_file():
        raise FileNotFoundError(
            f"`pretrained` must lead to a folder with {CONFIG}, {WEIGHTS} and "
            f"{METADATA}. Received: '{path.parent}', which has no {path.name}."
        )
    return read_bytes(path, _ADVICE)


def _parsed(content, path):
    if path.name == METADATA:
        # Before all else, since a later format may differ in it.
        advice = "A newer kerasgan may read it, or it is broken."
        parse_json(content, path, "PresetFormat", advice)
    return parse_json(content, path, _FORMS[path.name], _ADVICE)


@contextlib.contextmanager
def verified_files(folder):
    """Checks the files of a preset against its metadata, and keeps them.

    They are those of one moment, also while others write the preset: what was
    checked is what is given, whatever becomes of the folder. Weights that are
    not in it are downloaded from the `url` in the metadata, if there is one,
    and kept in Keras' cache.

    Args:
        folder: `pathlib.Path`.

    Yields:
        The metadata and the configuration, and the path of a copy of the
        weights.

    Raises:
        OSError: If a file is missing, cut off or changed.
    """
    with temporary_folder() as private:
        weights = private / WEIGHTS
        yield *_read_together(folder, weights), weights


def _read_together(folder, weights):
    """Returns metadata and configuration, and copies the weights."""
    end = time.monotonic() + _LONGEST_TRY
    while True:
        before, first = _identities(folder), None
        for places in states_of(folder, _READ):
            try:
                return _read_once(places, weights)
            except OSError as error:
                first = first or error
        # Without a change in between, it is no writer that they lack.
        if before == _identities(folder) or time.monotonic() > end:
            raise first


def _identities(folder):
    found = []
    for name in _READ:
        with contextlib.suppress(OSError):
            facts = (folder / name).stat()
            found.append((name, facts.st_ino, facts.st_mtime_ns))
    return found


def _read_once(places, weights):
    metadata = _parsed(_content(places[METADATA]), places[METADATA])
    files, url = metadata["files"], metadata.get("url")
    source = places[WEIGHTS]
    if url and not source.is_file():
        size, sha256 = files[WEIGHTS]["bytes"], files[WEIGHTS]["sha256"]
        # The hash in the name: presets share this cache.
        source = download(url, f"{sha256[:16]}-{WEIGHTS}", size, sha256)
    # First of all opened: then a writer has less time to come in between.
    with _opened(source) as file:
        config = _content(_existing(places[CONFIG]))
        _compare(places[CONFIG], _describe(config), files[CONFIG])
        _compare_size(source, file, files[WEIGHTS])
        _compare(source, _copied(file, weights), files[WEIGHTS])
    return metadata, _parsed(config, places[CONFIG])


def _existing(path):
    if not path.is_file():
        raise FileNotFoundError(
            f"'{path}' must be there. Received: no such file. The preset is "
            "not complete; get it again."
        )
    return path


def _opened(path):
    return open(_existing(path), "rb")


def _copied(file, path):
    """Copies an open file, and returns what it has copied."""
    digest, size = hashlib.sha256(), 0
    with open(path, "wb") as copy:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _describe(content):
    digest = hashlib.sha256(content).hexdigest()
    return {"bytes": len(content), "sha256": digest}


def describe_file(path):
    """Returns size and sha256 of a file, as the metadata states them."""
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": sha256}


def _compare_size(path, file, expected):
    """Raises before anything is copied that is too long."""
    size = file.seek(0, 2)
    file.seek(0)
    _compare(path, {**expected, "bytes": size}, expected)


def _compare(path, received, expected):
    """Raises an `OSError` unless a file is as the metadata state it."""
    for key in ("bytes", "sha256"):
        if received[key] != expected[key]:
            raise OSError(
                f"'{path}' must have {key} {expected[key]}. Received: "
                f"{received[key]}. The file was cut off or changed; get it "
                "again."
            )

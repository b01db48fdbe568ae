"""The members of a `.keras` file, checked before anything is made of them."""

import io
import zipfile
import zlib

from kerasgan.saving.json_files import parse_json
from kerasgan.saving.weights_file import check_weights

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"

_LONGEST_JSON = 2**22
# Keras does not compress. Whoever did it gets so many bytes back.
_LONGEST_UNPACKED = 2**26
_PIECE = 2**20


def check_archive(file, path, advice):
    """Returns what a `.keras` file holds, or says what is wrong with it.

    All of it is read once, so that a bit that was flipped is noticed.

    Args:
        file: Binary file object that can seek.
        path: Path, for messages.
        advice: What to do if the file is another, a sentence.

    Returns:
        Its configuration, a dict, and a `StoredWeights`.

    Raises:
        OSError: If it is no such file, is cut off or is broken.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive)
            documents = {
                name: _read(archive, members[name], _LONGEST_JSON).getvalue()
                for name in (METADATA, CONFIG)
            }
            weights = _read(archive, members[WEIGHTS])
            parse_json(
                documents[METADATA],
                f"{path}/{METADATA}",
                "KerasMetadata",
                advice,
            )
            config = parse_json(
                documents[CONFIG], f"{path}/{CONFIG}", "KerasConfig", advice
            )
            stored = check_weights(weights, f"{path}/{WEIGHTS}", advice)
            return config, stored
    except (
        ValueError,
        RuntimeError,
        NotImplementedError,
        OverflowError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise OSError(
            f"'{path}' must be a whole `.keras` file. Received: "
            f"{str(error)[:200]}. {advice}"
        ) from error


def _members(archive):
    members = {member.filename: member for member in archive.infolist()}
    wanted = {METADATA, CONFIG, WEIGHTS}
    if len(members) < len(archive.infolist()) or members.keys() != wanted:
        names = [member.filename for member in archive.infolist()]
        raise ValueError(
            f"the members {str(names)[:100]}, not {METADATA}, {CONFIG} and "
            f"{WEIGHTS}, each once"
        )
    return members


def _read(archive, member, longest=None):
    """Returns a member in memory, where it can be read from any place."""
    if longest is None:
        is_packed = member.compress_type != zipfile.ZIP_STORED
        longest = _LONGEST_UNPACKED if is_packed else member.compress_size
    content = io.BytesIO()
    with archive.open(member) as file:
        # The length that it states may be another.
        while piece := file.read(_PIECE):
            content.write(piece)
            if content.tell() > longest:
                raise ValueError(f"more than {longest} bytes in a member")
    return content

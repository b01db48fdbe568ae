"""Finds the files that the authors' code writes for each network."""

import os

_ENDING = ".pth"


def find_networks(source, roles, required, epoch="latest"):
    """Returns the weights of each network: a dict of paths or of dicts.

    Args:
        source: What the user gave: a folder, a file, or a dict.
        roles: Names of the networks, in the authors' words.
        required: Those of them that must be there.
        epoch: String or integer, the beginning of the names of files.

    Raises:
        OSError: If there is no such folder or file.
        ValueError: If networks are missing, or are not known.
    """
    if isinstance(source, (str, os.PathLike)):
        found = _in_path(os.fspath(source), roles, epoch)
    elif isinstance(source, dict):
        found = {role: x for role, x in source.items() if x is not None}
    else:
        raise ValueError(
            "`source` must be a path or a dict from "
            f"{_words(roles)} to weights. Received: {source!r}"
        )
    unknown = [role for role in found if role not in roles]
    missing = [role for role in required if role not in found]
    if unknown or missing:
        shown = source if isinstance(source, str) else list(found)
        raise ValueError(
            f"`source` must have the weights of {_words(required)} and may "
            f"have those of all of {_words(roles)}. Received: {shown!r}, "
            f"where {_words(unknown or missing)} "
            f"{'is not known' if unknown else 'is missing'}. A folder must "
            f"have files like '{epoch}_net_{required[0]}{_ENDING}'; a dict "
            "leads from these names to paths or to dicts of arrays."
        )
    return found


def _in_path(path, roles, epoch):
    if os.path.isdir(path):
        files = {
            role: os.path.join(path, f"{epoch}_net_{role}{_ENDING}")
            for role in roles
        }
        return {role: f for role, f in files.items() if os.path.isfile(f)}
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"`source` must be a folder or a file that exists. Received: "
            f"'{path}'"
        )
    # One network alone, as the authors publish them.
    return {roles[0]: path}


def _words(names):
    return ", ".join(f"'{name}'" for name in names)

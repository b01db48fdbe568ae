import contextlib
import os
import pathlib

from kerasgan.saving.loading_weights import loading_whole
from kerasgan.saving.registered import warn_of_unregistered
from kerasgan.utils.atomic_files import replacing


class WholeFiles:
    """Files of a model that are whole or not there; mixed into it.

    A kill while one is saved leaves the one from before, and weights that do
    not fit leave those that the model had. What Keras writes to somewhere
    else, to a folder or as several files, it writes as it always does.
    """

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Saves the model; arguments as in `keras.Model.save`."""
        if zipped is not False:
            _check_suffix(filepath)
        warn_of_unregistered(self)
        is_one = zipped is not False and _ends(filepath, ".keras")
        with _whole(filepath, overwrite, is_one) as path:
            super().save(path, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath, overwrite=True, **kwargs):
        """Saves the weights; arguments as in `keras.Model.save_weights`."""
        is_one = _ends(filepath, ".weights.h5")
        with _whole(filepath, overwrite, is_one) as path:
            super().save_weights(path, overwrite=overwrite, **kwargs)

    def load_weights(self, filepath, *args, **kwargs):
        """Loads all weights of a file or, where one does not fit, none.

        Args:
            filepath: Path, as in `keras.Model.load_weights`.
            *args, **kwargs: As in `keras.Model.load_weights`.
        """
        with loading_whole(self, filepath):
            super().load_weights(filepath, *args, **kwargs)


def _check_suffix(path):
    """Raises `ValueError` for files that no model could be loaded from."""
    if not _ends(path, "") or _ends(path, ".keras"):
        return
    path = pathlib.Path(path)
    stem = path.with_suffix("").with_suffix("")
    raise ValueError(
        "`filepath` must end in `.keras`, the files that a game can be loaded "
        f"from. Write `save('{stem}.keras')` for the whole model, and "
        f"`save_weights('{stem}.weights.h5')` for the weights alone. "
        f"Received: '{path}'"
    )


def _ends(path, suffix):
    return isinstance(path, (str, os.PathLike)) and (
        "://" not in str(path) and str(path).endswith(suffix)
    )


def _whole(path, overwrite, is_one_file):
    # Keras asks the user whether it may, and then writes there itself.
    is_asked = not overwrite and os.path.exists(path)
    if not is_one_file or is_asked:
        return contextlib.nullcontext(path)
    return replacing(path, "filepath")

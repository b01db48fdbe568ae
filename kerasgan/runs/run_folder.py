import contextlib
import csv
import json
import pathlib

import kerasgan
from kerasgan.saving.json_files import read_json
from kerasgan.saving.json_files import read_rows
from kerasgan.saving.json_files import whole_number
from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.atomic_files import locked
from kerasgan.utils.atomic_files import replacing

# May differ when a run goes on: they do not change what is learned.
_FREE = ("epochs", "sample_every", "monitor", "tensorboard")
_ADVICE = "Start a new run in another folder, or mend the file."


class RunFolder:
    """The files of one training, and what they say of it.

    Args:
        path: The folder.

    Raises:
        ValueError: If the path is empty.

    Example:

    ```python
    from kerasgan.runs.run_folder import RunFolder

    assert not RunFolder("runs/none").exists
    ```
    """

    def __init__(self, path):
        if not str(path):
            raise ValueError(
                "`--out` must name a folder. Received: an empty path."
            )
        self.path = pathlib.Path(path).expanduser()
        self.settings_file = self.path / "settings.json"
        self.model_file = self.path / "model.keras"
        self.log_file = self.path / "log.csv"
        self.samples = self.path / "samples"
        #: Names of the pictures that were not trained on, one a line.
        self.held_out_file = self.path / "held_out.txt"
        #: Files of the user's folder that were not read, and why.
        self.left_out_file = self.path / "left_out.txt"
        self.scores = self.path / "scores"
        self.tensorboard = self.path / "tensorboard"
        self.lock_file = self.path / ".lock"

    @property
    def exists(self):
        return self.settings_file.exists()

    def read_settings(self, form="RunSettings"):
        """Returns the settings that the run was started with.

        Args:
            form: Name of a form in `kerasgan.saving.forms`. Defaults to
                that of a run of the command.

        Raises:
            OSError: If there are none, or if they cannot be read.
        """
        if not self.exists:
            raise FileNotFoundError(
                f"There is no run in '{self.path}': it has no settings.json. "
                "Name the folder that a training was given as `--out`, or "
                "start a run there without `--resume`."
            )
        return read_json(self.settings_file, form, _ADVICE)

    def write_settings(self, settings):
        """Writes the settings, whole or not at all."""
        text = json.dumps(settings, indent=2) + "\n"
        with replacing(self.settings_file, "--out") as temporary:
            temporary.write_text(text, encoding="utf-8")

    @contextlib.contextmanager
    def opened(self, resume, form="RunSettings"):
        """Keeps other trainings out while a run is in its folder.

        What a new run has written is removed if it fails before it saves.

        Args:
            resume: Whether to go on with the run that is there.
            form: See `read_settings`.

        Yields:
            The settings that the run was started with, or `None` for a new
            one.

        Raises:
            ValueError: If the settings are none.
            OSError: If there is a run where a new one is to be, or none to
                go on with, or if the folder cannot be written to or something
                else trains into it. Nothing has changed then.
        """
        stored = self.read_settings(form) if resume else None
        with contextlib.ExitStack() as stack:
            # The first process writes for all of them.
            if kerasgan.distribution.is_first_process():
                stack.enter_context(self.locked())
                stack.enter_context(self.kept_if_saved())
                if not resume:
                    self.check_free()
            yield stored

    def load_or(self, build):
        """Returns the model that was saved here, or else what `build` makes."""
        if self.model_file.exists():
            return kerasgan.load_model(self.model_file)
        return build()

    def check_free(self):
        """Raises `OSError` unless a new run can begin in this folder."""
        if self.exists or self.model_file.exists():
            raise FileExistsError(
                f"`--out` must be a folder without a run. Received: "
                f"'{self.path}', which holds one. Add `--resume` to go on "
                "with it, or choose another folder."
            )
        for path in (self.log_file, *sorted(self.samples.glob("*"))):
            if path.exists():
                raise FileExistsError(
                    "`--out` must be a folder where a run writes over nothing. "
                    f"Received: '{self.path}', which holds '{path.name}'. "
                    "Move it away, or choose another folder."
                )

    @contextlib.contextmanager
    def locked(self):
        """Makes the folder, and keeps other trainings out of it for a while.

        The lock is the system's: it ends with the process that holds it,
        however that ends, and keeps nobody from reading.

        Raises:
            OSError: If the folder cannot be written to, or if something
                trains into it. Nothing has changed then.
        """
        missing = [
            path for path in (self.path, *self.path.parents)
            if not path.exists()
        ]  # fmt: skip
        check_writable(self.path, "--out")
        with contextlib.ExitStack() as stack:
            try:
                # Its last owner may be about to remove the file.
                stack.enter_context(locked(self.lock_file, timeout=0.5))
            except BlockingIOError:
                raise BlockingIOError(
                    "`--out` must be a folder that nothing else trains into. "
                    f"Received: '{self.path}', where another training "
                    "is at work. Wait for its end, or choose another folder."
                ) from None
            try:
                yield
            finally:
                stack.close()
                with contextlib.suppress(OSError):
                    for path in missing:
                        path.rmdir()  # raises unless it is empty

    @contextlib.contextmanager
    def kept_if_saved(self):
        """Removes what the body has written if it fails before it saves.

        So that a first try that fails is no run, and can be made again.
        """
        folders = (self.samples, self.scores, self.tensorboard)
        before = {*self._written(folders)}
        is_new = not self.exists
        try:
            yield
        except BaseException:
            if is_new and not self.model_file.exists():
                # What is in a folder comes before it.
                for path in reversed(self._written(folders)):
                    if path in before:
                        continue
                    if path.is_dir():
                        path.rmdir()
                    else:
                        path.unlink(missing_ok=True)
            raise

    def _written(self, folders):
        """Returns what is there of all that a run writes."""
        paths = [
            *(self.settings_file, self.log_file),
            *(self.held_out_file, self.left_out_file),
        ]
        for folder in folders:
            paths += [folder, *sorted(folder.rglob("*"))]
        return [path for path in paths if path.exists()]

    def check_same(self, stored, settings):
        """Raises `ValueError` unless a run may go on with these settings.

        Args:
            stored: What `read_settings` returned.
            settings: Dict of the settings to go on with.
        """
        different = [
            f"{key} was {stored.get(key)!r}, is {value!r}"
            for key, value in settings.items()
            if key not in _FREE and stored.get(key) != value
        ]
        if different:
            raise ValueError(
                "A run goes on with the settings it began with. Received "
                f"other ones: {'; '.join(different)}. Give the same settings, "
                "or start a new run in another folder."
            )

    def cut_log(self, epochs):
        """Drops what the log says of epochs that will be run again.

        Args:
            epochs: Number of epochs that are complete.
        """
        if not self.log_file.exists():
            return
        rows = read_rows(self.log_file, {"epoch": whole_number}, _ADVICE)
        kept = [row for row in rows if row["epoch"] < epochs]
        with (
            replacing(self.log_file) as temporary,
            open(temporary, "w", newline="", encoding="utf-8") as file,
        ):
            # `CSVLogger` writes the names where there is nothing.
            if kept:
                writer = csv.DictWriter(file, list(kept[0]))
                writer.writeheader()
                writer.writerows(kept)

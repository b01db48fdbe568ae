"""Trainings that a script goes on with when it is run again."""

import json
import pathlib
import time

import kerasgan


class Training:
    """A training in a folder of its own, and what was measured of it.

    Args:
        folder: Path; made if it is not there.
        settings: Dict of JSON values. A folder of other settings is refused.

    Attributes:
        done: Integer, parts that are done.
        seconds: Float, time of the processor that they took.
        notes: Dict of JSON values that were measured.
    """

    def __init__(self, folder, settings):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "training.json"
        # As JSON has them: lists for tuples.
        self.settings = json.loads(json.dumps(settings))
        self.done, self.seconds, self.notes = 0, 0.0, {}
        self._start = time.process_time()
        if not self.file.exists():
            return
        stored = json.loads(self.file.read_text())
        if stored["settings"] != self.settings:
            raise ValueError(
                f"`{folder}` has a training of other settings: give `--runs` "
                f"another one. Received: {self.settings}, there: "
                f"{stored['settings']}"
            )
        self.done, self.seconds = stored["done"], stored["seconds"]
        self.notes = stored["notes"]

    def open(self, build):
        """Returns the model that was saved, or that `build` makes."""
        if not self.done:
            return build()
        return kerasgan.load_model(self.model_file)

    @property
    def model_file(self):
        return self.folder / f"part_{self.done}.keras"

    def save(self, gan):
        """Saves the model after a further part."""
        old = self.model_file
        self.done += 1
        gan.save(self.model_file)
        # Only now is the part done, and the file before it needed no more.
        self._write()
        old.unlink(missing_ok=True)

    def noted(self, key, measure):
        """Returns what was measured, now or before."""
        if key not in self.notes:
            self.notes[key] = measure()
            self._write()
        return self.notes[key]

    def _write(self):
        now = time.process_time()
        self.seconds += now - self._start
        self._start = now
        part = self.file.with_suffix(".part")
        names = ("settings", "done", "seconds", "notes")
        whole = {name: getattr(self, name) for name in names}
        part.write_text(json.dumps(whole, indent=1))
        part.replace(self.file)

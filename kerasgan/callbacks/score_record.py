"""The scores of a run, kept in a folder so that a run can go on."""

import csv

from kerasgan.saving.json_files import number_or_nothing
from kerasgan.saving.json_files import read_rows
from kerasgan.saving.json_files import whole_number
from kerasgan.utils.atomic_files import replacing

_ADVICE = "Move it away, and the record begins anew."


class ScoreRecord:
    """Rows of scores, written after each to `scores.csv` of a folder.

    Args:
        folder: `pathlib.Path`, or `None` to keep the rows in memory only.

    Example:

    ```python
    from kerasgan.callbacks.score_record import ScoreRecord

    record = ScoreRecord(None)
    record.add(epoch=1, step=10, scores={"fid": 2.0})
    assert record.scores_at(10) == {"fid": 2.0}
    ```
    """

    def __init__(self, folder):
        self.folder = folder
        self.rows = []

    def read(self, step):
        """Takes up what was written, up to the step where a run goes on.

        Args:
            step: Integer; 0 for a new run, which takes up nothing.
        """
        if self.folder is not None and (self.folder / "scores.csv").exists():
            columns = dict.fromkeys(("epoch", "step"), whole_number)
            rows = read_rows(
                self.folder / "scores.csv", columns, _ADVICE, number_or_nothing
            )
            self.rows = [
                {key: row[key] for key in row if row[key] is not None}
                for row in rows
            ]
        self.rows = [row for row in self.rows if 0 < step >= row["step"]]

    def add(self, epoch, step, scores):
        """Adds a row, or takes the place of the last one of that step."""
        self.rows = [row for row in self.rows if row["step"] < step]
        self.rows.append({"epoch": epoch, "step": step, **scores})
        if self.folder is not None:
            with replacing(self.folder / "scores.csv", "folder") as temporary:
                self._write(temporary)

    def scores_at(self, step):
        """Returns the scores of a step, or `None`."""
        for row in self.rows:
            if row["step"] == step:
                return {k: row[k] for k in row if k not in ("epoch", "step")}
        return None

    def draw(self):
        """Writes `scores.png`, a curve a score over the steps."""
        from matplotlib.figure import Figure

        keys = [key for key in self.rows[-1] if key not in ("epoch", "step")]
        figure = Figure(figsize=(6, 2 * len(keys)), layout="constrained")
        for place, key in enumerate(keys, start=1):
            axes = figure.add_subplot(len(keys), 1, place)
            rows = [row for row in self.rows if key in row]
            axes.plot(
                [row["step"] for row in rows],
                [row[key] for row in rows],
                marker=".",
            )
            axes.set_ylabel(key, fontsize="small")
            axes.grid(alpha=0.3)
        axes.set_xlabel("step")
        with replacing(self.folder / "scores.png", "folder") as temporary:
            figure.savefig(temporary, dpi=100)

    def _write(self, path):
        names = list(dict.fromkeys(key for row in self.rows for key in row))
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(self.rows)

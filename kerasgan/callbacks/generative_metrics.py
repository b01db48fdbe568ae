import importlib.util
import math
import pathlib

import numpy as np

from kerasgan.callbacks.periodic_callback import PeriodicCallback
from kerasgan.callbacks.score_record import ScoreRecord
from kerasgan.conditions.in_turn import in_turn
from kerasgan.metrics.drawn_images import drawn_batches
from kerasgan.metrics.drawn_images import sets_of
from kerasgan.metrics.sample_set import SampleSet
from kerasgan.metrics.scorer import Scorer
from kerasgan.saving.json_files import read_json
from kerasgan.utils import check_count
from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed

_MODES = {"min": True, "max": False}
_LOWER = ("fid", "intra_class_fid", "kid", "perceptual_path_length", "swd")
_HIGHER = (
    "agreement",
    "coverage",
    "density",
    "inception_score",
    "precision",
    "recall",
)


class GenerativeMetrics(PeriodicCallback):
    """Scores the generator during training, and keeps the best weights.

    The scores go into the logs under the names of the metrics, such as
    `fid_fashion_mnist`: the history, the progress bar and Keras' callbacks
    that stand behind this one in the list (`CSVLogger`, `ModelCheckpoint`,
    `EarlyStopping`) see them. Between two measurements the logs have the
    last value. The model as it is when the run begins is measured too, so
    that what cannot be measured is known at once; so is the model at the end
    of `fit`. Where the generator makes NaN, so do the scores. Training is
    not changed by it.

    With a `folder`, all scores are written to `scores.csv`; with `monitor`,
    the best model so far to `best/`, a preset:
    `kerasgan.applications.load_preset(None, "scores/best")`. A run that goes
    on, after a backup or with `fit(initial_epoch=...)`, takes up both; a
    model that has not been trained at all starts anew. In a run of several
    processes only the first one measures, and only its logs have the scores.

    With the defaults, 2,000 images are generated an epoch, and read by a
    network of about the discriminator's size: of an epoch of 60,000 images,
    each of which costs several passes through both players, about 1 %.

    Args:
        metrics: Name (see `kerasgan.metrics.list_metrics`),
            `kerasgan.metrics.GenerativeMetric`, or list of them.
        real: Real images, `(n, height, width, channels)`, uint8 or float in
            [-1, 1], or a tuple of images and labels: best such that the model
            is not trained on. Where there are more than `samples`, as many
            are drawn. They are read once.
        every: Number of epochs or steps between two measurements. Defaults
            to 1.
        unit: `"epoch"` or `"step"`. Defaults to `"epoch"`.
        samples: Integer, how many images are generated. Few make an FID
            larger: compare within the run, and score the final model with
            `kerasgan.evaluate`. Defaults to 2,000.
        monitor: String, the score to keep the best weights by: its key in
            the logs, or that without the name of the network, as `"fid"`.
            Defaults to `None`: none are kept.
        mode: `"min"` or `"max"`, whether less or more is better. Defaults to
            `None`: what it is for the metrics of kerasgan.
        folder: Folder of the files. Defaults to `None`: no files.
        plot: Whether to draw the curves to `scores.png` in the folder, which
            needs matplotlib. Defaults to `False`.
        seed: Integer, of the latents and the choice of real images. Defaults
            to 0.
        features: The network of metrics that are given by name; see
            `kerasgan.metrics.features.get`. Defaults to `"fashion_mnist"`,
            which only fits images of that kind.

    Raises:
        ValueError: If an argument is not as described, or, when training
            begins, if the model makes images of another size or a score
            cannot be measured.
        OSError: When training begins, if the folder cannot be written to.
        ImportError: If `plot` is asked for without matplotlib.

    Example:

    ```python
    import numpy as np
    import kerasgan

    def mean_of_rows(images):
        return images.mean(axis=(2, 3))

    real = np.random.default_rng(0).uniform(-1, 1, (64, 28, 28, 1))
    # gan.fit(images, epochs=10, callbacks=[scores])
    scores = kerasgan.callbacks.GenerativeMetrics(
        ["fid", "precision_recall"],
        real,
        monitor="fid",
        folder="scores",
        features=mean_of_rows,
    )
    ```
    """

    needs = ("generate", "steps_seen", "image_shape")
    what = "scores"

    def __init__(
        self,
        metrics,
        real,
        every=1,
        unit="epoch",
        samples=2_000,
        monitor=None,
        mode=None,
        folder=None,
        plot=False,
        seed=0,
        features="fashion_mnist",
    ):
        super().__init__(every, unit)
        check_count("samples", samples, least=2)
        seed = check_seed(seed, optional=False)
        if mode is not None:
            look_up(mode, _MODES, "mode")
        for argument, value in (("monitor", monitor), ("plot", plot)):
            if value and folder is None:
                raise ValueError(
                    f"`folder` must be given with `{argument}`, for what it "
                    f"writes. Received: folder=None, {argument}={value!r}."
                )
        if plot and importlib.util.find_spec("matplotlib") is None:
            raise ImportError(
                "`plot=True` needs matplotlib, which is not installed. "
                "Install it with `python -m pip install matplotlib`, or "
                "draw `scores.csv` with what you have."
            )
        self.samples = samples
        self.monitor = monitor
        self.mode = mode
        self.folder = folder and pathlib.Path(folder).expanduser()
        self.plot = plot
        self.seed = seed
        self.record = ScoreRecord(self.folder)
        self._scorer = Scorer(metrics, features)
        self._real = _chosen(real, samples, seed)
        self._prepare()
        self._scores = {}
        self._best = None

    def _prepare(self):
        """Raises unless each metric has images enough, and a name."""
        self._is_read = False
        self._scorer.fit(min(self.samples, len(self._real)))
        names = [metric.name for metric in self._scorer.metrics]
        if len(set(names)) < len(names):
            raise ValueError(
                "`metrics` must have different names, because the logs are "
                "keyed by them. Give one of them another `name`. "
                f"Received: {names}"
            )
        self._scorer.check_count(
            "generated", self.samples, "`samples` must ask for"
        )
        is_cut = len(self._real) == self.samples
        self._scorer.check_count(
            "real",
            len(self._real),
            "`samples` must ask for" if is_cut else "`real` must hold",
        )

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        made, real = tuple(self.model.image_shape), self._real.shape
        if made != real:
            raise ValueError(
                "`real` must be images like those that the model makes. "
                f"Received: shape {real} for a model of shape {made}."
            )
        if self.folder is not None and self._is_first_process():
            check_writable(self.folder, "folder")

    def on_run_begin(self, epoch, step):
        if not self._is_read:
            self._scorer.take_real(self._real)
            self._is_read = True
        self.record.read(step)
        self._best = self._read_best() if step else None
        self._scores = self.record.scores_at(step) or {}
        if not self._scores or (self.monitor and not self._monitored_keys()):
            self._measure(epoch, step)

    def on_due(self, epoch, step, logs):
        self._measure(epoch, step)
        logs.update(self._scores)

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if logs is not None:
            logs.update(self._scores)

    def _measure(self, epoch, step):
        asked, classes = in_turn(self.model, self.samples)
        batches = drawn_batches(self.model, self.samples, self.seed, **asked)
        self._scorer.forget_generated()
        for images in sets_of(self.finite(batches), classes, "gan"):
            self._check_size(images.shape)
            self._scorer.add(images)
        if not self.is_finite:
            self._scores = dict.fromkeys(self._scores, math.nan)
            return
        self._scores = {}
        for metric, found in self._scorer.results(self.model):
            self._scores |= _named(metric, found)
        if self.monitor is not None:
            self._keep_best(epoch, step)
        self.record.add(epoch, step, self._scores)
        if self.plot:
            self.record.draw()

    def _check_size(self, made):
        if made != self._real.shape:
            raise ValueError(
                "`real` must be images like those that the model makes. A "
                "model that grows makes smaller ones before: score it when it "
                f"has grown. Received: shape {self._real.shape} for images of "
                f"shape {made} at step {self._step}."
            )

    def _keep_best(self, epoch, step):
        key = self._monitored()
        value = self._scores[key]
        less = _MODES[self.mode] if self.mode else is_lower_better(key)
        if less is None:
            raise ValueError(
                "`mode` must say whether less or more is better of "
                f"'{key}'. Received: mode=None. Give 'min' or 'max'."
            )
        if math.isnan(value):
            return
        if self._best is not None and self._best[0] == key:
            best = self._best[1]
            if value >= best if less else value <= best:
                return
        from kerasgan.applications import save_to_preset

        # One after the other and whole: the record is the preset's own.
        save_to_preset(
            self.model,
            self.folder / "best",
            {
                "chosen": {
                    "by": key,
                    "value": value,
                    "epoch": epoch,
                    "step": step,
                    "samples": self.samples,
                    "seed": self.seed,
                },
                "scores": self._scores,
            },
        )
        self._best = key, value

    def _monitored_keys(self):
        found = [
            key
            for key in self._scores
            if key == self.monitor or key.startswith(f"{self.monitor}_")
        ]
        # `kid` is the beginning of `kid_mnist` and of `kid_std_mnist`.
        names = [m.network.name for m in self._scorer.metrics if m.network]
        whole = [self.monitor, *(f"{self.monitor}_{name}" for name in names)]
        return [key for key in found if key in whole]

    def _monitored(self):
        found = self._monitored_keys()
        if not found:
            look_up(self.monitor, self._scores, "monitor")
        return found[0]

    def _read_best(self):
        """Returns what an earlier run kept: its score and value, or `None`."""
        if self.monitor is None:
            return None
        path = self.folder / "best" / "metadata.json"
        try:
            chosen = read_json(path, "BestMetadata", "")["chosen"]
            return chosen["by"], float(chosen["value"])
        except OSError:
            return None  # none is there: the next one is the best


def is_lower_better(key):
    """Returns whether less is better of a score, `None` where not known."""
    for names, answer in ((_LOWER, True), (_HIGHER, False)):
        if any(key == name or key.startswith(f"{name}_") for name in names):
            return answer
    return None


def _chosen(real, samples, seed):
    """Returns the real images that are compared with, in their order."""
    real = SampleSet(real, "real")
    if len(real) > samples:
        order = np.random.default_rng(seed).permutation(len(real))
        real = real.take(np.sort(order[:samples]), alone=True)
    return real


def _named(metric, found):
    if not isinstance(found, dict):
        return {metric.name: float(found)}
    suffix = f"_{metric.network.name}" if metric.network else ""
    return {
        key + suffix: float(value)
        for key, value in found.items()
        # Lists, of one number a class, are not for logs.
        if np.ndim(value) == 0
    }

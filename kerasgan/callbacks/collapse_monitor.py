import math
import warnings

import numpy as np

from kerasgan.callbacks import diagnostics
from kerasgan.callbacks.periodic_callback import PeriodicCallback
from kerasgan.conditions.in_turn import in_turn
from kerasgan.losses import Wasserstein
from kerasgan.metrics.sample_set import SampleSet
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed

_ACTIONS = {name: name for name in ("warn", "stop", "rollback")}
# As many real images say how various the data is.
_REAL_IMAGES = 512


class CollapseMonitor(PeriodicCallback):
    """Notices early that a game goes wrong, and says so.

    At each look it checks:

    * **NaN** or infinite numbers in the losses, the weights, or the images;
    * **diversity**: the mean distance between the pixels of two generated
      images, as a part of that between two real ones; of a conditional model
      within the classes, if the labels of `real` are given. It is near 1
      where the generator is healthy, and falls towards 0 where it makes the
      same image again and again;
    * the **gap** between the discriminator's mean logits of real and of
      generated images: where it is large, one player has won and the other
      learns little. Not for the Wasserstein loss, whose logits have no scale;
    * the **gradient norm** of each player, as far as its optimizer keeps a
      running mean of squares (Adam and its relatives): where it has become
      many times smaller or larger than at the first look.

    What it finds is said in a warning, one sentence for each, and again only
    if it had been well in between. `diversity`, `discriminator_gap` and
    `gradient_norm_<player>` go into the logs of the epoch. Training is not
    changed, unless `action` says so. In a run of several processes each of
    them looks, and comes to the same result; the first one warns.

    With the defaults, 64 images are generated an epoch: a thousandth of the
    60,000 that an epoch of Fashion-MNIST trains on.

    Args:
        real: Real images, `(n, height, width, channels)`, uint8 or float in
            [-1, 1], or a tuple of images and labels. Of more than 512, as
            many are drawn.
        every: Number of epochs or steps between two looks. Defaults to 1.
        unit: `"epoch"` or `"step"`. Defaults to `"epoch"`.
        action: `"warn"` (default); `"stop"`, to end the training; or
            `"rollback"`, to set weights, optimizers, seeds and counters back
            to what they were at the last look at which all was well, or at
            the start. A copy of them is held in memory. Place this callback
            before those that save the model.
        min_diversity: Float, the diversity below which generated images
            count as collapsed. Defaults to 0.5; DCGAN on Fashion-MNIST has
            0.8 to 1.0 from its first epoch on, 0.01 before.
        max_gap: Float, the largest distance between mean logits. Defaults to
            20: the sigmoid of 10 differs from 1 by 5e-5.
        max_gradient_change: Float, by how many times a gradient norm may
            grow or shrink. Defaults to 1000.
        warm_up: Integer, the first steps of a model in which only NaN is
            looked for, since untrained generators have no diversity. Defaults
            to 500.
        max_rollbacks: Integer; when a run has been rolled back as many times,
            the next alarm stops it. Defaults to 3.
        n: Integer, how many images are generated. Defaults to 64.
        seed: Integer, of the latents and the choice of real images. Defaults
            to 0.

    Raises:
        ValueError: If an argument is not as described, or, when training
            begins, if the model makes images of another size.

    Example:

    ```python
    import numpy as np
    import kerasgan

    real = np.random.default_rng(0).uniform(-1, 1, (100, 28, 28, 1))
    # gan.fit(images, epochs=10, callbacks=[monitor])
    monitor = kerasgan.callbacks.CollapseMonitor(real, action="rollback")
    ```
    """

    needs = ("generate", "steps_seen", "image_shape")
    in_all_processes = True
    at_end = False

    def __init__(
        self,
        real,
        every=1,
        unit="epoch",
        action="warn",
        min_diversity=0.5,
        max_gap=20.0,
        max_gradient_change=1000.0,
        warm_up=500,
        max_rollbacks=3,
        n=64,
        seed=0,
    ):
        super().__init__(every, unit)
        look_up(action, _ACTIONS, "action")
        check_count("warm_up", warm_up, least=0)
        check_count("max_rollbacks", max_rollbacks, least=0)
        check_count("n", n, least=2)
        seed = check_seed(seed, optional=False)
        limits = {
            "min_diversity": (min_diversity, 0),
            "max_gap": (max_gap, 0),
            "max_gradient_change": (max_gradient_change, 1),
        }
        for argument, (value, least) in limits.items():
            check_number(argument, value, above=least)
        real = SampleSet(real, "real")
        self._real_shape = tuple(real.images.shape[1:])
        order = np.random.default_rng(seed).permutation(len(real))
        self._real = real.take(order[:_REAL_IMAGES])
        if diagnostics.mean_pairwise_distance(self._real.images) == 0:
            raise ValueError(
                "`real` must be at least two different images, since the "
                f"generated ones are compared with them. Received: {len(real)}"
                f" {'image' if len(real) == 1 else 'equal images'}."
            )
        self.action = action
        self.min_diversity = min_diversity
        self.max_gap = max_gap
        self.max_gradient_change = max_gradient_change
        self.warm_up = warm_up
        self.max_rollbacks = max_rollbacks
        self.n = n
        self.seed = seed
        #: What the last look found: a dict from signs to sentences.
        self.alarms = {}
        #: How often the model was set back in this run.
        self.rollbacks = 0
        self._signs = {}
        self._first_norms = {}
        self._healthy = None

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        made = tuple(self.model.image_shape)
        if made != self._real_shape:
            raise ValueError(
                "`real` must be images like those that the model makes. "
                f"Received: shape {self._real_shape} for a model of shape "
                f"{made}."
            )
        self._asked, classes = in_turn(self.model, self.n)
        # Two of a class at least make a pair.
        self._by_class = (
            self._real.labels is not None
            and classes is not None
            and 2 * self.model.condition.count <= self.n
        )
        self._classes = classes if self._by_class else None
        self._reference = diagnostics.mean_pairwise_distance(
            self._real.images, self._real.labels if self._by_class else None
        )
        self.alarms = {}
        self.rollbacks = 0
        self._first_norms = {}

    def on_run_begin(self, epoch, step):
        # Unknown until the first look; a log has its columns from the start.
        self._signs = dict.fromkeys(
            [
                "diversity",
                "discriminator_gap",
                *map(_norm_key, diagnostics.gradient_norms(self.model)),
            ],
            math.nan,
        )
        if self.action == "rollback":
            self._healthy = diagnostics.snapshot(self.model)

    def on_train_end(self, logs=None):
        self._healthy = None

    def on_due(self, epoch, step, logs):
        alarms = self._look(self.model, step, logs)
        if self._is_first_process():
            for sign, sentence in alarms.items():
                if sign not in self.alarms:
                    warnings.warn(
                        f"Step {step}: {sentence}{self._what_follows()}",
                        stacklevel=2,
                    )
        self.alarms = alarms
        if not alarms:
            if self.action == "rollback":
                self._healthy = diagnostics.snapshot(self.model)
        elif self.action == "stop":
            self.model.stop_training = True
        elif self.action == "rollback":
            self._roll_back()

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if logs is not None:
            logs.update(self._signs)

    def _look(self, model, step, logs):
        """Returns the alarms, and keeps the signs for the logs."""
        images = model.generate(self.n, seed=self.seed, **self._asked)
        broken = diagnostics.not_finite(model, logs)
        if broken or not np.isfinite(images).all():
            self._signs = dict.fromkeys(self._signs, math.nan)
            return {
                "nan": f"{broken or 'generated images'} are NaN or infinite, "
                "so that the training cannot recover; a smaller learning "
                "rate or float32 may avoid it."
            }
        norms = diagnostics.gradient_norms(model)
        self._signs = self._measure(images, norms, logs)
        alarms = {}
        if step < self.warm_up:
            return alarms
        diversity = self._signs["diversity"]
        if diversity < self.min_diversity:
            alarms["diversity"] = (
                "generated images are too much alike, the distance between "
                f"two of them is {diversity:.2g} of that between real ones "
                f"(`min_diversity` is {self.min_diversity:g}): the generator "
                "collapses."
            )
        gap = self._signs["discriminator_gap"]
        loss = getattr(model, "loss", None)
        if abs(gap) > self.max_gap and not isinstance(loss, Wasserstein):
            winner = "discriminator" if gap > 0 else "generator"
            alarms["gap"] = (
                "the mean logits of real and generated images are "
                f"{gap:.3g} apart (`max_gap` is {self.max_gap:g}): the "
                f"{winner} has won and the other player learns little."
            )
        for player, norm in norms.items():
            change = self._change(player, norm)
            most = self.max_gradient_change
            if not 1.0 / most <= change <= most:
                alarms[f"gradient of {player}"] = (
                    f"the gradient norm of the {player} is {change:.2g} times "
                    "what it was at the first look: its gradients "
                    f"{'vanish' if change < 1 else 'explode'}."
                )
        return alarms

    def _measure(self, images, norms, logs):
        distance = diagnostics.mean_pairwise_distance(images, self._classes)
        signs = {
            "diversity": distance / self._reference,
            "discriminator_gap": math.nan,
        }
        if "real_logits" in logs and "fake_logits" in logs:
            gap = float(logs["real_logits"]) - float(logs["fake_logits"])
            signs["discriminator_gap"] = gap
        return signs | {_norm_key(k): norm for k, norm in norms.items()}

    def _change(self, player, norm):
        """Returns how many times the first judged norm a norm is."""
        first = self._first_norms.setdefault(player, norm)
        return norm / first if first else 1.0

    def _what_follows(self):
        if self.action == "stop":
            return " Training stops."
        if self.action == "rollback":
            if self.rollbacks < self.max_rollbacks:
                return " The model goes back to where it was well."
            return (
                f" It was set back {self.rollbacks} times already "
                "(`max_rollbacks`): training stops."
            )
        return ""

    def _roll_back(self):
        diagnostics.restore(self._healthy)
        # The running means of the epoch may be NaN.
        self.model.reset_metrics()
        if self.rollbacks >= self.max_rollbacks:
            self.model.stop_training = True
            return
        self.rollbacks += 1
        self.alarms = {}
        # The steps that are left of the epoch count on from there.
        back = self._step - self._count_steps()
        self._step -= back
        self._epoch_start -= back


def _norm_key(player):
    return f"gradient_norm_{player}"

import contextlib
import types
import warnings

import keras
import numpy as np
from keras import ops

from kerasgan.backend import upscale
from kerasgan.networks.progressive import blend
from kerasgan.networks.progressive import downscale
from kerasgan.networks.progressive import level_of
from kerasgan.training.drawing import in_order
from kerasgan.training.ema import follow


class Growth:
    """How a game is played whose images grow; mixed into `ProGAN`.

    What is computed depends on the phase of the schedule, which is a fact of
    Python: Keras' steps are compiled for one phase, and again for the next.
    How far a phase has faded in is a tensor that follows from `images_seen`.

    Expects `schedule`, `batch_sizes` and what `kerasgan.models.GAN` sets.
    """

    _further_log_names = _latest_log_names = ("resolution", "alpha", "kimg")

    # The phase that is computed right now, `None` outside of all steps; and
    # those that the compiled steps are for.
    _phase = None
    _train_phase = None
    _test_phase = None
    _predict_phase = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Of the last step; where the next one differs, moments are forgotten.
        self._last_phase = self.add_weight(
            name="last_phase",
            dtype="int32",
            initializer="zeros",
            trainable=False,
        )

    # === What a phase computes ===

    @property
    def resolution(self):
        """The side of the images that the game is at, in pixels."""
        return self.schedule.size(self._current_phase())

    def _current_phase(self):
        if self._phase is not None:
            return self._phase
        return self.schedule.phase_at(self.images_seen.read())

    @contextlib.contextmanager
    def _at(self, phase):
        before, self._phase = self._phase, phase
        try:
            yield
        finally:
            self._phase = before

    def _growth(self):
        """Returns the size to compute, and alpha or `None` where none fades."""
        phase = self._current_phase()
        if not self.schedule.is_fading(phase):
            return self.schedule.size(phase), None
        return (
            self.schedule.size(phase),
            self.schedule.alpha(phase, self.images_seen.since),
        )

    def _player_variables(self):
        variables = super()._player_variables()
        if self._phase is None:
            return variables
        size = self.schedule.size(self._phase)
        is_fading = self.schedule.is_fading(self._phase)
        return {
            player: getattr(self, player).variables_at(size, is_fading)
            for player in variables
        }

    def _call_network(self, network, inputs, training):
        size, alpha = self._growth()
        return network(inputs, size=size, alpha=alpha, training=training)

    def unpack(self, batch):
        images, labels = super().unpack(batch)
        size, alpha = self._growth()
        images = downscale(images, images.shape[1] // size)
        if alpha is not None:
            images = blend(upscale(downscale(images)), images, alpha)
        return images, labels

    def call(self, latents, training=False):
        network = self.generator if training else self._inference_generator
        images = self._call_network(network, latents, training)
        # The networks are linear at the end.
        return images if training else ops.clip(images, -1.0, 1.0)

    # === One step ===

    def _follow_networks(self, decay):
        size = self.schedule.size(self._phase)
        is_fading = self.schedule.is_fading(self._phase)
        used = {id(v) for v in self.generator.weights_at(size, is_fading)}
        pairs = zip(self.ema_generator.weights, self.generator.weights)
        slow, fast = zip(*[(s, f) for s, f in pairs if id(f) in used])
        follow(
            types.SimpleNamespace(weights=slow),
            types.SimpleNamespace(weights=fast),
            decay,
            self._averaged_weights,
        )

    def _log(self, values, weight=1):
        size, alpha = self._growth()
        where = {
            "resolution": size,
            "alpha": 1.0 if alpha is None else alpha,
            "kimg": self.images_seen.since() / 1000.0,
        }
        return super()._log({**values, **where}, weight)

    # === Keras: steps that are compiled for one phase ===

    def compile(self, *args, steps_per_execution=1, **kwargs):
        if steps_per_execution != 1:
            raise ValueError(
                "`steps_per_execution` must be 1, because a game grows "
                f"between two steps. Received: {steps_per_execution}"
            )
        super().compile(*args, **kwargs)
        self._moments = _Moments(self.optimizer)

    def make_train_function(self, force=False):
        if self.train_function is None or force:
            self._train_phase = None
            self.train_function = self._train_batch

    def _train_batch(self, *args):
        try:
            return self._train_in_minibatches(args, self._prepare_step)
        finally:
            self._phase = None

    def _prepare_step(self, read, write):
        """Returns the next step, its minibatch's size, and what it will leave.

        See `_train_in_minibatches` of the backends.
        """
        seen = self.images_seen.read(read)
        phase = self.schedule.phase_at(seen)
        if phase != read(self._last_phase):
            self._moments.forget(write)
            write(self._last_phase, phase)
        if phase != self._train_phase:
            super().make_train_function(force=True)
            self._compiled_step = self.train_function
            self.train_function = self._train_batch
            self._train_phase = phase
        # It is traced when it is called, and again for another shape.
        self._phase = phase

        def values_after(images):
            counted = self.images_seen.parts_of(seen + images)
            return *counted, (self._last_phase, phase)

        size = None
        if self.batch_sizes:
            size = self.batch_sizes[self.schedule.size(phase)]
            size *= self._minibatches_per_step
        return self._compiled_step, size, values_after

    def make_test_function(self, force=False):
        phase = self._current_phase()
        has_grown, self._test_phase = phase != self._test_phase, phase
        return super().make_test_function(force or has_grown)

    def make_predict_function(self, force=False):
        phase = self._current_phase()
        has_grown, self._predict_phase = phase != self._predict_phase, phase
        return super().make_predict_function(force or has_grown)

    def evaluate(self, *args, **kwargs):
        with self._at(self._current_phase()):
            return super().evaluate(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        with self._at(self._current_phase()):
            return super().test_on_batch(*args, **kwargs)

    def predict(self, *args, **kwargs):
        with self._at(self._current_phase()):
            return super().predict(*args, **kwargs)

    def predict_on_batch(self, *args, **kwargs):
        with self._at(self._current_phase()):
            return super().predict_on_batch(*args, **kwargs)

    # === Images ===

    def generate(
        self,
        n: int,
        seed: int | None = None,
        batch_size: int = 64,
        resolution: int | None = None,
    ) -> np.ndarray:
        """Returns generated images; see `kerasgan.models.GAN`.

        Args:
            n: Integer, how many images.
            seed: See `kerasgan.models.GAN`.
            batch_size: Integer, images computed at a time. Defaults to 64.
            resolution: Integer, their side in pixels: one of the sizes that
                the game grows through. Defaults to `None`, the one it is at,
                faded in as far as it is.

        Returns:
            Float32 NumPy array, `(n, resolution, resolution, channels)`, in
            [-1, 1].
        """
        return super().generate(n, seed, batch_size, resolution=resolution)

    _render_arguments = ("resolution",)

    def render(
        self, inputs, batch_size: int = 64, resolution: int | None = None
    ) -> np.ndarray:
        inputs = in_order(inputs)
        self._check_inputs(inputs, batch_size)
        phase = self._current_phase()
        if resolution is not None:
            # Its stabilising phase: nothing fades.
            phase = 2 * level_of(resolution, self.schedule.sizes)
        with self._at(phase):
            images = self._predict_on_one_device(
                self, inputs, batch_size, phase
            )
        return images.astype("float32")

    def _network_to_export(self):
        """Returns a model of the size that the game is at."""
        inputs = keras.Input(self._latent_shape, name="latents")
        with self._at(self._current_phase()):
            return keras.Model(inputs, self.call(inputs))

    # === Saving ===

    def save_own_variables(self, store):
        super().save_own_variables(store)
        store["schedule"] = np.array(self.schedule.starts)

    def load_own_variables(self, store):
        store = {key: store[key] for key in store.keys()}
        starts = store.pop("schedule", None)
        super().load_own_variables(store)
        starts = None if starts is None else np.asarray(starts).tolist()
        if starts not in (None, self.schedule.starts):
            seen = self.images_seen.read()
            warnings.warn(
                "These weights were trained with another schedule, whose "
                f"phases begin at {starts} images; those of this "
                f"model begin at {self.schedule.starts}. It goes on where its "
                f"own schedule is after {seen} images: "
                f"{self.schedule.describe(seen)}.",
                stacklevel=2,
            )


class _Moments:
    """What the optimizers remember, and how it was at the start.

    No attribute of the model itself, which would take it for weights.
    """

    def __init__(self, group):
        self.values = []
        for optimizer in group.optimizers:
            optimizer = getattr(optimizer, "inner_optimizer", optimizer)
            for variable in optimizer.variables:
                if variable.path.endswith("learning_rate"):
                    continue
                first = np.ravel(ops.convert_to_numpy(variable))[0]
                self.values.append((variable, first))

    def forget(self, write):
        for variable, first in self.values:
            write(variable, ops.full(variable.shape, first, variable.dtype))

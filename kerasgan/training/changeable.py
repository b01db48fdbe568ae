import contextlib

import keras

from kerasgan.training.last_value import LastValue
from kerasgan.training.part import owned_by
from kerasgan.training.part import parts_in
from kerasgan.training.settings import settings_of
from kerasgan.training.slots import checked
from kerasgan.utils.layers import layers_in
from kerasgan.utils.layers import seed_generators_of


class Changeable:
    """Settings that may change between two steps; mixed into the base.

    What is set takes effect with the next `fit`, on every backend, or is
    refused where it is set.
    """

    _variables_now = None

    def __setattr__(self, name, value):
        player = name.removesuffix("_optimizer")
        if player != name and player in self.__dict__.get("_players", ()):
            raise ValueError(
                f"`{name}` is set by `compile({name}=...)`, since an optimizer "
                f"has state of its own. Received: {value!r}. What may change "
                f"in a training is `{name}.learning_rate`"
            )
        if name in self._fixed_attributes:
            before = getattr(self, name, getattr(self, f"_{name}", value))
            if before is not value and before != value:
                raise ValueError(
                    f"`{name}` is part of what the model was built from, and "
                    f"cannot be changed: it is {before!r}. Received: "
                    f"{value!r}. Make another model, and give it the weights "
                    "of this one's networks with `set_weights`"
                )
        if name == "loss" and value is None and "loss" in self.__dict__:
            return  # Keras' `compile` sets it so, which says nothing.
        value = checked(self, name, value)
        is_built = self.__dict__.get("built")
        if is_built and not name.startswith("_"):
            value = owned_by(self, value)
        super().__setattr__(name, value)
        self.__dict__["_known_parts"] = None
        if is_built:
            for part in parts_in([value]):
                self._attach(part)
            self._bind(value)

    def _attach(self, part):
        with self._distribution_scope():
            part.attach(self)
            for key in part.log_names:
                if key not in self._latest_logs:
                    self._latest_logs[key] = LastValue(key)

    def _bind(self, value):
        """Lets each replica draw numbers of its own in a layer or part."""
        values = value if isinstance(value, (list, tuple)) else [value]
        layers = [x for x in values if isinstance(x, keras.layers.Layer)]
        generators = seed_generators_of(layers_in(layers))
        if generators and self._replicas > 1:
            with self._distribution_scope():
                self._remember_distribution(generators, [])

    @contextlib.contextmanager
    def _current_settings(self):
        """A context of steps that are made of the settings as they are now."""
        outer = self._variables_now
        self._follow_settings()
        try:
            yield
        finally:
            self.__dict__["_variables_now"] = outer

    def _follow_settings(self):
        """Makes the compiled steps anew if what they are made of changed."""
        known = self.__dict__.get("_settings")
        settings = settings_of(self, self._layers_of_networks)
        if known == settings and self._variables_now is not None:
            return
        self.__dict__["_settings"] = settings
        self.__dict__["_variables_now"] = None
        self.__dict__["_variables_now"] = self._variables_of_players()
        if known not in (None, settings):
            self.__dict__.pop("_predict_functions", None)
            for kind in ("train", "test", "predict"):
                if getattr(self, f"{kind}_function") is not None:
                    getattr(self, f"make_{kind}_function")(force=True)

    def reset_metrics(self):
        """Begins the means of an epoch anew; Keras calls it."""
        super().reset_metrics()
        if self._variables_now is not None:
            # Keras calls this at the start of each epoch.
            self._follow_settings()

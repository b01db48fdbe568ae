import weakref

import keras


class Part(keras.layers.Layer):
    """State of a model that is no network and moves with its training.

    An average of the weights, a probability that follows the logits, a pool
    of images, a controlled coefficient: whatever a step reads and changes
    beside networks and optimizers. A model takes every part that is one of
    its attributes, alone or in a list: the part's variables are made with
    the model, saved with it, and part of the state of its compiled steps.

    After each training step, when `steps_seen` and `images_seen` have
    advanced, every part acts once, in `after_step`.

    Args:
        name: String, name of the layer.

    Example:

    ```python
    import keras
    import kerasgan

    class Balance(kerasgan.training.Part):
        "A coefficient that falls while the discriminator's loss is low."

        log_names = ("balance",)

        def build_for(self, model):
            self.value = self.add_weight(
                name="value", initializer="ones", trainable=False
            )

        def after_step(self, model, logs):
            self.value.assign(self.value * 0.9 + logs["d_loss"] * 0.1)
            return {"balance": self.value}
    ```
    """

    #: Keys of the logs that `after_step` returns; the last step's values.
    log_names = ()

    #: What replicas do with float variables after a step: `"mean"` sets them
    #: to their mean, `None` leaves each replica its own.
    replica_reduction = "mean"

    def __init__(self, name=None):
        super().__init__(name=name, trainable=False, dtype="float32")

    _owner = None

    def attach(self, model):
        """Makes the variables, once; see `build_for`."""
        if not self.built:
            # Past Keras, which would take the model for a layer of its own.
            self.__dict__["_owner"] = weakref.ref(model)
            self.build_for(model)
            self.built = True

    def is_of_another(self, model):
        """Whether it is a part of another model already."""
        return self._owner is not None and self._owner() is not model

    def build_for(self, model):
        """Makes the variables, by `add_weight`.

        Called once, when the part becomes an attribute of a model whose
        networks are there.

        Args:
            model: `kerasgan.models.AdversarialModel`.
        """

    def after_step(self, model, logs):
        """Acts after a training step.

        Args:
            model: The model, whose counters have advanced.
            logs: Dict of scalars, what the step logs: the means over all
                replicas.

        Returns:
            Dict of scalars to log, with the keys of `log_names`; or `None`.
        """


def owned_by(model, value):
    """Returns a value whose parts are this model's alone.

    Those that are part of another model are copied, with state of their own.

    Args:
        model: `kerasgan.models.AdversarialModel`.
        value: Value of an attribute.
    """
    if isinstance(value, Part) and value.is_of_another(model):
        return type(value).from_config(value.get_config())
    if type(value) in (list, tuple) and parts_in(value):
        return type(value)(owned_by(model, one) for one in value)
    return value


def parts_in(values):
    """Returns the parts among values, and in lists and dicts of them.

    Args:
        values: Iterable.
    """
    found = {}
    for value in values:
        if isinstance(value, Part):
            found[id(value)] = value
        elif isinstance(value, (list, tuple)):
            found |= {id(part): part for part in parts_in(value)}
        elif isinstance(value, dict):
            found |= {id(part): part for part in parts_in(value.values())}
    return list(found.values())

import keras

from kerasgan.applications import preset_files as files

# What the shapes of a model's inputs and outputs hang on.
_SHAPE_ARGUMENTS = ("image_shape", "latent_dim", "num_classes")


class Preset:
    """A preset whose files were found and checked.

    Args:
        cls: Class that asks for it, or `None` for the one that it names.
        source: See `load_preset`.

    Raises:
        ValueError: If there is no such preset, or it is of another class.
        OSError: If its files are missing, cut off or changed.
    """

    def __init__(self, cls, source):
        bases = cls.__mro__ if cls else ()
        self.source = source
        self.folder = files.find_folder(
            [base.__name__.lower() for base in bases], source
        )
        self.metadata, self.weights = files.verified_files(self.folder)
        content = files.read_json(self.folder / files.CONFIG)
        self.config = content["config"]
        self.cls = cls or self._find_class(content["registered_name"])
        names = [
            keras.saving.get_registered_name(base) for base in self.cls.__mro__
        ]
        if content["registered_name"] not in names:
            raise ValueError(
                f"`pretrained` must be a preset of {self.cls.__name__}. "
                f"Received: '{source}', which is one of "
                f"{self.metadata.get('model')}. Load it with that class."
            )

    def _find_class(self, registered_name):
        found = keras.saving.get_registered_object(registered_name)
        if found is None:
            raise ValueError(
                f"'{self.source}' is a preset of `{registered_name}`, which "
                "is not known here. Import the module that registers it."
            )
        return found

    def arguments(self, overrides):
        """Returns the arguments to construct the model with.

        Args:
            overrides: Dict of those that the user gave.

        Raises:
            ValueError: If one of them asks for other shapes.
        """
        for key in _SHAPE_ARGUMENTS:
            if key in overrides and key in self.config:
                # Tuples are lists in JSON.
                given = _plain(overrides[key])
                kept = _plain(self._value(key))
                if given != kept:
                    raise ValueError(
                        f"`{key}` must be that of the preset, which has "
                        f"{key}={kept}. Received: {key}={given} with "
                        f"pretrained={str(self.source)!r}. Leave `{key}` out, "
                        "or train a model of your own."
                    )
        kept = {k: self._value(k) for k in self.config if k not in overrides}
        return {**kept, **overrides}

    def _value(self, key):
        value = self.config[key]
        if isinstance(value, (dict, list)):
            return keras.saving.deserialize_keras_object(value)
        return value

    def load_weights(self, gan, include_discriminator=True):
        """Loads the weights into a model that `arguments` constructed.

        An averaged generator that only the model has starts as a copy of the
        generator; one that only the preset has is left out.

        Args:
            gan: The model.
            include_discriminator: Bool, whether its weights are loaded too.

        Returns:
            List of the variables of those networks, which have their values.

        Raises:
            ValueError: If the networks are not those of the preset.
        """
        networks = networks_of(gan)
        if not include_discriminator:
            networks.pop("discriminator", None)
        parameters = self.metadata["parameters"]
        received = {k: net.count_params() for k, net in networks.items()}
        received.pop("ema_generator", None)
        expected = {k: v for k, v in parameters.items() if k in received}
        if received != expected:
            raise ValueError(
                "`pretrained` must come with the networks of the preset, "
                f"which have {expected} parameters. Received: arguments that "
                f"make networks of {received} parameters. Leave out the "
                "arguments that change the networks."
            )
        stored = {k: net for k, net in networks.items() if k in parameters}
        shelf(stored).load_weights(self.weights)
        if "ema_generator" in networks.keys() - stored.keys():
            gan.ema_generator.set_weights(gan.generator.get_weights())
        # Averages and noise go by what was seen.
        gan.steps_seen.assign(self.metadata.get("steps_seen", 0))
        gan.images_seen.assign(self.metadata.get("images_seen", 0))
        return [v for net in networks.values() for v in net.variables]


class _Shelf(keras.Model):
    def __init__(self, networks):
        super().__init__()
        for name, network in networks.items():
            setattr(self, name, network)
        self.built = True


def shelf(networks):
    """Returns a model of networks only, to store them without optimizers.

    Args:
        networks: Dict from names to built Keras models.
    """
    return _Shelf(networks)


def networks_of(gan):
    """Returns a dict from names to the networks of a model."""
    names = getattr(gan, "network_names", None)
    if not names:
        raise ValueError(
            "`gan` must be a `kerasgan.models.AdversarialModel`. Received: "
            f"{type(gan).__name__}."
        )
    return {name: getattr(gan, name) for name in names}


def _plain(value):
    return tuple(value) if isinstance(value, (list, tuple)) else value

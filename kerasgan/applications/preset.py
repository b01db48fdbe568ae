import contextlib

import keras
import numpy as np

from kerasgan import backend
from kerasgan.applications import preset_files as files
from kerasgan.saving.configuration import check_configuration
from kerasgan.saving.older_configs import without_older_arguments
from kerasgan.saving.weights_file import check_weights
from kerasgan.saving.weights_file import naming

# What the shapes of a model's inputs and outputs depend on.
_SHAPE_ARGUMENTS = (
    *("image_shape", "latent_dim", "num_classes"),
    *("input_shape", "output_shape", "image_shape_b"),
)
_ADVICE = "The preset is broken, or none of kerasgan; get it again."


@contextlib.contextmanager
def opened(cls, source):
    """Finds and checks the files of a preset, and keeps them for the body.

    Args:
        cls: Class that asks for it, or `None` for the one that it names.
        source: See `load_preset`.

    Yields:
        A `Preset`.

    Raises:
        ValueError: If there is no such preset, it is of another class, or it
            asks for what no preset may ask for.
        OSError: If its files are missing, cut off or changed.
    """
    bases = cls.__mro__ if cls else ()
    folder = files.find_folder(
        [base.__name__.lower() for base in bases], source
    )
    with files.verified_files(folder) as (metadata, content, weights):
        stored = check_weights(weights, folder / files.WEIGHTS, _ADVICE)
        check_configuration(content, folder / files.CONFIG, stored.layers)
        yield Preset(cls, source, folder, metadata, content, weights, stored)


class Preset:
    """A preset whose files were found and checked.

    Args:
        cls: Class that asks for it, or `None` for the one that it names.
        source: See `load_preset`.
        folder: `pathlib.Path` of its files, for messages.
        metadata: Dict of what `metadata.json` says.
        content: Dict of what `config.json` says.
        weights: `pathlib.Path` of the weights.
        stored: `kerasgan.saving.weights_file.StoredWeights` of them.

    Raises:
        ValueError: If it is of another class.
    """

    def __init__(self, cls, source, folder, metadata, content, weights, stored):
        self.source = source
        self.folder = folder
        self.metadata = metadata
        self.weights = weights
        self.stored = stored
        self.config = without_older_arguments(content["config"])
        self.cls = cls or self._find_class(content["registered_name"])
        names = [
            keras.saving.get_registered_name(base) for base in self.cls.__mro__
        ]
        if content["registered_name"] not in names:
            raise ValueError(
                f"`pretrained` must be a preset of {self.cls.__name__}. "
                f"Received: '{source}', which is one of "
                f"{metadata.get('model')}. Load it with that class."
            )

    def _find_class(self, registered_name):
        found = keras.saving.get_registered_object(registered_name)
        if found is None:
            raise ValueError(
                f"'{self.source}' is a preset of `{registered_name}`, which "
                "is not known here. Import the module that registers it."
            )
        if not hasattr(found, "adversarial_step"):
            raise ValueError(
                f"'{self.source}' must be a preset of a model of kerasgan. "
                f"Received: one of `{registered_name}`. {_ADVICE}"
            )
        return found

    def construct(self, construct, overrides, include_discriminator):
        """Returns the model, not larger than the preset's weights allow.

        Args:
            construct: Function that makes the model of its arguments.
            overrides: Dict of the arguments that the user gave.
            include_discriminator: Bool, whether its weights are loaded too.

        Raises:
            ValueError: If the preset, or a user, asks for what cannot be.
        """
        arguments = self.arguments(overrides)
        limited = backend.limited_variables(*self.stored.limits)
        if not overrides:
            with naming(self.folder / files.CONFIG, _ADVICE), limited:
                return construct(**arguments)
        if not include_discriminator:
            # Users may make it as large as they like, which is not to say
            # that the file may.
            self._construct_alone()
            return construct(**arguments)
        try:
            with limited:
                return construct(**arguments)
        except Exception:
            # If it is not the file's fault, it is the arguments'.
            self._construct_alone()
            raise

    def _construct_alone(self):
        self.construct(self.cls, {}, True)

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
                kept = _plain(self.config[key])
                if given != kept:
                    raise ValueError(
                        f"`{key}` must be that of the preset, which has "
                        f"{key}={kept}. Received: {key}={given} with "
                        f"pretrained={str(self.source)!r}. Leave `{key}` out, "
                        "or train a model of your own."
                    )
        with naming(self.folder / files.CONFIG, _ADVICE):
            kept = {
                k: self._value(k) for k in self.config if k not in overrides
            }
        return {**kept, **overrides}

    def _value(self, key):
        value = self.config[key]
        if isinstance(value, (dict, list)):
            return keras.saving.deserialize_keras_object(value)
        return value

    def load_weights(self, gan, include_discriminator=True):
        """Loads the weights into a model that `arguments` constructed.

        An averaged network that only the model has starts as a copy of the
        network; one that only the preset has is left out.

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
            networks = {
                name: network
                for name, network in networks.items()
                if not name.startswith("discriminator")
            }
        parameters = self.metadata["parameters"]
        received = {k: net.count_params() for k, net in networks.items()}
        for name in _averages_in(networks):
            received.pop(name)
        expected = {k: v for k, v in parameters.items() if k in received}
        if received != expected:
            raise ValueError(
                "`pretrained` must come with the networks of the preset, "
                f"which have {expected} parameters. Received: arguments that "
                f"make networks of {received} parameters. Leave out the "
                "arguments that change the networks."
            )
        stored = {k: net for k, net in networks.items() if k in parameters}
        with naming(self.folder / files.WEIGHTS, _ADVICE):
            model = weights_only_model(stored)
            model.load_weights(self.weights)
            if hasattr(gan, "_keep_for_pictures"):
                gan._keep_for_pictures(model.kept)
        for name in _averages_in(networks):
            if name not in stored:
                network = networks[name.removeprefix("ema_")]
                networks[name].set_weights(network.get_weights())
        # Averages and noise go by what was seen.
        gan.steps_seen.assign(self.metadata.get("steps_seen", 0))
        gan.images_seen.assign(self.metadata.get("images_seen", 0))
        return [v for net in networks.values() for v in net.variables]


def _averages_in(networks):
    return [name for name in networks if name.startswith("ema_")]


class _WeightsOnlyModel(keras.Model):
    def __init__(self, networks):
        super().__init__()
        for name, network in networks.items():
            setattr(self, name, network)
        self.built = True
        self.__dict__["kept"] = {}

    def load_own_variables(self, store):
        """Keeps what else is in the file: examples of models that translate.

        Args:
            store: Mapping from names to arrays.
        """
        self.__dict__["kept"] = {k: np.array(store[k]) for k in store.keys()}


def weights_only_model(networks):
    """Returns a model of networks only, to store them without optimizers.

    Args:
        networks: Dict from names to built Keras models.
    """
    return _WeightsOnlyModel(networks)


def networks_of(gan):
    """Returns a dict from names to the networks of a model."""
    names = getattr(gan, "_network_names", None)
    if not names:
        raise ValueError(
            "`gan` must be a `kerasgan.models.AdversarialModel`. Received: "
            f"{type(gan).__name__}."
        )
    return {name: getattr(gan, name) for name in names}


def _plain(value):
    return tuple(value) if isinstance(value, (list, tuple)) else value

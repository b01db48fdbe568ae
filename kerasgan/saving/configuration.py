"""What the configuration in a file may ask for: objects, and nothing else."""

import inspect

import keras

_DEEPEST = 100
_LONGEST_TEXT = 2**16
_LONGEST_LIST = 2**16

# Objects in a configuration, beside so many for each layer in the weights that
# come with it: a layer has its initializers, its policy and its calls.
_FREE_OBJECTS = 200
_OBJECTS_A_LAYER = 20

# Arguments by which a constructor reaches for other files.
_REACHING = ("pretrained", "include_discriminator")
_REACHING_TEXTS = ("vocabulary", "filepath", "weights", "features", "url")

# Where Keras' own objects may come from: what only computes.
_MODULES = (
    "keras",
    "keras.activations",
    "keras.constraints",
    "keras.dtype_policies",
    "keras.initializers",
    "keras.layers",
    "keras.losses",
    "keras.metrics",
    "keras.models",
    "keras.ops",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.quantizers",
    "keras.random",
    "keras.regularizers",
)
_FUNCTION_MODULES = (
    "builtins",
    "keras.activations",
    "keras.constraints",
    "keras.initializers",
    "keras.losses",
    "keras.metrics",
    "keras.ops",
    "keras.regularizers",
)
# What they bring along is code, or a file that holds some.
_WITH_CODE = (
    "FlaxLayer",
    "JaxLayer",
    "Lambda",
    "TFSMLayer",
    "TorchModuleWrapper",
)
_SPECIAL = (
    "__bytes__",
    "__ellipsis__",
    "__keras_tensor__",
    "__numpy__",
    "__slice__",
    "__tensor__",
)
_DTYPES = {
    "bool",
    *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    *("bfloat16", "float16", "float32", "float64"),
}


def check_configuration(config, path, layers, custom_objects=None):
    """Raises `ValueError` unless a configuration only makes objects.

    It may name Keras' layers and the like, and what was registered with
    Keras. It may not name another file, a preset or an address, and not carry
    code; and it may not ask for more objects than the weights that come with
    it are for.

    Args:
        config: What JSON held, of any kind.
        path: Where it comes from, for messages.
        layers: Integer, of how many layers and the like the weights are that
            come with it.
        custom_objects: Dict of what else may be named, or `None`.

    Raises:
        ValueError: If it is another. The message names file and key.
    """
    check = _Check(path, custom_objects or {})
    most = _FREE_OBJECTS + _OBJECTS_A_LAYER * layers
    pending = [((), config)]
    while pending:
        keys, value = pending.pop()
        if len(keys) > _DEEPEST:
            check.refuse(
                keys, f"at most {_DEEPEST} levels deep", "a deeper one"
            )
        if isinstance(value, dict):
            if "class_name" in value and "config" in value:
                most -= 1
                check.object(keys, value)
            for key, inner in value.items():
                check.argument((*keys, key), key, inner)
                pending.append(((*keys, key), inner))
        elif isinstance(value, list):
            if len(value) > _LONGEST_LIST:
                rule = f"a list of at most {_LONGEST_LIST} values"
                check.refuse(keys, rule, f"{len(value)}")
            pending.extend(((*keys, i), x) for i, x in enumerate(value))
        elif isinstance(value, str):
            check.text(keys, value)
        if most < 0:
            rule = f"made of few objects for weights of {layers} layers"
            check.refuse((), rule, "more of them")


class _Check:
    def __init__(self, path, custom_objects):
        self.path = path
        self.custom_objects = custom_objects

    def refuse(self, keys, rule, received):
        where = ".".join(map(str, keys[-6:])) or "the configuration"
        raise ValueError(
            f"`{where[-120:]}` in '{self.path}' must be {rule}. Received: "
            f"{str(received)[:120]}. A file makes one model, of Keras' and of "
            "registered objects; get it from whom you trust."
        )

    def registered(self, name):
        return keras.saving.get_registered_object(
            name, custom_objects=self.custom_objects
        )

    def argument(self, keys, name, value):
        if name in _REACHING or (
            name in _REACHING_TEXTS and isinstance(value, str)
        ):
            rule = "left out, since loading a file never loads another one"
            self.refuse(keys, rule, repr(value))

    def text(self, keys, value):
        if len(value) > _LONGEST_TEXT:
            rule = f"a text of at most {_LONGEST_TEXT} letters"
            self.refuse(keys, rule, f"{len(value)}")
        if keys and keys[-1] in ("class_name", "registered_name"):
            return
        # Keras takes the name of what is registered for it.
        if inspect.isclass(self.registered(value)):
            self.refuse(keys, "no name of a class", repr(value))

    def object(self, keys, value):
        name, module = value["class_name"], value.get("module")
        registered = value.get("registered_name", name)
        for text in (name, module, registered):
            if not isinstance(text, str | None):
                self.refuse(keys, "an object of a class by name", repr(text))
        if name in _SPECIAL:
            self.special(keys, name, value["config"])
        elif name == "function":
            self.function(keys, value["config"], module)
        elif name is None or name.startswith("__") or name in _WITH_CODE:
            rule = "free of code, which means arbitrary code execution"
            self.refuse(keys, rule, repr(name))
        elif (found := self.registered(registered)) is not None:
            if not inspect.isclass(found) or _reaches(found):
                self.refuse(keys, "a part of a model", repr(registered))
        elif not _is_keras(module, _MODULES):
            rule = "of Keras, or registered with it: import the module first"
            self.refuse(keys, rule, f"{module}.{name}, {registered}")

    def special(self, keys, name, config):
        if name in ("__numpy__", "__tensor__"):
            dtype = config.get("dtype") if isinstance(config, dict) else None
            if not isinstance(dtype, str) or dtype not in _DTYPES:
                self.refuse(keys, "an array of numbers", repr(dtype))

    def function(self, keys, name, module):
        if not isinstance(name, str):
            self.refuse(keys, "a function by name", repr(name))
        found = self.registered(name)
        if found is not None and not inspect.isclass(found):
            return
        if found is not None or not _is_keras(module, _FUNCTION_MODULES):
            rule = "a function that computes, of Keras or registered with it"
            self.refuse(keys, rule, f"{module}.{name}")


def _is_keras(module, modules):
    if not isinstance(module, str):
        return False
    # Keras takes layers, operations and the like from the latter.
    return module in modules or (
        modules is _MODULES and module.startswith("keras.src.")
    )


def _reaches(cls):
    """Whether a class fetches weights of its own by name."""
    return cls.__module__.startswith("kerasgan.metrics.")

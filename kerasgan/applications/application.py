import contextlib
import difflib
import functools
import inspect

import keras

from kerasgan import backend
from kerasgan.applications.preset import opened
from kerasgan.applications.preset_loader import construct_and_load
from kerasgan.applications.preset_loader import load_preset
from kerasgan.applications.preset_writer import save_to_preset
from kerasgan.models.adversarial_model import FOR_SUBCLASSES
from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.saving.constructor_config import arguments_of
from kerasgan.utils.takes_dtype import takes_dtype
from kerasgan.utils.takes_dtype import with_keywords

_ABOUT_PRESETS = ("pretrained", "include_discriminator")


class Application:
    """Base class of models that come with networks and a paper's settings.

    It stands before the model, as in `class DCGAN(Application, GAN)`. The
    subclass's `__init__` makes the networks from a few arguments, and takes
    three more, which this class adds to it:

    * `pretrained=False`: `True`, the name of a preset, a folder or
      `hf://user/repository`. The model is constructed from the preset's
      arguments and those that are given besides, and has its weights; see
      `from_preset`. A file cannot ask for it, only a caller.
    * `include_discriminator=True`: whether the discriminator has the
      preset's weights too.
    * `dtype=None`: policy of the model and of the layers that it makes.
      Defaults to `keras.config.dtype_policy()`.

    `kerasgan.applications.register` lets a class be found by its name.

    Args:
        *args, **kwargs: Arguments of the model.
        network_config: Dict of those arguments of the subclass's `__init__`
            that make the networks, by which it is saved. Defaults to `None`.

    Example:

    ```python
    import tempfile
    import keras
    import kerasgan

    class PointGAN(kerasgan.applications.Application, kerasgan.models.GAN):
        def __init__(self, units=4, **kwargs):
            layers = keras.layers
            super().__init__(
                keras.Sequential(
                    [keras.Input((3,)), layers.Dense(units), layers.Dense(2)]
                ),
                keras.Sequential([keras.Input((2,)), layers.Dense(1)]),
                network_config={"units": units},
                **kwargs,
            )

    gan = PointGAN(units=5, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        gan.save_to_preset(folder)
        same = PointGAN(pretrained=folder)
    assert (same.generate(2, seed=0) == gan.generate(2, seed=0)).all()
    ```
    """

    def __init__(self, *args, network_config=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._network_config = network_config or {}

    def __init_subclass__(cls, **kwargs):
        """Lets the `__init__` of a subclass take `pretrained` and others."""
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = takes_dtype(_takes_pretrained(cls.__init__))

    @classmethod
    def from_preset(cls, source, include_discriminator=True, **overrides):
        """Returns the model of a preset; the same as `cls(pretrained=source)`.

        Args:
            source: See `kerasgan.applications.load_preset`, as for the other
                arguments.
            include_discriminator: Bool. Defaults to `True`.
            **overrides: Arguments that differ from the preset's.
        """
        return load_preset(cls, source, include_discriminator, **overrides)

    def save_to_preset(self, folder, metadata=None, half_precision=False):
        """Writes the model as a preset.

        Args:
            folder: See `kerasgan.applications.save_to_preset`, as for the
                other arguments.
            metadata: Dict. Defaults to `None`.
            half_precision: Bool. Defaults to `False`.
        """
        save_to_preset(self, folder, metadata, half_precision)

    def get_config(self):
        """Returns the arguments that the model can be made of again."""
        policy = keras.dtype_policies.serialize(self.dtype_policy)
        return {
            **self._network_config,
            "dtype": policy,
            **self._get_game_config(),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Returns the model of what `get_config` returned."""
        for key in _ABOUT_PRESETS:
            if key in config:
                raise ValueError(
                    f"`{key}` must not be in the config of a {cls.__name__}: "
                    "loading a file never loads another one. Received: "
                    f"{key}={str(config[key])[:80]!r}. Take it out, or load "
                    "that one yourself."
                )
        return super().from_config(config, custom_objects=custom_objects)


def _takes_pretrained(init):
    """Returns an `__init__` that takes `pretrained=` too."""
    signature = inspect.signature(init)

    @functools.wraps(init)
    def __init__(
        self, *args, pretrained=False, include_discriminator=True, **kwargs
    ):
        if pretrained is False or pretrained is None:
            if not include_discriminator:
                raise ValueError(
                    "`include_discriminator` must be `True` where nothing is "
                    "loaded. Received: include_discriminator="
                    f"{include_discriminator!r} with pretrained="
                    f"{pretrained!r}. Leave it out, or name a preset."
                )
            with backend.low_optimization_compile(), _naming(type(self)):
                init(self, *args, **kwargs)
            return
        given = dict(signature.bind_partial(self, *args, **kwargs).arguments)
        given.pop(next(iter(signature.parameters)))  # self
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                given.update(given.pop(parameter.name, {}))

        def construct(**arguments):
            init(self, **arguments)
            return self

        with opened(type(self), pretrained) as preset, _naming(type(self)):
            construct_and_load(preset, construct, given, include_discriminator)

    __init__.__signature__ = with_keywords(
        init, pretrained=False, include_discriminator=True
    )
    return __init__


_UNKNOWN = "got an unexpected keyword argument"
# What belongs elsewhere, by the beginning of its name.
_ELSEWHERE = {
    ("optimizer", "generator_optimizer", "discriminator_optimizer"): (
        "Optimizers are set by `compile(generator_optimizer=..., "
        "discriminator_optimizer=...)`"
    ),
    ("learning_rate", "lr"): (
        "Learning rates are those of the optimizers that `compile` is given"
    ),
    ("batch_size", "epochs"): "It is an argument of `fit`",
}


@contextlib.contextmanager
def _naming(cls):
    """A context in which an argument that a model has not is explained."""
    try:
        yield
    except TypeError as error:
        words = str(error)
        if _UNKNOWN not in words:
            raise
        name = words.rpartition(_UNKNOWN)[2].strip(" '")
        advice = next(
            (text for names, text in _ELSEWHERE.items() if name in names), ""
        )
        known = {*arguments_of(cls, AdversarialModel)}
        names = sorted(known - {*FOR_SUBCLASSES, "network_config"})
        near = difflib.get_close_matches(name, names, 1, 0.6)
        if near and not advice:
            advice = f"Did you mean `{near[0]}`?"
        elif not advice:
            advice = f"It takes: {', '.join(names)}"
        raise TypeError(
            f"{cls.__name__} takes no argument `{name}`. {advice}"
        ) from None

"""Trained models as folders: written, found, checked and loaded.

A preset is a folder of four files. `config.json` has the class and what it
is constructed with; `model.weights.h5` the weights of all its networks, as
Keras stores them; `metadata.json` the sha256 of both, and what a user wants
to know: data set, licence, recipe, scores. `README.md` is a card of the latter,
which nothing reads.
"""

import functools
import inspect
import json
import pathlib

import keras

from kerasgan import backend
from kerasgan.applications import preset_card
from kerasgan.applications import preset_files as files
from kerasgan.applications.preset import networks_of
from kerasgan.applications.preset import opened
from kerasgan.applications.preset import shelf
from kerasgan.utils.halve_weights import halve_weights
from kerasgan.utils.takes_dtype import with_keywords
from kerasgan.utils.writing import replacing_together


def list_pretrained():
    """Returns the names of the presets that ship with kerasgan.

    Returns:
        Sorted list of names such as `"dcgan/fashion_mnist"`. The class of the
        model takes the part behind the slash too.

    Example:

    ```python
    import kerasgan

    print(kerasgan.applications.list_pretrained())
    ```
    """
    return sorted(files.packaged_presets())


def save_to_preset(gan, folder, metadata=None, half_precision=False):
    """Writes a model as a preset: class, settings and weights, one folder.

    The weights are those of its networks: generator, discriminator, and the
    averaged generator if there is one. The state of the optimizers is not
    part of a preset; to go on with training exactly, use `gan.save`. Files
    take the place of older ones together, when all of them are complete: who
    reads meanwhile gets the old preset or the new one, also where several
    write it, or one is killed. `README.md` is a minimal model card of the
    metadata; one that was written by hand stays.

    Args:
        gan: `kerasgan.models.AdversarialModel`.
        folder: Where the four files go. Made if it is missing.
        metadata: Dict of what a user should know, for JSON: `dataset`,
            `license`, `recipe`, `scores`, `description` and the like. Image
            shape, steps and images seen, parameters and hashes are added.
        half_precision: Whether weights are stored as float16, which halves
            the file and changes a weight by up to 0.05 %. Weights that
            float16 cannot hold stay as they are. Defaults to `False`.

    Raises:
        ValueError: If `gan` is no such model, or `metadata` is not for JSON
            or has a key that is added here.
        OSError: If the folder cannot be written to.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=4)
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.applications.save_to_preset(
            gan, folder, metadata={"license": "MIT"}
        )
        same = kerasgan.applications.DCGAN(pretrained=folder)
    assert (same.generate(2, seed=0) == gan.generate(2, seed=0)).all()
    ```
    """
    networks = networks_of(gan)
    own = {
        "format": files.FORMAT,
        "model": type(gan).__name__,
        "keras_version": keras.version(),
        "image_shape": list(gan.image_shape),
        "num_classes": gan.num_classes,
        "steps_seen": int(keras.ops.convert_to_numpy(gan.steps_seen)),
        "images_seen": int(keras.ops.convert_to_numpy(gan.images_seen)),
        "parameters": {k: net.count_params() for k, net in networks.items()},
        "half_precision": bool(half_precision),
    }
    metadata = dict(metadata or {})
    taken = sorted(set(metadata) & {*own, "files"})
    if taken:
        raise ValueError(
            "`metadata` must leave out what is added by itself: "
            f"{', '.join(taken)}. Received: {sorted(metadata)}."
        )
    config = keras.saving.serialize_keras_object(gan.get_config())
    # Whoever loads it computes as they like.
    for key in ("name", "dtype", "frozen"):
        config.pop(key, None)
    registered = keras.saving.get_registered_name(type(gan))
    config = {"registered_name": registered, "config": config}
    config = _to_json(config, "gan")
    _to_json(metadata, "metadata")
    with replacing_together(folder, files.NAMES) as temporary:
        weights_path = temporary / files.WEIGHTS
        config_path = temporary / files.CONFIG
        shelf(networks).save_weights(weights_path)
        if half_precision:
            halve_weights(weights_path)
        config_path.write_text(config, encoding="utf-8")
        own["files"] = {
            files.CONFIG: files.describe_file(config_path),
            files.WEIGHTS: files.describe_file(weights_path),
        }
        metadata |= own
        (temporary / files.METADATA).write_text(
            _to_json(metadata, "metadata"), encoding="utf-8"
        )
        card = pathlib.Path(folder).expanduser() / files.CARD
        if not card.exists() or preset_card.is_own(card.read_bytes()):
            text = preset_card.card_of(metadata).encode()
            (temporary / files.CARD).write_bytes(text)


def load_preset(cls, source, include_discriminator=True, **overrides):
    """Returns the model of a preset.

    Args:
        cls: Class of the model, or `None` for the one that the preset names.
        source: Name of a packaged preset, a folder, `"hf://user/repository"`
            or `"hf://user/repository@revision"`, or `True` for the preset
            that stands for the class.
        include_discriminator: Bool, whether the discriminator has the
            preset's weights too, which every preset holds. If not, it starts
            anew, and arguments may make it another. Defaults to `True`.
        **overrides: Arguments of the class that differ from the preset's,
            such as a loss for further training. Those that shapes hang on
            cannot differ.

    Returns:
        The model, built and compiled, its optimizers fresh.

    Raises:
        ValueError: If there is no such preset, or it is of another class or
            other shapes.
        OSError: If its files are missing, cut off or changed. Nothing has
            been built then.
        ImportError: If `hf://` is asked for without huggingface-hub.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=4)
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.applications.save_to_preset(gan, folder)
        kerasgan.applications.load_preset(None, folder, loss="hinge")
    ```
    """
    with opened(cls, source) as preset:
        return _load(preset, preset.cls, overrides, include_discriminator)


def accepts_pretrained(cls):
    """Decorates a class, so that it takes `pretrained=`.

    `cls(pretrained=...)` constructs what the preset says, with the arguments
    that are given besides, and loads the weights; with
    `include_discriminator=False` all but the discriminator's. Only who calls
    it can ask for that: a file that asks for another one is refused.

    Args:
        cls: A model whose `get_config` returns its arguments.

    Returns:
        The class, with two more keyword arguments, `pretrained=False` and
        `include_discriminator=True`; see `load_preset` for what they may be.

    Example:

    ```python
    from kerasgan.applications import presets
    from kerasgan.models import GAN

    @presets.accepts_pretrained
    class MyGAN(GAN):
        def __init__(self, generator, discriminator, **kwargs):
            super().__init__(generator, discriminator, **kwargs)
    ```
    """
    init, from_config = cls.__init__, cls.from_config.__func__
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
            with backend.low_optimization_compile():
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

        with opened(type(self), pretrained) as preset:
            _load(preset, construct, given, include_discriminator)

    @functools.wraps(from_config)
    def from_own_config(cls, config, *args, **kwargs):
        asked = sorted({"pretrained", "include_discriminator"} & set(config))
        if asked:
            raise ValueError(
                f"`{asked[0]}` must not be in the config of a "
                f"{cls.__name__}: loading a file never loads another one. "
                f"Received: {asked[0]}={str(config[asked[0]])[:80]!r}. Take "
                "it out, or load that one yourself."
            )
        return from_config(cls, config, *args, **kwargs)

    __init__.__signature__ = with_keywords(
        init, pretrained=False, include_discriminator=True
    )
    cls.__init__ = __init__
    cls.from_config = classmethod(from_own_config)
    return cls


def _load(preset, construct, overrides, include_discriminator):
    """Returns what `construct` makes of a preset's arguments, with weights."""
    with (
        backend.low_optimization_compile(),
        backend.skip_initializers() as draw_all_but,
    ):
        gan = preset.construct(construct, overrides, include_discriminator)
        draw_all_but(preset.load_weights(gan, include_discriminator))
    return gan


def _to_json(content, argument):
    try:
        return json.dumps(content, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{argument}` must consist of what JSON can hold. Received: "
            f"{error}."
        ) from error

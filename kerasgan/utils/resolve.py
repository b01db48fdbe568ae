import keras

from kerasgan.utils.look_up import look_up


def resolve(identifier, kind, table, argument: str):
    """Returns an object that a user gave as such, by name or as its config.

    Args:
        identifier: An instance of `kind`, a name in `table`, or a config as
            `keras.saving.serialize_keras_object` makes it.
        kind: Class.
        table: Mapping from names to subclasses of `kind`.
        argument: Name of the argument that the user gave, for messages.

    Returns:
        An instance of `kind`; of a name, with the defaults of its class.

    Raises:
        ValueError: If the identifier is none of these.

    Example:

    ```python
    from kerasgan.losses import AdversarialLoss, Hinge
    from kerasgan.utils import resolve

    resolve("hinge", AdversarialLoss, {"hinge": Hinge}, "loss")
    ```
    """
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if isinstance(identifier, kind):
        return identifier
    if not isinstance(identifier, str):
        raise ValueError(
            f"`{argument}` must be a `{_path(kind)}` or its name, one of "
            f"{', '.join(sorted(table))}. Received: {identifier!r}"
            f"{_hint(identifier, kind)}"
        )
    return look_up(identifier, table, argument)()


def _path(kind):
    room = ".".join(kind.__module__.split(".")[:2])
    return f"{room}.{kind.__name__}"


def _hint(identifier, kind):
    if isinstance(identifier, type) and issubclass(identifier, kind):
        return ". Call it: an object is needed, not its class"
    if isinstance(identifier, keras.regularizers.Regularizer):
        return ". Those of Keras go to layers, as `kernel_regularizer`"
    return ""

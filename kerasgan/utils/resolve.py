import keras

from kerasgan.utils.look_up import look_up


def resolve(identifier, kind, table, argument):
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
    return look_up(identifier, table, argument)()

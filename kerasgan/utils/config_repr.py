def config_repr(instance):
    """Returns how an object is written: its class and its config.

    Args:
        instance: Object with `get_config`.

    Example:

    ```python
    import kerasgan

    packing = kerasgan.augmentations.Packing(3)
    assert repr(packing) == "Packing(count=3)"
    ```
    """
    try:
        config = instance.get_config()
    except NotImplementedError:  # It keeps not all that it was given.
        return f"<{type(instance).__name__}>"
    arguments = ", ".join(f"{key}={value!r}" for key, value in config.items())
    return f"{type(instance).__name__}({arguments})"

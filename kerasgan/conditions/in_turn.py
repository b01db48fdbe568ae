def in_turn(gan, n):
    """Returns what a model is asked for, for each condition equally often.

    Args:
        gan: Model with a `generate`, and a `condition` if it has one.
        n: Integer, how many images are drawn.

    Returns:
        Dict of further arguments of `generate`, empty where conditions are
        drawn at random or there are none; and the classes of the images,
        whole numbers `(n,)`, or `None`.

    Example:

    ```python
    import kerasgan
    from kerasgan.conditions.in_turn import in_turn

    gan = kerasgan.applications.CGAN((8, 8, 1), num_classes=2, filters=2)
    asked, classes = in_turn(gan, 3)
    assert list(asked["condition"]) == list(classes) == [0, 1, 0]
    ```
    """
    condition = getattr(gan, "condition", None)
    rows = None if condition is None else condition.in_turn(n)
    if rows is None:
        return {}, None
    return {"condition": rows}, condition.classes_of(rows)

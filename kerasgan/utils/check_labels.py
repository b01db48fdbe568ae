from kerasgan.utils.as_array import as_array


def check_labels(labels, count, num_classes=None, name="labels"):
    """Returns labels, or raises if they are not the classes of the images.

    Args:
        labels: Whole numbers, `(count,)` or as a column `(count, 1)`: an
            array, a tensor or a list.
        count: Integer, how many images there are.
        num_classes: Integer, or `None` where any number of classes will do.
            Defaults to `None`.
        name: Name of the argument, for the message.

    Returns:
        NumPy array of integers, `(count,)`.

    Raises:
        ValueError: If they are something else.

    Example:

    ```python
    from kerasgan.utils.check_labels import check_labels

    assert check_labels([3, 0], count=2, num_classes=4).tolist() == [3, 0]
    ```
    """
    rule = "whole numbers of at least 0, one an image"
    if num_classes is not None:
        rule = f"whole numbers from 0 to {num_classes - 1}, one an image"
    labels = as_array(labels, name, rule)
    shape = labels.shape
    if shape == (count, 1):
        labels = labels[:, 0]
    if labels.shape != (count,):
        advice = ""
        if len(shape) == 2 and shape[0] == count:
            advice = ". Turn one-hot labels into numbers with `argmax(-1)`"
        raise ValueError(
            f"`{name}` must be {rule}. Received: shape {shape} for {count} "
            f"images{advice}"
        )
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"`{name}` must be {rule}. Received: dtype {labels.dtype}. Use "
            "`astype('int32')`"
        )
    low, high = (labels.min(), labels.max()) if count else (0, 0)
    if low < 0 or (num_classes is not None and high >= num_classes):
        because = ""
        if num_classes is not None:
            because = f", because `num_classes={num_classes}`"
        raise ValueError(
            f"`{name}` must be {rule}{because}. Received: values from {low} "
            f"to {high}"
        )
    return labels

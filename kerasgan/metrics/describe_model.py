import keras


def describe_model(gan, seed, labels=None):
    """Returns what a protocol says of generated images.

    Args:
        gan: Model with a `generate`.
        seed: Integer, of the latents.
        labels: String, which classes were asked for, or `None`.

    Returns:
        Dict that JSON can hold.

    Example:

    ```python
    import kerasgan
    from kerasgan.metrics.describe_model import describe_model

    gan = kerasgan.applications.DCGAN(image_shape=(8, 8, 1), filters=2)
    assert describe_model(gan, seed=0)["ema"] is False
    ```
    """
    return {
        "model": getattr(gan, "name", type(gan).__name__),
        "seed": seed,
        "labels": labels,
        "ema": getattr(gan, "ema", None) is not None,
        "truncation": getattr(gan, "truncation", None),
        "steps_seen": _count(gan, "steps_seen"),
        "images_seen": _count(gan, "images_seen"),
    }


def _count(gan, name):
    counter = getattr(gan, name, None)
    if counter is None:
        return None
    return int(keras.ops.convert_to_numpy(counter))

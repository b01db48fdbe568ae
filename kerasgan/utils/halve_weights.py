import os

import h5py
import numpy as np

from kerasgan.utils.atomic_files import replacing

# Bytes from which on an array is compressed, which costs some 3 KiB itself.
_LARGE = 2**16


def halve_weights(path: str | os.PathLike) -> None:
    """Stores the weights in a `.weights.h5` file as float16, in its place.

    Halves the file and changes a weight by up to 0.05 %. Arrays that float16
    cannot hold, and those of other types, stay as they are. Arrays of more
    than 64 KiB are compressed. Keras loads the file like any other.

    Args:
        path: The file.

    Raises:
        OSError: If it cannot be read or written.

    Example:

    ```python
    import tempfile
    import keras
    from kerasgan.utils import halve_weights

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(f"{folder}/model.weights.h5")
        halve_weights(f"{folder}/model.weights.h5")
        model.load_weights(f"{folder}/model.weights.h5")
    ```
    """
    # Into another file: HDF5 does not give back the room of what is deleted.
    with (
        replacing(path) as temporary,
        h5py.File(path) as full,
        h5py.File(temporary, "w") as half,
    ):
        half.attrs.update(full.attrs)
        full.visititems(lambda name, item: _copy(name, item, half))


def _copy(name, item, target):
    if isinstance(item, h5py.Group):
        copy = target.require_group(name)
    else:
        data = item[()]
        if data.dtype == "float32":
            with np.errstate(over="ignore"):
                half = data.astype("float16")
            if np.isfinite(half).all():
                data = half
        options = {}
        if data.nbytes > _LARGE:
            options = {"compression": "gzip", "shuffle": True}
        copy = target.create_dataset(name, data=data, **options)
    copy.attrs.update(item.attrs)

import os

import numpy as np

from kerasgan.backend.common import torch_files
from kerasgan.checkpoints.torch_file import read_torch_file


def read_state(source):
    """Reads the weights of one network, in the names of its authors.

    Files of PyTorch are read by `torch.load(weights_only=True)` where PyTorch
    is installed, and otherwise by a reader that needs no PyTorch. Nothing in
    a file is run.

    Args:
        source: Path of a `.pth` file that holds a dict of tensors, or a dict
            from names to arrays.

    Returns:
        Dict from names to NumPy arrays; the prefix `module.`, which
        PyTorch's `DataParallel` puts before all names, is taken off.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no file of PyTorch, or holds something else than
            tensors.

    Example:

    ```python
    import numpy as np
    from kerasgan.checkpoints import read_state

    state = read_state({"module.bias": np.zeros(3)})
    assert list(state) == ["bias"]
    ```
    """
    if isinstance(source, (str, os.PathLike)):
        has_torch = torch_files.has_torch()
        read = torch_files.load_tensors if has_torch else read_torch_file
        state = read(os.fspath(source))
    elif isinstance(source, dict):
        state = {name: _as_array(name, x) for name, x in source.items()}
    else:
        raise ValueError(
            "Weights must be the path of a file or a dict from names to "
            f"arrays. Received: {source!r}"
        )
    if state and all(name.startswith("module.") for name in state):
        state = {n.removeprefix("module."): x for n, x in state.items()}
    return state


def _as_array(name, x):
    x = np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
    if not isinstance(name, str) or x.dtype.kind not in "fiub":
        raise ValueError(
            "A dict of weights must lead from names to arrays of numbers. "
            f"Received: {name!r} of type {x.dtype}"
        )
    return x

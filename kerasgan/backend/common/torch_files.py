"""Files that PyTorch writes, read by PyTorch where it is installed."""

import importlib.util
import pickle


def has_torch():
    """Returns whether PyTorch is installed, on whatever backend."""
    return importlib.util.find_spec("torch") is not None


def load_tensors(path):
    """Returns a dict of tensors from a file as NumPy arrays.

    Only weights are loaded: nothing in the file is run.

    Args:
        path: The file.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no file of PyTorch, or holds something else.
    """
    import torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except (
        pickle.UnpicklingError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"'{path}' must be a PyTorch file with a dict of tensors. "
            f"Received: {type(error).__name__}: {reason}"
        ) from error
    if not isinstance(state, dict):
        raise ValueError(
            f"'{path}' must be a PyTorch file with a dict of tensors. "
            f"Received: {type(state).__name__}"
        )
    for name, tensor in state.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise ValueError(
                f"'{path}' must be a PyTorch file with a dict of tensors. "
                f"Received: {name!r} is a {type(tensor).__name__}"
            )
    return {name: _array(tensor) for name, tensor in state.items()}


def _array(tensor):
    import torch

    if tensor.dtype == torch.bfloat16:  # which NumPy does not have
        tensor = tensor.float()
    return tensor.detach().numpy()

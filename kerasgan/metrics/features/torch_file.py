"""Reads downloaded weights that PyTorch wrote, without PyTorch."""

from kerasgan.checkpoints import torch_file


def read_torch_file(path):
    """Returns the tensors in a `.pth` file, both the old and the new kind.

    Args:
        path: File with a dict of tensors.

    Returns:
        Dict from names to NumPy arrays.

    Raises:
        OSError: If the file is cut off, or holds something else.
    """
    try:
        return torch_file.read_torch_file(path)
    except ValueError as error:
        raise OSError(str(error)) from error

"""Fills networks with the weights that others call by other names."""

import numpy as np
from keras import layers

from kerasgan.layers import InstanceNormalization

_SHOWN = 5  # names in one message

# What PyTorch calls the variables of a layer, and what Keras does.
_KERNEL = (("weight", "kernel"), ("bias", "bias"))
_NORM = (
    ("weight", "gamma"),
    ("bias", "beta"),
    ("running_mean", "moving_mean"),
    ("running_var", "moving_variance"),
)
_IGNORED = ("num_batches_tracked",)
_STATISTICS = ("running_mean", "running_var")


def fill(network, state, modules):
    """Gives a network the weights of a dict, all or, where one fails, none.

    Args:
        network: Built Keras model.
        state: Dict from the authors' names to arrays.
        modules: Dict from names of PyTorch modules to names of layers of the
            network.

    Raises:
        ValueError: If weights are missing, are left over, or have another
            shape or values that are not finite.
    """
    pairs, known = [], set()
    missing = []
    for module, name in modules.items():
        layer = network.get_layer(name)
        for theirs, variable in _variables(layer):
            key = f"{module}.{theirs}"
            known.add(key)
            if key not in state:
                missing.append(key)
            else:
                pairs.append((variable, _value(key, state[key], variable)))
        ignored = _IGNORED
        if isinstance(layer, InstanceNormalization):
            # Files of before PyTorch 0.4 have them, and nobody reads them.
            ignored = (*_IGNORED, *_STATISTICS)
        known.update(f"{module}.{name}" for name in ignored)
    extra = [name for name in state if name not in known]
    if missing or extra:
        raise ValueError(
            f"The weights must be those of '{network.name}'. Received: "
            f"{_several('missing', missing)}{_several('left over', extra)}"
        )
    for variable, value in pairs:
        variable.assign(value)


def _variables(layer):
    """Yields pairs of PyTorch's name of a variable, and the variable."""
    is_kernel = isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose))
    for theirs, ours in _KERNEL if is_kernel else _NORM:
        variable = getattr(layer, ours, None)
        if variable is not None:
            yield theirs, variable


def _value(key, array, variable):
    # Both kinds of kernels have the axes that come last here come first.
    value = np.transpose(array, (2, 3, 1, 0)) if array.ndim == 4 else array
    if value.shape != tuple(variable.shape):
        raise ValueError(
            f"'{key}' must have as many values as '{variable.path}', shape "
            f"{tuple(variable.shape)} with the channels last. Received: "
            f"shape {array.shape}"
        )
    value = value.astype("float32")
    if not np.isfinite(value).all():
        raise ValueError(
            f"'{key}' must be finite. Received: "
            f"{int((~np.isfinite(value)).sum())} values that are not"
        )
    return value


def _several(what, names):
    if not names:
        return ""
    rest = len(names) - _SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return f"{what}: {', '.join(names[:_SHOWN])}{more}. "


def kernel(state, name):
    """Returns an array of four axes, or raises `ValueError`."""
    array = state.get(name)
    if array is None or array.ndim != 4:
        found = "nothing" if array is None else f"shape {array.shape}"
        raise ValueError(
            f"The weights must have the kernel '{name}' of a convolution, "
            f"with four axes. Received: {found}"
        )
    return array


def normalized(prefix, index, name):
    """Returns the names of a convolution and of what follows it."""
    return {
        f"{prefix}.{index}": name,
        f"{prefix}.{index + 1}": f"{name}_norm",
    }


def present(network, modules):
    """Leaves out the normalizations that a network does not have."""
    names = {layer.name for layer in network.layers}
    return {theirs: ours for theirs, ours in modules.items() if ours in names}


def normalization_of(state, convolution, normalization):
    """Returns the kind of normalization, by which weights there are."""
    if f"{normalization}.weight" in state:
        has_statistics = f"{normalization}.running_mean" in state
        return "batch" if has_statistics else "affine_instance"
    # The authors' convolutions have biases where nothing follows that has.
    return "instance" if f"{convolution}.bias" in state else None

"""Whether the kernels that exist only for the speed of CPUs are used."""

_is_on = [True]


def set_cpu_kernels(enabled):
    """Switches the CPU kernels of all frameworks on or off; see `config`."""
    _is_on[0] = enabled


def uses_cpu_kernels():
    """Returns whether the CPU kernels are switched on."""
    return _is_on[0]

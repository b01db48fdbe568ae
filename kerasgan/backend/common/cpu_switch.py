"""Whether the kernels that exist only for the speed of CPUs are used."""


class _Switch:
    is_on = True


#: Read in each convolution: an attribute, because that is nearly nothing.
CPU_KERNELS = _Switch()

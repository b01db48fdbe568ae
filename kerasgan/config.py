"""Settings of the whole library."""

from kerasgan.backend.common.cpu_switch import CPU_KERNELS


def cpu_kernels(enabled):
    """Switches the kernels on or off that exist only for the speed of CPUs.

    Where a framework computes a convolution, a batch normalization or an
    update of Adam slowly on CPUs, kerasgan has another form of it: see
    `kerasgan/backend/*/cpu_kernels.py`. Results agree to rounding. GPUs and
    TPUs never use these forms. They are on by default; switch them off to
    compare with the frameworks' own, or if you suspect one of them.

    A compiled step keeps the forms that it was compiled with: call this
    before a model trains or generates.

    Args:
        enabled: Bool.

    Raises:
        ValueError: If `enabled` is not a bool.

    Example:

    ```python
    import kerasgan

    kerasgan.config.cpu_kernels(False)
    assert not kerasgan.config.uses_cpu_kernels()
    kerasgan.config.cpu_kernels(True)
    ```
    """
    if not isinstance(enabled, bool):
        raise ValueError(
            "`enabled` must be True or False. Received: "
            f"enabled={enabled!r}. Call `kerasgan.config.uses_cpu_kernels()` "
            "to read the setting"
        )
    CPU_KERNELS.is_on = enabled


def uses_cpu_kernels():
    """Returns whether kernels for the speed of CPUs are switched on.

    Example:

    ```python
    import kerasgan

    assert kerasgan.config.uses_cpu_kernels()
    ```
    """
    return CPU_KERNELS.is_on

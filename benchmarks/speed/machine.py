"""What a measurement was made on."""

import os
import pathlib
import platform


def machine():
    """Returns the processor and how many cores it has.

    Where the system hides the processor's name, its kind stands for it.
    """
    file = pathlib.Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else ()
    names = [line for line in lines if line.startswith("model name")]
    name = names[0].partition(": ")[2] if names else platform.machine()
    return f"{name}, {os.cpu_count()} cores"

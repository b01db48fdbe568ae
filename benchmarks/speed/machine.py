"""What a measurement was made on."""

import os
import pathlib
import platform
import shutil
import subprocess


def machine():
    """Returns the processor and how many cores it has, and the GPUs.

    Where the system hides the processor's name, its kind stands for it.
    """
    file = pathlib.Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else ()
    names = [line for line in lines if line.startswith("model name")]
    name = names[0].partition(": ")[2] if names else platform.machine()
    return ", ".join([name, f"{os.cpu_count()} cores", *_gpus()])


def _gpus():
    if not shutil.which("nvidia-smi"):
        return []
    words = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    names = subprocess.run(words, stdout=subprocess.PIPE, text=True).stdout
    return names.splitlines()

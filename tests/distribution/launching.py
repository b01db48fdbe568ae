"""Starts functions of test modules on several devices, in new processes."""

import contextlib
import faulthandler
import json
import os
import pathlib
import socket
import subprocess
import sys

import keras

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Seconds. Devices wait for each other: beside other work they take long.
LIMIT = 560


@contextlib.contextmanager
def together(function, *arguments, processes=1, devices=2):
    """Runs `function(*arguments)` in processes that train together.

    On torch there are as many processes as devices.

    Args:
        function: Function at the top of a test module.
        *arguments: What it is called with, as strings.
        processes: Integer, on TensorFlow and JAX.
        devices: Integer, processors of all processes together.

    Yields:
        The list of the started processes, first one first.
    """
    if keras.backend.backend() == "torch":
        processes = devices
    port = _free_port()
    started = []
    try:
        for index in range(processes):
            environment = {
                **os.environ,
                "JAX_PLATFORMS": "cpu",
                **_environment(index, processes, devices, port),
            }
            code = (
                "import sys; from tests.distribution import launching; "
                "launching.begin(); "
                f"from {function.__module__} import {function.__name__} as f; "
                "f(*sys.argv[1:])"
            )
            process = subprocess.Popen(
                [sys.executable, "-c", code, *map(str, arguments)],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.append(process)
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def outputs_of(processes):
    """Waits for processes; returns what each has printed."""
    return [process.communicate(timeout=LIMIT)[0] for process in processes]


def play_together(function, folder):
    """Runs `function(folder)` on two devices; returns what each process saw.

    The function leaves it in the folder, see `save_seen`.
    """
    with together(function, folder) as processes:
        outputs = outputs_of(processes)
    for process, output in zip(processes, outputs):
        assert process.returncode == 0, output
    files = sorted(folder.glob("seen_*.json"))
    return [json.loads(file.read_text()) for file in files]


def save_seen(folder, seen):
    """Leaves what this process has seen for `play_together`."""
    file = pathlib.Path(folder, f"seen_{process_index()}.json")
    file.write_text(json.dumps(seen))


def _free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def _environment(index, processes, devices, port):
    backend = keras.backend.backend()
    local = str(devices // processes)
    if backend == "torch":
        return {
            "RANK": str(index),
            "LOCAL_RANK": str(index),
            "WORLD_SIZE": str(processes),
            "LOCAL_WORLD_SIZE": str(processes),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
        }
    if backend == "jax":
        return {
            "XLA_FLAGS": f"--xla_force_host_platform_device_count={local}",
            "TEST_PROCESS": f"{index} {processes} {port}",
        }
    # Each device waits for the others in a thread of its own.
    threads = {"TF_NUM_INTEROP_THREADS": "4"}
    if processes == 1:
        return {"TEST_DEVICES": local, **threads}
    # Of the ports of both, only the first one's has to be known to be free.
    workers = [f"127.0.0.1:{port}", f"127.0.0.1:{_free_port_after(port)}"]
    return {
        **threads,
        "TF_CONFIG": json.dumps(
            {
                "cluster": {"worker": workers},
                "task": {"type": "worker", "index": index},
            }
        ),
    }


_ports = {}


def _free_port_after(port):
    return _ports.setdefault(port, _free_port())


def begin():
    """Makes a new process what its environment says."""
    # Where it waits, if it does so for ever.
    faulthandler.dump_traceback_later(LIMIT - 20, exit=True)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        processor = tf.config.list_physical_devices("CPU")[0]
        devices = int(os.environ.get("TEST_DEVICES", 1))
        if devices > 1:
            tf.config.set_logical_device_configuration(
                processor, [tf.config.LogicalDeviceConfiguration()] * devices
            )
    elif keras.backend.backend() == "jax":
        import jax

        index, processes, port = map(int, os.environ["TEST_PROCESS"].split())
        if processes > 1:
            jax.config.update("jax_cpu_collectives_implementation", "gloo")
            # As `keras.distribution.initialize`, which waits longer for those
            # that are gone.
            jax.distributed.initialize(
                f"127.0.0.1:{port}",
                processes,
                index,
                heartbeat_timeout_seconds=30,
            )


def process_index():
    """Index of this process among those that `together` started."""
    import kerasgan

    return kerasgan.backend.process_index()


def copies_of(variable):
    """Returns the values that the devices of this process have."""
    import numpy as np

    value = variable.value
    if keras.backend.backend() == "tensorflow":
        values = getattr(value, "values", [value])
        return [v.numpy() for v in values]
    if keras.backend.backend() == "jax":
        return [np.asarray(shard.data) for shard in value.addressable_shards]
    return [keras.ops.convert_to_numpy(value)]

"""The processes of a training on PyTorch, one a device."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from kerasgan.cli.backends import active_backend

# Seconds that the first process has to end by itself when another has failed:
# for what it computes, and for saving the model.
_GRACE = 60.0

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def needs_processes():
    """Returns whether this is the one process that has to start all others.

    On torch each device is trained by a process of its own.
    """
    return active_backend() == "torch" and "LOCAL_RANK" not in os.environ


def run_processes(count, arguments, signals):
    """Runs this command in a process for each device; returns its status.

    What they print is what the first one prints; of errors and notes each
    line is shown once.

    Args:
        count: Integer, how many.
        arguments: List of the words after `kerasgan`.
        signals: `Signals`, of which the processes are told.
    """
    environment = {
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // count)),
        **os.environ,
        "KERAS_BACKEND": "torch",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(_free_port()),
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
    }
    processes, threads, shown = [], [], set()

    def tell(number, times):
        for process in processes:
            process.send_signal(number if times == 1 else _KILL)

    with signals.given_to(tell):
        try:
            for rank in range(count):
                ranks = {"RANK": str(rank), "LOCAL_RANK": str(rank)}
                process = subprocess.Popen(
                    [sys.executable, "-m", "kerasgan", *arguments],
                    env={**environment, **ranks},
                    stdout=subprocess.DEVNULL if rank else None,
                    stderr=subprocess.PIPE,
                    # A terminal tells this process alone, which tells each
                    # of them once.
                    start_new_session=True,
                )
                processes.append(process)
                thread = threading.Thread(
                    target=_show, args=(process.stderr, shown), daemon=True
                )
                thread.start()
                threads.append(thread)
            status = _wait(processes)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        for thread in threads:
            thread.join()
    return 128 - status if status < 0 else status


def _show(lines, shown):
    """Shows lines that no process has said before."""
    with lines:
        for line in lines:
            if line not in shown:
                shown.add(line)
                with contextlib.suppress(OSError):
                    sys.stderr.write(line.decode(errors="replace"))
                    sys.stderr.flush()


def _wait(processes):
    """Waits for all; returns the status of the first that failed, or 0.

    Where one has failed the others would wait for it; only the first one may
    have something to save.
    """
    failed, until = 0, None
    while True:
        statuses = [process.poll() for process in processes]
        if until is None and any(statuses):
            failed = next(filter(None, statuses))
            until = time.monotonic() + _GRACE
        if None not in statuses:
            return failed
        if until and (statuses[0] is not None or time.monotonic() > until):
            return failed
        time.sleep(0.1)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

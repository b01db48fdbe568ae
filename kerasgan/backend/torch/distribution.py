"""Several devices on PyTorch: one process each, started by `torchrun`."""

import atexit
import contextlib
import datetime
import os

import keras
import torch
import torch.distributed
import torch.distributed.nn.functional

from kerasgan.backend.common.distribution import BaseDistributionMixin
from kerasgan.backend.common.distribution import average_values
from kerasgan.backend.common.distribution import choose_devices
from kerasgan.backend.common.distribution import fold_in_replica_id
from kerasgan.backend.common.distribution import in_batches
from kerasgan.backend.common.distribution import reraise_lost_process
from kerasgan.backend.common.distribution import synchronize
from kerasgan.backend.torch.nn import call_network

# Longer than a callback of the first process may take.
_TIMEOUT = datetime.timedelta(minutes=60)

# Whether `data_parallel` is open; Python has one thread that builds models.
_open = [False]


class DistributionMixin(BaseDistributionMixin):
    """See `kerasgan.backend.common.distribution`."""

    @property
    def _part_of_batch(self):
        return replica_id(), replica_count()

    @property
    def _replicas(self):
        return replica_count()

    def _remember_distribution(self, seed_generators, layers):
        if self._replicas > 1:
            fold_in_replica_id(seed_generators, replica_id)
            synchronize(layers, _average)

    def _check_scope(self):
        check_distribution()

    def _start_together(self):
        if self._replicas == 1:
            return
        for variable in [*self.variables, *self.optimizer.variables]:
            value = variable.value.detach().contiguous()
            _broadcast(value)
            variable.assign(value)
        # The epoch that `BackupAndRestore` has found, where it runs.
        epoch = keras.ops.convert_to_tensor([self._initial_epoch or 0])
        _broadcast(epoch)
        self._initial_epoch = int(epoch.item())

    def _any_process(self, flag):
        if self._replicas == 1:
            return flag
        # Where it can be, past the GPU, whose work it would wait for.
        on_cpu = "cpu:" in torch.distributed.get_backend_config()
        device = "cpu" if on_cpu else keras.ops.zeros(1).device
        flags = torch.tensor([float(flag)], device=device)
        _all_reduce(flags)
        return bool(flags.item() > 0)

    def _predict_on_one_device(self, network, inputs, batch_size, key=None):
        def compute(x):
            if network is self:
                return network(x, training=False)
            return call_network(network, x, training=False)

        with torch.no_grad():
            return in_batches(compute, inputs, batch_size)

    def _average_statistics(self):
        """Averages the statistics that replicas have of their own images."""
        if self._replicas > 1:
            average_values(self._statistics(), all_reduce_mean)


@contextlib.contextmanager
def data_parallel(devices=None):
    """See `kerasgan.backend.common.contract.data_parallel`."""
    if _processes() == 1:
        _check_single(devices)
        yield
        return
    if not torch.distributed.is_initialized():
        _join(devices)
    before, _open[0] = _open[0], True
    try:
        yield
    finally:
        _open[0] = before


def _processes():
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_world_size()
    return int(os.environ.get("WORLD_SIZE", 1)) if _is_torchrun() else 1


def _is_torchrun():
    names = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
    return all(name in os.environ for name in names)


def _check_single(devices):
    available = _available()
    if isinstance(devices, int) and not isinstance(devices, bool):
        wanted = max(devices, 0)
    else:
        names = choose_devices(devices, available)
        wanted = len(names)
    if wanted == 0:
        choose_devices(devices, available)
    if wanted > 1:
        raise ValueError(
            "On torch each device is trained by a process of its own. Start "
            f"the script with `torchrun --nproc-per-node={wanted} script.py`, "
            "or use `kerasgan train --devices`; `devices=1` trains on one "
            f"device. Received: devices={devices!r} in a single process"
        )
    if isinstance(devices, (list, tuple)):
        _use(names[0])


def _available():
    count = torch.cuda.device_count()
    return [f"gpu:{i}" for i in range(count)] or ["cpu:0"]


def _join(devices):
    """Makes this process one of those that `torchrun` started."""
    local = int(os.environ.get("LOCAL_RANK", 0))
    here = int(os.environ.get("LOCAL_WORLD_SIZE", _processes()))
    is_gpu = torch.cuda.is_available()
    available = _available() if is_gpu else [f"cpu:{i}" for i in range(here)]
    names = choose_devices(here if devices is None else devices, available)
    place = names[local] if len(names) == here else None
    if place is None:
        raise ValueError(
            "`devices` must be as many as the processes that torchrun started "
            f"on this machine, which are {here}. Leave it out, or change "
            f"`--nproc-per-node`. Received: devices={devices!r}"
        )
    _use(place)
    torch.distributed.init_process_group(
        "cuda:nccl,cpu:gloo" if is_gpu else "gloo", timeout=_TIMEOUT
    )
    atexit.register(_leave)
    # The same initial weights and the same order of the data in all.
    seed = torch.randint(2**31 - 1, (1,))
    torch.distributed.broadcast(seed, src=0)
    keras.utils.set_random_seed(int(seed))


def _use(name):
    kind, _, index = name.partition(":")
    if kind == "gpu":
        torch.cuda.set_device(int(index))


def _leave():
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def check_distribution(networks=None):
    """See `kerasgan.backend.common.contract.check_distribution`."""
    distribution = keras.distribution.distribution()
    if distribution is not None:
        raise ValueError(
            "`keras.distribution` has no effect on the torch backend: every "
            "device would train a model of its own. Call "
            "`keras.distribution.set_distribution(None)`, and use "
            "`kerasgan.distribution.data_parallel()`, or use the jax "
            f"backend. Received: {type(distribution).__name__}"
        )
    if networks is not None and _processes() > 1 and not _open[0]:
        raise ValueError(
            "Each process that torchrun started would train a model of its "
            "own. Build the model within `with "
            "kerasgan.distribution.data_parallel():`. Received: a model "
            f"built outside, in one of {_processes()} processes"
        )


def all_reduce_mean(tensors):
    """See `kerasgan.backend.common.contract.all_reduce_mean`."""
    count = replica_count()
    if count == 1 or not tensors:
        return tensors
    means = [None] * len(tensors)
    # In the same order in all processes.
    for dtype in dict.fromkeys(tensor.dtype for tensor in tensors):
        places = [i for i, t in enumerate(tensors) if t.dtype == dtype]
        parts = [tensors[i].detach() for i in places]
        joined = torch.cat([part.reshape(-1) for part in parts])
        _all_reduce(joined)
        joined /= count
        flat = joined.split([part.numel() for part in parts])
        for i, part, mean in zip(places, parts, flat):
            means[i] = mean.reshape(part.shape)
    return means


def _broadcast(tensor):
    with reraise_lost_process(RuntimeError):
        torch.distributed.broadcast(tensor, src=0)


def _all_reduce(tensor):
    with reraise_lost_process(RuntimeError):
        torch.distributed.all_reduce(tensor)


def _average(tensor):
    # The one that has gradients.
    total = torch.distributed.nn.functional.all_reduce(tensor)
    return total / replica_count()


def replica_id():
    """See `kerasgan.backend.common.contract.replica_id`."""
    return torch.distributed.get_rank() if _is_distributed() else 0


def replica_count():
    """See `kerasgan.backend.common.contract.replica_count`."""
    return torch.distributed.get_world_size() if _is_distributed() else 1


def _is_distributed():
    return (
        torch.distributed.is_available() and torch.distributed.is_initialized()
    )


def waits_for_processes(variable):
    """See `kerasgan.backend.common.contract.waits_for_processes`."""
    return False


def process_index():
    """See `kerasgan.backend.common.contract.process_index`."""
    if _is_distributed() or not _is_torchrun():
        return replica_id()
    return int(os.environ["RANK"])


def shard_batch(structure):
    """See `kerasgan.backend.common.contract.shard_batch`."""
    return structure


def outside_distribution(fn):
    """See `kerasgan.backend.common.contract.outside_distribution`."""
    return fn()

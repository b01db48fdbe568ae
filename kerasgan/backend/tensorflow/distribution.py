"""Several devices on TensorFlow: the strategies of `tf.distribute`."""

import concurrent.futures
import contextlib
import functools
import json
import os

import tensorflow as tf

from kerasgan.backend.common.distribution import BaseDistributionMixin
from kerasgan.backend.common.distribution import average_values
from kerasgan.backend.common.distribution import built_outside
from kerasgan.backend.common.distribution import choose_devices
from kerasgan.backend.common.distribution import fold_in_replica_id
from kerasgan.backend.common.distribution import in_batches
from kerasgan.backend.common.distribution import reraise_lost_process
from kerasgan.backend.common.distribution import synchronize


class DistributionMixin(BaseDistributionMixin):
    """See `kerasgan.backend.common.distribution`."""

    _splits_rows = True

    # A strategy shards the data by itself.
    _part_of_batch = (0, 1)

    # Keras' own attribute falls back to the strategy that is open now.
    _built_under = None

    @property
    def _replicas(self):
        strategy = self._built_under
        return 1 if strategy is None else strategy.num_replicas_in_sync

    @property
    def _processes(self):
        return _workers() if self._replicas > 1 else 1

    def _distribution_scope(self):
        if self._built_under is None:
            return super()._distribution_scope()
        return self._built_under.scope()

    def _remember_distribution(self, seed_generators, layers):
        if tf.distribute.has_strategy():
            self._built_under = tf.distribute.get_strategy()
        if self._replicas > 1:
            fold_in_replica_id(seed_generators, replica_id)
            synchronize(layers, _average)

    def _check_placement(self, name, variables):
        if self._built_under is not None:
            check_placement(self._built_under, name, variables)

    def _check_scope(self):
        strategy = tf.distribute.get_strategy()
        if strategy.num_replicas_in_sync > 1 and (
            strategy is not self._built_under
        ):
            raise ValueError(
                "The model was built outside of the `data_parallel()` that is "
                "open, and would train on one device. Build it within. "
                f"Received: {type(self).__name__}"
            )

    def _start_together(self):
        strategy = self.distribute_strategy
        if not _is_multi_worker(strategy):
            return
        variables = [*self.variables, *self.optimizer.variables]
        # The epoch that `BackupAndRestore` has found, where it runs.
        epoch = tf.constant(self._initial_epoch or 0)

        def take(values):
            context = tf.distribute.get_replica_context()
            is_first = context.replica_id_in_sync_group == 0
            return [
                context.all_reduce(
                    tf.distribute.ReduceOp.SUM,
                    tf.where(is_first, value, tf.zeros_like(value)),
                )
                for value in values
            ]

        def run():
            *values, first_epoch = take([*[v.value for v in variables], epoch])
            for variable, value in zip(variables, values):
                variable.assign(value)
            return first_epoch

        self._initial_epoch = int(_everywhere(strategy, run))

    def fit(self, *args, **kwargs):
        if self._processes == 1:
            return super().fit(*args, **kwargs)
        with reraise_lost_process(
            tf.errors.UnavailableError, tf.errors.AbortedError
        ):
            return super().fit(*args, **kwargs)

    def _any_process(self, flag):
        strategy = self.distribute_strategy
        if not _is_multi_worker(strategy):
            return flag

        def count():
            context = tf.distribute.get_replica_context()
            flags = tf.constant(float(flag))
            return context.all_reduce(tf.distribute.ReduceOp.SUM, flags)

        return bool(_everywhere(strategy, count) > 0)

    def _predict_on_one_device(self, network, inputs, batch_size, key=None):
        if self._replicas == 1:
            # `predict` makes a pipeline for each call, which takes longer
            # than a batch of images.
            return in_batches(network.predict_on_batch, inputs, batch_size)
        functions = self.__dict__.setdefault("_predict_functions", {})
        place = (id(network), key)
        if place not in functions:
            functions[place] = tf.function(
                lambda x: network(x, training=False), reduce_retracing=True
            )
        return in_batches(functions[place], inputs, batch_size)

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        # All is built when the model is. Keras would average a batch over
        # the replicas, which fails with several workers.
        pass

    def _average_statistics(self):
        """Averages the statistics that replicas have of their own images."""
        if replica_count() > 1:
            average_values(self._statistics(), all_reduce_mean)


def _everywhere(strategy, fn):
    """Calls a function on all replicas; returns the result on one of them."""
    results = tf.function(lambda: strategy.run(fn))()
    return strategy.experimental_local_results(results)[0]


def waits_for_processes(variable):
    """See `kerasgan.backend.common.contract.waits_for_processes`."""
    return _is_multi_worker(
        getattr(variable._value, "distribute_strategy", None)
    )


def averageable(logs):
    """Returns the logs of a replica in a form that Keras can average."""
    if not _is_multi_worker(tf.distribute.get_strategy()):
        return logs
    # For several workers, Keras averages them along their first axis.
    return {key: tf.reshape(value, (1,)) for key, value in logs.items()}


@contextlib.contextmanager
def data_parallel(devices=None):
    """See `kerasgan.backend.common.contract.data_parallel`."""
    if _workers() > 1:
        if devices is not None:
            raise ValueError(
                "`devices` must be None where several workers train: each "
                "takes all devices that it sees. Set CUDA_VISIBLE_DEVICES to "
                f"choose. Received: devices={devices!r} and a TF_CONFIG with "
                f"{_workers()} workers"
            )
        strategy = _strategy()
    else:
        gpus, cpus = _names("GPU"), _names("CPU")
        names = choose_devices(devices, gpus or cpus, cpus)
        if len(names) == 1 and not isinstance(devices, (list, tuple)):
            yield
            return
        strategy = _strategy(*names)
    with strategy.scope():
        yield


@functools.cache
def _strategy(*devices):
    # One for all models: the collective operations of two would meet.
    if not devices:
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.MirroredStrategy([name.upper() for name in devices])


def _names(kind):
    return [
        f"{kind.lower()}:{i}"
        for i in range(len(tf.config.list_logical_devices(kind)))
    ]


def _workers():
    cluster = json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {})
    return sum(len(cluster.get(job, [])) for job in ("chief", "worker"))


def _is_multi_worker(strategy):
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def check_placement(strategy, name, variables):
    """Raises unless the variables were made under a strategy."""
    if strategy.num_replicas_in_sync == 1:
        return
    for variable in variables:
        if not strategy.extended.variable_created_in_scope(variable.value):
            raise built_outside(name, variable)


def check_distribution(networks=None):
    """See `kerasgan.backend.common.contract.check_distribution`."""
    for name, network in (networks or {}).items():
        check_placement(tf.distribute.get_strategy(), name, network.variables)


def all_reduce_mean(tensors):
    """See `kerasgan.backend.common.contract.all_reduce_mean`."""
    if replica_count() == 1 or not tensors:
        return tensors
    context = tf.distribute.get_replica_context()
    return list(context.all_reduce(tf.distribute.ReduceOp.MEAN, tensors))


def _average(tensor):
    context = tf.distribute.get_replica_context()
    if context is None:
        return tensor
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, tensor)


def replica_id():
    """See `kerasgan.backend.common.contract.replica_id`."""
    context = tf.distribute.get_replica_context()
    return 0 if context is None else context.replica_id_in_sync_group


def replica_count():
    """See `kerasgan.backend.common.contract.replica_count`."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def process_index():
    """See `kerasgan.backend.common.contract.process_index`."""
    config = json.loads(os.environ.get("TF_CONFIG") or "{}")
    task = config.get("task", {})
    if _workers() == 1 or task.get("type") == "chief":
        return 0
    chiefs = len(config.get("cluster", {}).get("chief", []))
    return int(task.get("index", 0)) + chiefs


def shard_batch(structure):
    """See `kerasgan.backend.common.contract.shard_batch`."""
    return structure


def outside_distribution(fn):
    """See `kerasgan.backend.common.contract.outside_distribution`."""
    if not tf.distribute.has_strategy():
        return fn()
    # A strategy's scope cannot be left, but a new thread is in none.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(fn).result()

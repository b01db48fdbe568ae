"""Several devices on JAX: one program for all, over a mesh of devices."""

import contextlib
import functools

import jax
import keras
import numpy as np

from kerasgan.backend.common.distribution import BaseDistributionMixin
from kerasgan.backend.common.distribution import built_outside
from kerasgan.backend.common.distribution import choose_devices
from kerasgan.backend.common.distribution import in_batches
from kerasgan.backend.common.distribution import padded_rows
from kerasgan.backend.common.distribution import reraise_lost_process


class DistributionMixin(BaseDistributionMixin):
    """See `kerasgan.backend.common.distribution`."""

    _distribution = None

    @property
    def _part_of_batch(self):
        if self._distribution is None:
            return 0, 1
        return jax.process_index(), jax.process_count()

    @property
    def _replicas(self):
        if self._distribution is None:
            return 1
        return self._distribution.num_model_replicas

    def _distribution_scope(self):
        if self._distribution is None:
            return super()._distribution_scope()
        return self._distribution.scope()

    def _remember_distribution(self, seed_generators, layers):
        # The seeds are for whole batches: each device draws other rows.
        self._distribution = keras.distribution.distribution()

    def _check_placement(self, name, variables):
        _check_placement(self._distribution, name, variables)

    def _check_scope(self):
        opened = keras.distribution.distribution()
        if opened is not None and opened is not self._distribution:
            raise ValueError(
                "The model was built outside of the `data_parallel()` that is "
                "open, and its weights lie on one device. Build it within. "
                f"Received: {type(self).__name__}"
            )

    def _start_together(self):
        if self._part_of_batch[1] == 1:
            return
        from jax.experimental import multihost_utils

        variables = [*self.variables, *self.optimizer.variables]
        values = multihost_utils.broadcast_one_to_all(
            [np.asarray(variable.value) for variable in variables]
        )
        for variable, value in zip(variables, values):
            variable.assign(np.asarray(value))
        # The epoch that `BackupAndRestore` has found, where it runs.
        epoch = np.array(self._initial_epoch or 0)
        epoch = multihost_utils.broadcast_one_to_all(epoch)
        self._initial_epoch = int(epoch)

    def _finish_step(self):
        self.jax_state_sync()
        jax.block_until_ready([variable.value for variable in self.weights])

    def _any_process(self, flag):
        if self._part_of_batch[1] == 1:
            return flag
        from jax.experimental import multihost_utils

        flags = multihost_utils.process_allgather(np.array([flag]))
        return bool(np.any(flags))

    def _predict_on_one_device(self, network, inputs, batch_size, key=None):
        variables = network.variables

        def compute(values, x):
            with keras.StatelessScope(zip(variables, values)):
                return network(x, training=False)

        functions = self.__dict__.setdefault("_predict_functions", {})
        compute = functions.setdefault((id(network), key), jax.jit(compute))
        values = [variable.value for variable in variables]
        if self._replicas > 1:
            values = [_on_one_device(value) for value in values]
        return outside_distribution(
            lambda: in_batches(
                lambda x: compute(values, x), inputs, batch_size, padded_rows
            )
        )

    def _get_state_sharding_spec(self):
        # Keras looks at the values, which are not there during an epoch.
        if self._distribution is None:
            return super()._get_state_sharding_spec()
        layout = self._distribution.get_variable_layout
        return tuple(
            [layout(variable).backend_layout for variable in variables]
            for variables in (
                self.trainable_variables,
                self.non_trainable_variables,
                self.optimizer.variables,
                self.metrics_variables,
            )
        )

    def fit(self, *args, **kwargs):
        if self._processes == 1:
            with self._distribution_scope():
                return super().fit(*args, **kwargs)
        lost = reraise_lost_process(jax.errors.JaxRuntimeError)
        with self._distribution_scope(), lost:
            return super().fit(*args, **kwargs)

    def evaluate(self, *args, **kwargs):
        with self._distribution_scope():
            return super().evaluate(*args, **kwargs)

    def predict(self, *args, **kwargs):
        with self._distribution_scope():
            return super().predict(*args, **kwargs)

    def train_on_batch(self, *args, **kwargs):
        with self._distribution_scope():
            return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        with self._distribution_scope():
            return super().test_on_batch(*args, **kwargs)


def _on_one_device(value):
    # Each device holds all of it.
    return value.addressable_data(0)


@contextlib.contextmanager
def data_parallel(devices=None):
    """See `kerasgan.backend.common.contract.data_parallel`."""
    if jax.process_count() > 1 and devices is not None:
        raise ValueError(
            "`devices` must be None where several processes train: each "
            "takes all devices that it sees. Received: "
            f"devices={devices!r} and {jax.process_count()} processes"
        )
    if jax.process_count() > 1:
        _seed_alike()
    cpus = [f"cpu:{device.id}" for device in jax.devices("cpu")]
    names = choose_devices(devices, keras.distribution.list_devices(), cpus)
    if len(names) == 1 and not isinstance(devices, (list, tuple)):
        yield
        return
    distribution = keras.distribution.DataParallel(
        devices=names, auto_shard_dataset=False
    )
    with distribution.scope():
        yield


@functools.cache
def _seed_alike():
    """Gives all processes the seed of the first, once."""
    from jax.experimental import multihost_utils

    # Other initial weights in another process would be an error.
    seed = np.array(np.random.randint(2**31 - 1), "int32")
    seed = multihost_utils.broadcast_one_to_all(seed)
    keras.utils.set_random_seed(int(seed))


def _check_placement(distribution, name, variables):
    if distribution is None:
        return
    for variable in variables:
        if isinstance(
            variable.value.sharding, jax.sharding.SingleDeviceSharding
        ):
            raise built_outside(name, variable)


def check_distribution(networks=None):
    """See `kerasgan.backend.common.contract.check_distribution`."""
    for name, network in (networks or {}).items():
        _check_placement(
            keras.distribution.distribution(), name, network.variables
        )


def all_reduce_mean(tensors):
    """See `kerasgan.backend.common.contract.all_reduce_mean`."""
    return tensors


def replica_id():
    """See `kerasgan.backend.common.contract.replica_id`."""
    return 0


def replica_count():
    """See `kerasgan.backend.common.contract.replica_count`."""
    return 1


def waits_for_processes(variable):
    """See `kerasgan.backend.common.contract.waits_for_processes`."""
    return False


def process_index():
    """See `kerasgan.backend.common.contract.process_index`."""
    return jax.process_index()


def shard_batch(structure):
    """See `kerasgan.backend.common.contract.shard_batch`."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return structure
    return keras.tree.map_structure(
        lambda x: (
            x
            if x is None
            else keras.distribution.distribute_tensor(
                x, distribution.get_data_layout(x.shape)
            )
        ),
        structure,
    )


def outside_distribution(fn):
    """See `kerasgan.backend.common.contract.outside_distribution`."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return fn()
    keras.distribution.set_distribution(None)
    try:
        return fn()
    finally:
        keras.distribution.set_distribution(distribution)

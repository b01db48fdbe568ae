"""Distributed training: the contract of the mixin, and shared helpers."""

import contextlib
import functools

import keras
import numpy as np

from kerasgan.backend.common.interrupts import INTERRUPTS

# Far more than the numbers that one replica ever draws.
_MULTIPLIER = 0x3779F1A5


class BaseDistributionMixin:
    """Base of each framework's `DistributionMixin`.

    A `Trainer` mixes it in: it knows the devices that train a model. Methods
    that are implemented here are right for one device, and for one process a
    device.
    """

    #: Whether a batch is split among replicas as its rows stand.
    _splits_rows = False

    @property
    def _part_of_batch(self):
        """Index of this process' shard of each batch, and their number."""
        raise NotImplementedError

    @property
    def _replicas(self):
        """Number of devices that train, each on its shard of every batch."""
        raise NotImplementedError

    @property
    def _processes(self):
        """Number of processes that train the model together."""
        return self._part_of_batch[1]

    def _distribution_scope(self):
        """A context in which variables are made like those of the model."""
        return contextlib.nullcontext()

    def _remember_distribution(self, seed_generators, layers):
        """Binds the model, just built, to the distribution that is open.

        Args:
            seed_generators: List of all `keras.random.SeedGenerator`s that a
                step draws with.
            layers: List of the layers of its networks.
        """
        raise NotImplementedError

    def _check_placement(self, name, variables):
        """Raises unless the variables lie where those of the model do.

        Args:
            name: The user's name of the object that holds the variables.
            variables: List of Keras variables.
        """

    def _check_scope(self):
        """Raises if a distribution is open that the model is not made for."""
        raise NotImplementedError

    def _start_together(self):
        """Broadcasts the state of the first process to all others."""
        raise NotImplementedError

    def _finish_step(self):
        """Waits for the step that was started; raises if it has failed."""

    def _any_process(self, flag):
        """Returns whether `flag` is true in any of the processes."""
        raise NotImplementedError

    def _predict_on_one_device(self, network, inputs, batch_size, key=None):
        """Runs inference on this process only; returns a NumPy array.

        Not by Keras' `predict`, which makes a pipeline for each call, and on
        JAX takes the values out of all variables while it runs.

        Args:
            network: The model itself, or one of its networks.
            inputs: Array, or list of arrays.
            batch_size: Integer, rows computed at a time.
            key: Hashable that the outputs depend on beside variables and
                inputs. Defaults to `None`.
        """
        raise NotImplementedError


def built_outside(name, variable):
    """Returns the error for an object built before the context was open.

    Args:
        name: The user's name of the object that holds the variable.
        variable: Keras variable on one device.
    """
    return ValueError(
        f"`{name}` was built outside of `data_parallel()`, where its weights "
        "lie on one device only. Build it within the context. Received: the "
        f"weight '{variable.path}'"
    )


def average_values(variables, all_reduce_mean):
    """Sets variables to their means over the replicas.

    Args:
        variables: List of Keras variables.
        all_reduce_mean: Function from a list of tensors to their means.
    """
    means = all_reduce_mean([variable.value for variable in variables])
    for variable, mean in zip(variables, means):
        variable.assign(mean)


def choose_devices(devices, available, others=()):
    """Returns the names of the devices that a user asks for.

    Args:
        devices: Integer, list of names such as `"gpu:0"`, or `None` for all
            of `available`.
        available: List of the names of the devices that are meant where a
            number is given.
        others: List of names that may be given as well.

    Raises:
        ValueError: If there are not as many, or none of that name.
    """
    if devices is None:
        return list(available)
    if isinstance(devices, int) and not isinstance(devices, bool):
        if not 1 <= devices <= len(available):
            raise ValueError(
                f"`devices` must be from 1 to {len(available)}, the number "
                f"of devices here: {', '.join(available)}. "
                f"Received: devices={devices}"
            )
        return list(available)[:devices]
    known = [*available, *others]
    if not isinstance(devices, (list, tuple)) or not devices:
        raise ValueError(
            "`devices` must be a number of devices, a list of their names, "
            f"or None for all of {', '.join(available)}. "
            f"Received: devices={devices!r}"
        )
    names = [str(name).lower() for name in devices]
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names):
        raise ValueError(
            "`devices` must name devices that exist, each once: "
            f"{', '.join(known)}. Received: devices={list(devices)}"
        )
    return names


# Whether the open context wants batch statistics of all devices.
_synchronized = [False]


@contextlib.contextmanager
def synchronizing(is_wanted):
    """A context in which models are built with statistics of all devices."""
    before, _synchronized[0] = _synchronized[0], bool(is_wanted)
    try:
        yield
    finally:
        _synchronized[0] = before


def synchronize(layers, average):
    """Lets BatchNormalization see all devices, where the context wants it.

    Args:
        layers: List of layers.
        average: Function from a tensor to its mean over the replicas, with
            gradients.
    """
    for layer in layers if _synchronized[0] else []:
        if isinstance(layer, keras.layers.BatchNormalization):
            # Not by its own argument, which not every backend can load.
            layer._moments = functools.partial(_moments, layer, average)


def _moments(layer, average, inputs, mask):
    if mask is not None:
        raise ValueError(
            "Statistics of all devices are for images without a mask. "
            f"Received: a mask for {layer.name}"
        )
    axes = [i for i in range(inputs.ndim) if i != layer.axis % inputs.ndim]
    x = keras.ops.cast(inputs, "float32")
    mean = average(keras.ops.mean(x, axes))
    shape = [1] * inputs.ndim
    shape[layer.axis] = -1
    distance = keras.ops.square(x - keras.ops.reshape(mean, shape))
    variance = average(keras.ops.mean(distance, axes))
    return tuple(keras.ops.cast(m, inputs.dtype) for m in (mean, variance))


def fold_in_replica_id(generators, replica):
    """Lets each replica draw other values from the same seeds.

    The saved state is the same for all replicas: the index is added only
    where a value is drawn.

    Args:
        generators: List of `keras.random.SeedGenerator`.
        replica: Function of nothing that returns the index of the replica
            that draws, an integer or a scalar tensor.
    """
    for generator in generators:
        generator.next = functools.partial(_next, generator, replica)


def _next(generator, replica, ordered=True):
    seed = type(generator).next(generator, ordered)
    index = replica()
    if isinstance(index, int):
        shift = index * _MULTIPLIER % 2**31
    else:
        shift = keras.ops.cast(index, "int64") * _MULTIPLIER
    shift = keras.ops.cast(shift, seed.dtype)
    return seed + keras.ops.stack([shift, keras.ops.zeros_like(shift)])


@contextlib.contextmanager
def reraise_lost_process(*errors):
    """Raises errors of a lost process again, with what to do about it.

    Args:
        *errors: Classes of exceptions that a lost process causes.
    """
    try:
        yield
    except errors as error:
        raise RuntimeError(
            "Another process of this training has ended, or cannot be "
            "reached any more; this one ends too. Start all of them again: "
            "with `keras.callbacks.BackupAndRestore`, or `kerasgan train "
            "--resume`, they go on from the last checkpoint"
        ) from error


def in_batches(compute, inputs, batch_size, padded_rows=None):
    """Returns the NumPy outputs of a function, computed a batch at a time.

    Args:
        compute: Function from a structure of tensors to a tensor, or to a
            structure of tensors.
        inputs: Structure of arrays with the same number of rows.
        batch_size: Integer, rows.
        padded_rows: Function from the rows of a batch to those that it is
            padded to, by its last row, where each size is compiled for.
            Defaults to `None`, which pads nothing.
    """
    with INTERRUPTS.watched():
        outputs = list(_batches(compute, inputs, batch_size, padded_rows))
    return keras.tree.map_structure(lambda *x: np.concatenate(x), *outputs)


def _batches(compute, inputs, batch_size, padded_rows):
    rows = len(keras.tree.flatten(inputs)[0])
    for start in range(0, rows, batch_size):
        count = min(batch_size, rows - start)
        size = count if padded_rows is None else padded_rows(count)

        def cut(x, start=start, count=count, size=size):
            x = x[start : start + count]
            if size > count:
                x = np.pad(
                    keras.ops.convert_to_numpy(x),
                    ((0, size - count), *((0, 0),) * (len(x.shape) - 1)),
                    mode="edge",
                )
            return keras.ops.convert_to_tensor(x)

        def whole(output, count=count):
            return np.array(keras.ops.convert_to_numpy(output)[:count])

        with INTERRUPTS.whole():
            batch = keras.tree.map_structure(cut, inputs)
            output = keras.tree.map_structure(whole, compute(batch))
        yield output


def padded_rows(count, least=8):
    """Returns the next power of two: few sizes, of which none is far."""
    return max(least, 1 << (count - 1).bit_length())

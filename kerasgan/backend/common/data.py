"""Data pipelines, in the form that a backend's training loop reads fastest.

Imported by those who make a data set, so that `import kerasgan` stays free
of it.
"""

import copy
import itertools

import keras

_SHUFFLE_BYTES = 2**28  # of decoded images held while shuffling


def uses_tf_data():
    """Returns whether the backend's training loop reads `tf.data`."""
    return keras.backend.backend() == "tensorflow"


def pipeline(batches):
    """Returns a data set in the form that suits the backend.

    Args:
        batches: An `ImageBatches`.

    Returns:
        A `tf.data.Dataset` of the same batches on TensorFlow, in the same
        order in each epoch; elsewhere `batches`.
    """
    if not uses_tf_data():
        return batches
    import tensorflow as tf

    epochs = itertools.count()

    def indices():
        epoch = next(epochs)
        for index in range(batches.num_batches):
            yield batches.indices(index, epoch)

    def fetch(indices):
        if not batches.has_labels:
            images = tf.numpy_function(batches.fetch, [indices], tf.uint8)
            return tf.ensure_shape(images, (None, *batches.image_shape))
        images, labels = tf.numpy_function(
            batches.fetch, [indices], [tf.uint8, batches.label_dtype]
        )
        images = tf.ensure_shape(images, (None, *batches.image_shape))
        return images, tf.ensure_shape(labels, (None, *batches.label_shape))

    data = tf.data.Dataset.from_generator(
        indices, output_signature=tf.TensorSpec((None,), tf.int64)
    )
    data = data.map(fetch, num_parallel_calls=tf.data.AUTOTUNE)
    data = data.apply(
        tf.data.experimental.assert_cardinality(batches.num_batches)
    )
    return data.prefetch(tf.data.AUTOTUNE)


def record_pipeline(records, image, label, fit, image_shape, **settings):
    """Returns batches of the records of a `tf.data.Dataset`.

    Args:
        records: `tf.data.Dataset` of dictionaries, one for each image.
        image: Key of the image.
        label: Key of the label, or `None`.
        fit: Function from an image, a NumPy array, to one of `image_shape`,
            or `None` if all have that shape.
        image_shape: `(height, width, channels)`.
        settings: `batch_size`, `shuffle` and `seed`.

    Returns:
        A `tf.data.Dataset` of uint8 images, or `(images, labels)` with int32
        labels.
    """
    import tensorflow as tf

    def prepare(record):
        pixels = record[image]
        if fit is not None:
            pixels = tf.numpy_function(fit, [pixels], tf.uint8)
        pixels = tf.ensure_shape(pixels, image_shape)
        if label is None:
            return pixels
        return pixels, tf.cast(record[label], tf.int32)

    data = records.map(prepare, num_parallel_calls=tf.data.AUTOTUNE)
    if settings["shuffle"]:
        height, width, channels = image_shape
        count = max(1, _SHUFFLE_BYTES // (height * width * channels))
        known = int(records.cardinality())
        data = data.shuffle(
            min(count, known) if known > 0 else count, settings["seed"]
        )
    return data.batch(settings["batch_size"]).prefetch(tf.data.AUTOTUNE)


def count_batches(dataset, most):
    """Returns how many batches a `tf.data.Dataset` has, or `most` if more."""
    known = int(dataset.cardinality())
    if known >= 0:
        return min(known, most)
    return sum(1 for _ in dataset.take(most))


def join_batches(dataset, count):
    """Joins every `count` batches of a `tf.data.Dataset` into one.

    The rest at the end is cut so that it still splits into `count` equal
    minibatches, and dropped if it has not as many rows.

    Args:
        dataset: `tf.data.Dataset` of batches.
        count: Integer, at least 2.

    Returns:
        A `tf.data.Dataset` that knows its length if `dataset` does.
    """
    import tensorflow as tf

    def rows_of(*batch):
        return tf.shape(tf.nest.flatten(batch)[0])[0]

    def cut(*parts):
        rows = rows_of(*parts)
        usable = rows - rows % count
        return tf.nest.map_structure(lambda x: x[:usable], parts)

    def rows_of_last():
        (last,) = dataset.skip(batches - 1)
        return int(rows_of(last))

    rows = int(rows_of(next(iter(dataset))))
    batches = int(dataset.cardinality())
    joined = dataset.rebatch(count * rows).map(cut)
    joined = joined.filter(lambda *parts: rows_of(*parts) > 0)
    if batches < 0:
        return joined
    is_usable = is_last_group_usable(batches % count, rows, count, rows_of_last)
    return joined.apply(
        tf.data.experimental.assert_cardinality(batches // count + is_usable)
    )


def is_last_group_usable(left, rows, count, rows_of_last):
    """Whether the rest after groups of `count` batches makes another group.

    Args:
        left: Integer, how many batches are left.
        rows: Integer, rows of a whole batch.
        count: Integer, into how many equal parts a group is split.
        rows_of_last: Function that returns the rows of the last batch.
    """
    if left == 0:
        return False
    before = (left - 1) * rows
    return before + 1 >= count or before + rows_of_last() >= count


def inspect_batches(dataset, inspect):
    """Returns a `tf.data.Dataset` whose batches are inspected when read.

    Args:
        dataset: `tf.data.Dataset` of batches.
        inspect: Function of a structure of arrays, which may raise.
    """
    import tensorflow as tf

    spec = dataset.element_spec
    if isinstance(spec, tf.TensorSpec) and _are_bytes(spec):
        return dataset  # whose batches are all like the first one

    def look(*parts):
        batch = parts if len(parts) > 1 else parts[0]

        def call(*arrays):
            inspect(tf.nest.pack_sequence_as(batch, arrays))
            return True

        tensors = tf.nest.flatten(batch)
        is_done = tf.numpy_function(call, tensors, tf.bool)
        with tf.control_dependencies([is_done]):
            return tf.nest.map_structure(tf.identity, batch)

    return dataset.map(look)


def _are_bytes(spec):
    shape = spec.shape
    return (
        spec.dtype.name == "uint8"
        and shape.rank is not None
        and None not in shape[1:]
    )


def inspect_loader(loader, inspect):
    """Returns a torch `DataLoader` whose batches are inspected when read.

    Args:
        loader: `torch.utils.data.DataLoader`.
        inspect: Function of a structure of tensors, which may raise, or
            return arrays in their place.
    """
    import torch

    def look(batch):
        batch = inspect(batch)
        parts = batch if isinstance(batch, (tuple, list)) else (batch,)
        # Keras takes loaders of tuples of tensors only.
        return tuple(torch.as_tensor(part) for part in parts)

    class Inspected(type(loader)):
        # In this process, not in those of the workers.
        def __iter__(self):
            return map(look, super().__iter__())

    inspected = copy.copy(loader)
    inspected.__class__ = Inspected
    return inspected


def map_batches(dataset, cut, unit):
    """Returns a `tf.data.Dataset` whose batches are cut.

    Args:
        dataset: `tf.data.Dataset` of batches.
        cut: Function of a NumPy array of as many rows as a multiple of
            `unit`, to one of as many rows for every batch size.
        unit: Integer. The rest of a batch, and a batch of fewer rows, is
            dropped.
    """
    import tensorflow as tf

    def usable(*parts):
        rows = tf.shape(tf.nest.flatten(parts)[0])[0]
        return rows - rows % unit

    def cut_part(x, rows):
        y = tf.numpy_function(cut, [x[:rows]], x.dtype)
        return tf.ensure_shape(y, (None, *x.shape[1:]))

    def cut_batch(*parts):
        rows = usable(*parts)
        parts = tf.nest.map_structure(lambda x: cut_part(x, rows), parts)
        return parts if len(parts) > 1 else parts[0]

    first = tf.nest.flatten(dataset.element_spec)[0]
    if first.shape.rank is None or first.shape[0] is None:
        # The last batch may be too short. Without it, the length is unknown.
        dataset = dataset.filter(lambda *parts: usable(*parts) > 0)
    return dataset.map(cut_batch)

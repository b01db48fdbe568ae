"""The contract of the seam: every primitive that a framework offers.

Nothing here is called. `kerasgan/backend/tensorflow`, `jax` and `torch` each
have these functions, under the same names and with the same arguments, and
`kerasgan.backend` offers those of the framework that Keras runs on. What a
framework's trainer does is said in `trainer.BaseTrainer` and
`distribution.BaseDistributionMixin`, beside this file.
"""


def vjp(fn, variables):
    """Runs `fn` and returns `(output, aux, pullback)`.

    Args:
        fn: Function of nothing that returns `(output, aux)`, with `output`
            a tensor and `aux` any structure of tensors.
        variables: Keras variables to differentiate for.

    Returns:
        `output`; `aux`; and `pullback(cotangent=None)`, which returns the
        gradients of `sum(output * cotangent)`, one a variable. It can be
        called once.
    """


def input_gradient(fn, x, create_graph=False):
    """Returns `(value, aux, gradient)` of `fn(x) -> (value, aux)` for `x`.

    Args:
        fn: Function of a tensor that returns a scalar and any structure of
            tensors.
        x: The tensor, or structure of tensors, to differentiate for.
        create_graph: Whether the gradient itself will be differentiated.
            Defaults to `False`.

    Returns:
        The scalar, the structure and the gradient, shaped like `x`; zeros
        where the scalar does not depend on it.
    """


def no_gradients():
    """A context for computations that nobody will differentiate."""


def apply_gradients(optimizer, gradients, variables):
    """Updates variables as `optimizer.apply` does, in fewer operations.

    No weight changes before all gradients are there.

    Args:
        optimizer: Keras optimizer, built for at least these variables.
        gradients: List of tensors, averaged over the replicas already.
        variables: List of Keras variables.
    """


def run_if(condition, fn, arguments=()):
    """Calls `fn`, which assigns to variables, if the condition holds.

    Args:
        condition: Scalar bool tensor, the same on all replicas.
        fn: Function that returns nothing.
        arguments: Tuple of structures of tensors to call it with. Defaults
            to none.
    """


def compiled(fn, variables):
    """Returns a function of tensors in the framework's compiled form.

    It is compiled once for each structure and shape of its arguments, reads
    the variables as they are when it is called, and changes none.

    Args:
        fn: Function of structures of tensors that returns a structure of
            tensors.
        variables: List of all Keras variables that it reads.

    Returns:
        Function of the same arguments, which may be NumPy arrays too.
    """


def low_optimization_compile():
    """A context for computations that are cheaper than their compilation.

    Initial values are: XLA compiles each shape of them, which takes seconds
    for a model, and each is computed once.
    """


def make_deterministic():
    """Lets the same operations on the same values give the same bits.

    Raises:
        RuntimeError: If that takes a flag which is not set.
    """


def call_network(network, inputs, training=None):
    """Returns `network(inputs, training=training)`, without Keras' overhead.

    Models and layers that consist of Keras' and kerasgan's own layers, in
    float32, are run layer by layer in the framework's best form; all others
    by Keras.

    Args:
        network: Built Keras model or layer.
        inputs: Tensor, or structure of tensors.
        training: Bool, or `None`, the default, to leave it to the call of
            the layer around this one.
    """


def conv(inputs, kernel, strides=(1, 1), padding="same", bias=None):
    """Computes a convolution of channels-last feature maps, and adds a bias.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, channels, filters)`.
        strides: Tuple of two integers. Defaults to `(1, 1)`.
        padding: `"same"`, the default, or `"valid"`.
        bias: `(filters,)`, or `None`, the default, to add none.

    Returns:
        `(batch, height, width, filters)`, as `keras.ops.conv` does.
    """


def conv_transpose(
    inputs, kernel, strides, bias=None, training=False, subpixel="auto"
):
    """Computes a transposed convolution, padded "same", and adds a bias.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(height, width, filters, channels)`, no side shorter than
            its stride.
        strides: Tuple of two integers.
        bias: `(filters,)`, or `None`, the default, to add none.
        training: Bool, whether gradients will be asked for, which may be
            slower in one form than in the other. Defaults to `False`.
        subpixel: Whether to compute it as a sub-pixel convolution, which takes
            equal strides greater than 1. Defaults to `"auto"`: where that is
            faster.

    Returns:
        `(batch, height * strides[0], width * strides[1], filters)`, as
        `keras.ops.conv_transpose` does.
    """


def centred_conv_transpose(
    inputs, kernel, bias=None, training=False, subpixel="auto"
):
    """Computes a transposed 3x3 convolution of stride 2, and adds a bias.

    The middle of the kernel meets output pixel `2i` of input pixel `i`.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(3, 3, filters, channels)`.
        bias: `(filters,)`, or `None`, the default, to add none.
        training, subpixel: See `conv_transpose`.

    Returns:
        `(batch, 2 * height, 2 * width, filters)`.
    """


def upscale_conv(inputs, kernel, bias=None):
    """Computes a convolution, padded "same", of feature maps twice the size.

    Args:
        inputs: `(batch, height, width, channels)`; each pixel counts four
            times, as a square.
        kernel: `(height, width, channels, filters)`.
        bias: `(filters,)`, or `None`, the default, to add none.

    Returns:
        `(batch, 2 * height, 2 * width, filters)`.
    """


def instance_normalization(inputs, epsilon, scale=None, offset=None):
    """Takes off each channel's mean in each image, divides by its deviation.

    Args:
        inputs: `(batch, ..., channels)`, of at least float32.
        epsilon: Float, added to the variance.
        scale: `(channels,)`, factors of the result, or `None`, the default.
        offset: `(channels,)`, added at last, or `None`, the default.

    Returns:
        Tensor of the same shape.
    """


def reflection_pad(inputs, padding):
    """Continues maps beyond their edges as in a mirror; edges are there once.

    Args:
        inputs: `(batch, height, width, channels)`.
        padding: `((top, bottom), (left, right))`, each less than the side of
            the maps.

    Returns:
        `(batch, top + height + bottom, left + width + right, channels)`.
    """


def average_pool(inputs, size):
    """Averages squares of `size` pixels a side.

    Args:
        inputs: `(batch, height, width, channels)`.
        size: Integer.

    Returns:
        `(batch, height // size, width // size, channels)`.
    """


def set_memory_format(variables):
    """Stores kernels in memory in the order that convolutions read them.

    Shapes and values stay as they are.

    Args:
        variables: List of Keras variables; those that are no kernels of
            convolutions are left alone.
    """


def data_parallel(devices=None):
    """A context in which models are built that train on several devices.

    Args:
        devices: Integer, list of names, or `None`, the default, for all; see
            `kerasgan.distribution.data_parallel`.
    """


def check_distribution(networks=None):
    """Raises if networks cannot train on the devices of the open context.

    Args:
        networks: Dict from names to built Keras models. Defaults to `None`:
            the context alone is checked.

    Raises:
        ValueError: If they were built for other devices.
    """


def all_reduce_mean(tensors):
    """Averages tensors over the replicas.

    Args:
        tensors: List of tensors, such as gradients.

    Returns:
        List of their means. On JAX the tensors themselves: one program
        computes all replicas, and XLA has averaged them.
    """


def replica_id():
    """Returns the index of the replica that runs this code."""


def replica_count():
    """Returns how many replicas there are for `all_reduce_mean` to average.

    That is 1 on JAX, where one program computes all replicas.
    """


def process_index():
    """Returns the index of this process among those that train together."""


def waits_for_processes(variable):
    """Returns whether all processes have to read a variable at once.

    Args:
        variable: Keras variable.
    """


def shard_batch(structure):
    """Shards tensors over the devices along their first axis.

    Without that, each device of a program that computes all replicas would
    compute for the whole batch what is drawn within a step.

    Args:
        structure: Structure of tensors with whole batches, and of `None`s.

    Returns:
        The same structure, sharded on JAX; elsewhere unchanged, because each
        replica draws for its own images.
    """


def outside_distribution(fn):
    """Calls a function outside of any open distribution.

    Variables that it makes are those of this process alone.

    Args:
        fn: Function of nothing.

    Returns:
        The result of `fn`.
    """

import contextlib

from kerasgan import backend


@contextlib.contextmanager
def data_parallel(devices=None, synchronized=False):
    """A context in which models are built that train on several devices.

    Each device holds the whole model and takes its part of every batch; the
    gradients are averaged before a player updates. `batch_size` stays what
    it is on one device: the images of all devices together. Each device
    draws latents, noise and interpolation coefficients of its own, for its
    own images; the logs are means over all of them.

    Build networks, optimizers and the model within the context, or load the
    model there. `fit` may be called within or after it. A model that was
    saved on several devices loads on any number of them.

    What the batch decides for itself, such as the deviations of
    `MinibatchStandardDeviation`, is computed for the images of each device on
    TensorFlow and torch, and for those of all devices on JAX.

    Args:
        devices: Integer, how many devices, or list of their names, such as
            `["gpu:0", "gpu:1"]`. Defaults to `None`: all GPUs of the
            machine, or its CPUs where there are none. Must be `None`
            where several processes train on JAX and TensorFlow. On torch
            each device is trained by a process of its own, which `torchrun`
            or `kerasgan train --devices` starts.
        synchronized: Bool, whether BatchNormalization takes its statistics
            from the images of all devices, which costs them two exchanges a
            layer, rather than from those of each. On JAX it always does.
            Defaults to `False`.

    Returns:
        A context manager.

    Raises:
        ValueError: If there are no such devices, or, on torch, not as many
            processes.

    Example:

    ```python
    import numpy as np
    import kerasgan

    with kerasgan.distribution.data_parallel(devices=1):
        gan = kerasgan.applications.GAN(image_shape=(8, 8, 1))
    gan.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```
    """
    with backend.data_parallel(devices), backend.synchronizing(synchronized):
        yield


def is_first_process():
    """Returns whether this process is the one that writes files for all.

    Where one process trains, it is. In a run of several, kerasgan's and
    Keras' own callbacks write in the first one only; a script has to ask.

    Example:

    ```python
    import kerasgan

    if kerasgan.distribution.is_first_process():
        print("this is written once")
    ```
    """
    return backend.process_index() == 0

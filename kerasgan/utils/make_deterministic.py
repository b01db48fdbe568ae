import keras

from kerasgan import backend


def make_deterministic(seed: int) -> None:
    """Lets the same training give the same weights, bit for bit.

    Seeds everything that has no seed of its own, and asks the framework for
    operations whose results do not depend on the order in which threads end.
    Call it before anything is built. The same script then gives the same
    weights with the same backend, versions, machine and number of devices;
    others round otherwise. See `docs/reproducibility.md` for what it costs.

    Args:
        seed: Integer, at least 0.

    Raises:
        RuntimeError: On JAX with a GPU, if `XLA_FLAGS` does not have
            `--xla_gpu_deterministic_ops=true`, which is read at its start.

    Example:

    ```python
    import numpy as np
    import kerasgan

    def train():
        kerasgan.utils.make_deterministic(seed=0)
        gan = kerasgan.applications.GAN(image_shape=(2,), latent_dim=2)
        gan.fit(np.ones((8, 2), "float32"), batch_size=4, verbose=0)
        return gan.generate(4, seed=0)

    assert (train() == train()).all()
    ```
    """
    keras.utils.set_random_seed(seed)
    backend.make_deterministic()

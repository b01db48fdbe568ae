"""The seam between the games and the framework that runs them.

Everything in kerasgan is written in `keras.ops`; what Keras does not offer
on all backends stands here, once per backend, under the same names. The
choice is made once, at import, as Keras makes it.
"""

import keras

from kerasgan.backend.scope import frozen_state

if keras.backend.backend() == "tensorflow":
    from kerasgan.backend.tensorflow import Trainer
    from kerasgan.backend.tensorflow import all_reduce_mean
    from kerasgan.backend.tensorflow import apply_gradients
    from kerasgan.backend.tensorflow import check_distribution
    from kerasgan.backend.tensorflow import input_gradient
    from kerasgan.backend.tensorflow import no_gradients
    from kerasgan.backend.tensorflow import prefers_subpixel
    from kerasgan.backend.tensorflow import process_index
    from kerasgan.backend.tensorflow import replica_count
    from kerasgan.backend.tensorflow import replica_id
    from kerasgan.backend.tensorflow import run_if
    from kerasgan.backend.tensorflow import vjp
elif keras.backend.backend() == "jax":
    from kerasgan.backend.jax import Trainer
    from kerasgan.backend.jax import all_reduce_mean
    from kerasgan.backend.jax import apply_gradients
    from kerasgan.backend.jax import check_distribution
    from kerasgan.backend.jax import input_gradient
    from kerasgan.backend.jax import no_gradients
    from kerasgan.backend.jax import prefers_subpixel
    from kerasgan.backend.jax import process_index
    from kerasgan.backend.jax import replica_count
    from kerasgan.backend.jax import replica_id
    from kerasgan.backend.jax import run_if
    from kerasgan.backend.jax import vjp
elif keras.backend.backend() == "torch":
    from kerasgan.backend.torch import Trainer
    from kerasgan.backend.torch import all_reduce_mean
    from kerasgan.backend.torch import apply_gradients
    from kerasgan.backend.torch import check_distribution
    from kerasgan.backend.torch import input_gradient
    from kerasgan.backend.torch import no_gradients
    from kerasgan.backend.torch import prefers_subpixel
    from kerasgan.backend.torch import process_index
    from kerasgan.backend.torch import replica_count
    from kerasgan.backend.torch import replica_id
    from kerasgan.backend.torch import run_if
    from kerasgan.backend.torch import vjp
else:
    raise ImportError(
        "kerasgan trains on the Keras backends 'tensorflow', 'jax' and "
        f"'torch'. Received: KERAS_BACKEND={keras.backend.backend()!r}"
    )

__all__ = [
    "Trainer",
    "all_reduce_mean",
    "apply_gradients",
    "check_distribution",
    "frozen_state",
    "input_gradient",
    "no_gradients",
    "prefers_subpixel",
    "process_index",
    "replica_count",
    "replica_id",
    "run_if",
    "vjp",
]

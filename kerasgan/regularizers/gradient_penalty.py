import keras
from keras import ops

from kerasgan.regularizers.regularizer import Regularizer
from kerasgan.regularizers.regularizer import squared_gradient_norms
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class GradientPenalty(Regularizer):
    """Pulls the critic's gradient norm to a target, between real and fake.

    ```
    weight * mean (|grad D(x)| - target)^2,   x = real + u (fake - real)
    ```

    with one `u ~ U(0, 1)` an image, and the norm over all pixels and
    channels of one image. Two-sided, as in the paper.

    Args:
        weight: Float. Defaults to 10, the paper's lambda.
        target: Float, the norm to pull to. Defaults to 1; 0 gives the
            zero-centred penalty on interpolates.
        interval: Integer, in discriminator updates; see `Regularizer`.
        name: String, key in the logs.

    Example:

    ```python
    import kerasgan

    penalty = kerasgan.regularizers.GradientPenalty(weight=10.0)
    ```

    Reference:
        Gulrajani et al., 2017, arXiv 1704.00028.
    """

    default_name = "gradient_penalty"
    needs_uncoupled_images = True

    def __init__(self, weight=10.0, target=1.0, interval=1, name=None):
        super().__init__(weight, interval=interval, name=name)
        check_number("target", target)
        self.target = target

    def points(self, real, fake, seed):
        shape = (ops.shape(real)[0],) + (1,) * (real.ndim - 1)
        mix = keras.random.uniform(shape, dtype=real.dtype, seed=seed)
        return real + mix * (fake - real)

    def penalty(self, logits_of, images, real_logits):
        return mean_squared_distance_of_norm(logits_of, images, self.target)

    def get_config(self):
        return {**super().get_config(), "target": self.target}


def mean_squared_distance_of_norm(logits_of, images, target):
    """Returns `mean (|grad D(x)| - target)^2` over the images."""
    squared = squared_gradient_norms(logits_of, images)
    if target == 0:
        return ops.mean(squared)
    # The root has no derivative at 0; 1e-12 keeps it finite and is below
    # what float32 resolves next to a norm of 1.
    return ops.mean(ops.square(ops.sqrt(squared + 1e-12) - target))

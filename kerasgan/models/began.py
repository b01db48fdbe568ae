import keras
import numpy as np
from keras import ops

from kerasgan.models.latent_model import LatentModel
from kerasgan.training.part import Part
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_shapes
from kerasgan.utils import check_number


@keras.saving.register_keras_serializable(package="kerasgan")
class BEGAN(LatentModel):
    """A game whose discriminator is an autoencoder, held in balance.

    With `L(x) = mean |x - D(x)|` the error of the discriminator's copies:

    ```
    G minimises  L(G(z))
    D minimises  L(real) - k L(G(z))
    k  moves by  k_rate (gamma L(real) - L(G(z))),  and stays in [0, 1]
    ```

    `k` begins at 0, is saved with the model and logged; so the discriminator
    minds generated images only as far as their error is below `gamma` times
    that of real ones. Both players see the same images, as they were before
    either has moved. The log `convergence`, `L(real) + |gamma L(real) -
    L(G(z))|`, falls while the training gets better; it says nothing of
    diversity.

    Args:
        generator: Built Keras model from latents, `(batch, latent_dim)`, to
            images, `(batch, height, width, channels)`. The paper's has a
            linear output: what is beyond [-1, 1] is cut in `generate`.
        discriminator: Built Keras model from images to images of the same
            shape.
        gamma: Float above 0, how large the error of generated images should
            be, as a share of that of real ones: more is more diverse and
            less sharp. Defaults to 0.5.
        k_rate: Float, how fast `k` moves. Defaults to 0.001, the paper's,
            for a hundred thousand steps and more; ten times as much suits
            some thousands.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"uniform"`.
        **kwargs: `regularizers`, `augmentation`, `ema`, `seed` and `name`, as
            for `kerasgan.models.GAN`; penalties of images are of their
            errors.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    networks = kerasgan.networks
    gan = kerasgan.models.BEGAN(
        networks.began_decoder((8, 8, 1), 4, filters=2),
        networks.began_autoencoder((8, 8, 1), 4, filters=2),
        seed=0,
    )
    images = np.zeros((8, 8, 8, 1), "uint8")
    history = gan.fit(images, batch_size=4, verbose=0).history
    print(history["k"], history["convergence"])
    ```

    Reference:
        Berthelot, Schumm and Metz, 2017, arXiv 1703.10717. Deviation: the
        discriminator's and the generator's step share their latents.
    """

    _fixed_attributes = ("seed", "generator", "discriminator", "ema_generator")

    def __init__(
        self,
        generator,
        discriminator,
        gamma=0.5,
        k_rate=0.001,
        latent_prior="uniform",
        **kwargs,
    ):
        check_number("gamma", gamma, above=0)
        check_number("k_rate", k_rate, least=0)
        check_copies(generator, discriminator)
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            ("d_loss", "g_loss", "real_error", "fake_error", "convergence"),
            latent_prior=latent_prior,
            **kwargs,
        )
        self.gamma = gamma
        self.k_rate = k_rate
        self.control = _Control(name="control")

    # === One step ===

    def adversarial_step(self, batch):
        real, _ = self.unpack(batch)
        latents = self._latents_for(real)

        def of_generator():
            fake = self._call(self.generator, latents)
            # Through the copy and the image that it is compared with.
            error = ops.mean(self._errors(fake))
            return error, (fake, error)

        fake, fake_error = self.minimize("generator", of_generator)
        fake = ops.stop_gradient(fake)

        def of_discriminator():
            errors = self._errors(real)
            real_error = ops.mean(errors)
            loss = real_error - self.control.k * ops.mean(self._errors(fake))
            penalty, logs = self._penalty_of_images(
                self._errors, real, fake, errors
            )
            logs = {"d_loss": loss + penalty, "real_error": real_error, **logs}
            return loss + penalty, logs

        logs = self.minimize("discriminator", of_discriminator)
        gap = self.gamma * logs["real_error"] - fake_error
        return {
            **logs,
            "g_loss": fake_error,
            "fake_error": fake_error,
            "convergence": logs["real_error"] + ops.abs(gap),
        }

    def _errors(self, images):
        """Returns the mean absolute error of each image's copy, `(batch,)`."""
        images = self.augment(images, not self._is_evaluating)
        copies = self._call(self.discriminator, images)
        return ops.mean(ops.abs(images - copies), axis=(1, 2, 3))

    # === Pictures ===

    def call(self, inputs, training=False):
        images = super().call(inputs, training)
        return images if training else ops.clip(images, -1.0, 1.0)

    def render(self, inputs, batch_size: int = 64) -> np.ndarray:
        """Returns the images that inputs stand for, within [-1, 1].

        Args:
            inputs: Dict that `sample_inputs` returned, or latents.
            batch_size: Integer, images computed at a time. Defaults to 64.
        """
        return np.clip(super().render(inputs, batch_size), -1.0, 1.0)

    # === Keras ===

    def _default_optimizers(self):
        """Those of the paper."""
        return {
            player: keras.optimizers.Adam(1e-4) for player in self._player_names
        }

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(BEGAN)


class _Control(Part):
    """Moves `k` after each step, by the errors of all devices."""

    log_names = ("k",)

    def build_for(self, model):
        self.k = self.add_weight(name="k", initializer="zeros", trainable=False)

    def after_step(self, model, logs):
        gap = model.gamma * logs["real_error"] - logs["fake_error"]
        self.k.assign(ops.clip(self.k + model.k_rate * gap, 0.0, 1.0))
        return {"k": self.k.value}


def check_copies(generator, discriminator):
    """Raises `ValueError` unless a discriminator copies what is generated.

    Args:
        generator: Keras model.
        discriminator: Keras model, an autoencoder, whose first output is the
            copies.
    """
    check_built("generator", generator)
    check_built("discriminator", discriminator)
    taken = tuple(discriminator.inputs[0].shape)
    check_shapes(generator.output_shape, taken)
    copies = tuple(discriminator.outputs[0].shape)
    if copies[1:] != taken[1:] or len(taken) != 4:
        raise ValueError(
            "`discriminator` must be an autoencoder of images, (height, "
            "width, channels), whose copies have the shape of what it takes. "
            f"Received: one from {taken} to {copies}"
        )

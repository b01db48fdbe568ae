import keras

from kerasgan import backend
from kerasgan.models.gan import GAN
from kerasgan.optimizers.functional import check_unrollable
from kerasgan.optimizers.functional import functional_rule


@keras.saving.register_keras_serializable(package="kerasgan")
class UnrolledGAN(GAN):
    """A game whose generator looks ahead at the discriminator's next updates.

    With `theta_0` the discriminator's weights and `step` one update of its
    optimizer:

    ```
    theta_{j+1} = step(theta_j, grad d_loss(theta_j)),   j = 0 .. k-1
    G minimises  g_loss(D(G(z); theta_k))
    ```

    The generator's gradient flows through all k updates, moments of Adam
    included. The discriminator itself takes one ordinary step a training
    step; the unrolled weights are forgotten. All updates of a step look at
    the same minibatch, as in the paper. `k = 0` is the plain game, exactly.

    Args:
        generator: See `kerasgan.models.GAN`.
        discriminator: See `kerasgan.models.GAN`.
        loss: See `kerasgan.models.GAN`. Defaults to `"minimax"`, which is the
            paper's: both players share one value.
        unrolling_steps: Integer, k. Defaults to 5. The cost of a step grows
            with it.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.UnrolledGAN(
        image_shape=(2,), units=(8,), unrolling_steps=2
    )
    points, *_ = kerasgan.datasets.gaussian_ring(64)
    gan.fit(points, batch_size=32, verbose=0)
    ```

    Reference:
        Metz et al., 2017, arXiv 1611.02163. Deviation: the discriminator
        takes its step before the generator's, not at the same time.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="minimax",
        unrolling_steps=5,
        **kwargs,
    ):
        if not isinstance(unrolling_steps, int) or unrolling_steps < 0:
            raise ValueError(
                "`unrolling_steps` must be a whole number, 0 or more. "
                f"Received: unrolling_steps={unrolling_steps!r}"
            )
        super().__init__(generator, discriminator, loss=loss, **kwargs)
        self.unrolling_steps = unrolling_steps

    def _generator_objective(
        self, fake, real, of_real, of_fake=None, training=True
    ):
        variables = self._player_variables()["discriminator"]
        given = fake, real, of_real, of_fake
        if not (training and self.unrolling_steps and variables):
            return super()._generator_objective(*given, training)
        unrolled = self._unroll(variables, *given)
        with backend.frozen_state(zip(variables, unrolled)):
            return super()._generator_objective(*given)

    def _unroll(self, variables, fake, real, of_real, of_fake):
        """Returns the discriminator's weights after the next updates."""

        def objective(values):
            with backend.frozen_state(zip(variables, values)):
                loss, _ = self._discriminator_objective(
                    real, fake, of_real, of_fake
                )
            return loss, None

        values = [keras.ops.copy(v) for v in variables]
        state, step = functional_rule(
            self.optimizer.players["discriminator"], len(variables)
        )
        for _ in range(self.unrolling_steps):
            _, _, gradients = backend.input_gradient(
                objective, values, create_graph=True
            )
            values, state = step(values, gradients, state)
        return values

    def _default_optimizers(self):
        """Adam with the rates of the authors' example, beta_1 0.5."""
        return {
            "generator": keras.optimizers.Adam(1e-3, beta_1=0.5),
            "discriminator": keras.optimizers.Adam(1e-4, beta_1=0.5),
        }

    def compile(
        self, generator_optimizer=None, discriminator_optimizer=None, **kwargs
    ):
        if discriminator_optimizer is not None:
            discriminator_optimizer = keras.optimizers.get(
                discriminator_optimizer
            )
            check_unrollable(discriminator_optimizer)
        super().compile(generator_optimizer, discriminator_optimizer, **kwargs)

    def _get_game_config(self):
        return {
            **super()._get_game_config(),
            "unrolling_steps": self.unrolling_steps,
        }

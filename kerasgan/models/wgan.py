import keras
from keras import ops

from kerasgan import backend
from kerasgan.models.gan import GAN
from kerasgan.regularizers import WeightClip


@keras.saving.register_keras_serializable(package="kerasgan")
class WGAN(GAN):
    """The Wasserstein game with a critic kept Lipschitz by weight clipping.

    ```
    critic (here `discriminator`) minimises  mean D(G(z)) - mean D(x),
    then every weight w of it becomes clip(w, -c, c)
    G minimises  -mean D(G(z))
    ```

    Several critic updates for each one of the generator, and many more at
    the beginning: while the critic warms up, the generator waits for
    `warm_up_updates` critic updates, at its first `warm_up_steps` turns and
    at every `warm_up_every`-th.

    Args:
        generator: See `kerasgan.models.GAN`.
        discriminator: The critic, from images to scores.
        clip: Float, the limit c for every trainable weight of the critic,
            BatchNormalization's too. Defaults to 0.01.
        discriminator_steps: Integer, critic updates for each of the
            generator's. Defaults to 5.
        warm_up_updates: Integer, critic updates before a generator update
            while warming up; rounded up to a multiple of
            `discriminator_steps`. Defaults to 100, as in the authors' code;
            0 turns warming up off.
        warm_up_steps: Integer, generator updates. Defaults to 25.
        warm_up_every: Integer, generator updates. Defaults to 500.
        latent_prior: See `kerasgan.models.GAN`. Defaults to `"normal"`.
        **kwargs: Further arguments of `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.WGAN(
        image_shape=(8, 8, 1), filters=4, discriminator_steps=2
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    ```

    Reference:
        Arjovsky, Chintala and Bottou, 2017, arXiv 1701.07875. Deviation: the
        authors' code clips before an update, so that weights may exceed the
        limit by one update; here they never do.
    """

    def __init__(
        self,
        generator,
        discriminator,
        loss="wasserstein",
        clip=0.01,
        discriminator_steps=5,
        warm_up_updates=100,
        warm_up_steps=25,
        warm_up_every=500,
        **kwargs,
    ):
        constraint = WeightClip(clip)
        super().__init__(
            generator,
            discriminator,
            loss=loss,
            discriminator_steps=discriminator_steps,
            **kwargs,
        )
        self.clip = clip
        self.warm_up_updates = warm_up_updates
        self.warm_up_steps = warm_up_steps
        self.warm_up_every = warm_up_every
        for variable in self._optimized_variables()["discriminator"]:
            variable.constraint = constraint
        # Since the generator's last update; one step is several of them.
        self._critic_updates = self.add_weight(
            name="critic_updates",
            dtype="int32",
            initializer="zeros",
            trainable=False,
        )

    def _update_player(self, player, gradients):
        if player == "discriminator":
            super()._update_player(player, gradients)
            self._critic_updates.assign_add(1)
            return
        backend.run_if(
            self._is_generators_turn(),
            self._update_generator_weights,
            (gradients,),
        )

    def _update_generator_weights(self, gradients):
        super()._update_player("generator", gradients)
        self._critic_updates.assign(0)

    def _is_generators_turn(self):
        updates = self.optimizer.players["generator"].iterations
        is_warming_up = ops.logical_or(
            ops.less(updates, self.warm_up_steps),
            ops.equal(ops.mod(updates, self.warm_up_every), 0),
        )
        needed = ops.where(is_warming_up, self.warm_up_updates, 0)
        return ops.greater_equal(
            ops.convert_to_tensor(self._critic_updates),
            ops.cast(needed, "int32"),
        )

    def _default_optimizers(self):
        """RMSprop with learning rate 5e-5: momentum is unstable here.

        `rho` and `epsilon` are those of the authors' framework.
        """
        return {
            player: keras.optimizers.RMSprop(5e-5, rho=0.99, epsilon=1e-8)
            for player in ("generator", "discriminator")
        }

    def _get_game_config(self):
        return {
            **super()._get_game_config(),
            "clip": self.clip,
            "warm_up_updates": self.warm_up_updates,
            "warm_up_steps": self.warm_up_steps,
            "warm_up_every": self.warm_up_every,
        }

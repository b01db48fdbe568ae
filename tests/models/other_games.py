"""Small models that are no `GAN`, of the base and its parts alone."""

import keras
from keras import layers
from keras import ops

import kerasgan
from kerasgan.models import AdversarialModel


def dense(inputs, outputs, name, activation=None):
    return keras.Sequential(
        [
            keras.Input(inputs),
            layers.Flatten(),
            layers.Dense(6, activation="tanh"),
            layers.Dense(1 if outputs is None else 16, activation=activation),
            layers.Reshape(outputs or (1,)),
        ],
        name=name,
    )


SHAPE = (4, 4, 1)


class Latents:
    def latents(self, size):
        return keras.random.normal((size, 3), seed=self.seed_generator)


@keras.saving.register_keras_serializable(package="kerasgan_tests")
class Translation(AdversarialModel):
    """Two generators that translate and lead back, as in CycleGAN."""

    def __init__(self, cycle_weight=10.0, pool_size=0, **kwargs):
        networks = {
            "generator": dense(SHAPE, SHAPE, "there", "tanh"),
            "back": dense(SHAPE, SHAPE, "back", "tanh"),
            "discriminator": dense(SHAPE, None, "discriminator"),
        }
        logs = ["d_loss", "g_loss", "back_loss", "cycle_loss"]
        super().__init__(
            networks,
            logs,
            real_shape=SHAPE,
            averaged_networks=("generator", "back"),
            **kwargs,
        )
        self.cycle_weight = cycle_weight
        self.pool_size = pool_size
        pool = kerasgan.layers.ImagePool(pool_size, seed=3)
        with self._distribution_scope():
            pool.build((None, *SHAPE))
        self.pool = pool

    def adversarial_step(self, batch):
        a, _ = self.unpack(batch)

        def of_generator(key):
            def objective():
                b = self.generator(a)
                cycle = ops.mean(ops.abs(self.back(b) - a))
                logits = self.discriminator(self.augment(b))
                loss = self.loss.generator(logits) + self.cycle_weight * cycle
                return loss, {key: loss, "cycle_loss": cycle}

            return objective

        def of_discriminator():
            real = -a
            fake = self.pool(
                self.generator(a), training=not self._is_evaluating
            )
            loss = self.loss.discriminator(
                self.discriminator(self.augment(real)),
                self.discriminator(self.augment(fake)),
            )
            return loss, {"d_loss": loss}

        logs = self.minimize("generator", of_generator("g_loss"))
        logs |= self.minimize("back", of_generator("back_loss"))
        return logs | self.minimize("discriminator", of_discriminator)


@keras.saving.register_keras_serializable(package="kerasgan_tests")
class Encoding(Latents, AdversarialModel):
    """An encoder and a generator against a critic of pairs, as in BiGAN."""

    def __init__(self, **kwargs):
        z, x = keras.Input((3,)), keras.Input(SHAPE)
        pair = layers.Concatenate()([layers.Flatten()(x), z])
        logits = layers.Dense(1)(layers.Dense(6, "tanh")(pair))
        networks = {
            "generator": dense((3,), SHAPE, "generator", "tanh"),
            "encoder": keras.Sequential(
                [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3)]
            ),
            "discriminator": keras.Model([x, z], logits),
        }
        logs = ["d_loss", "g_loss", "e_loss"]
        super().__init__(networks, logs, real_shape=SHAPE, **kwargs)

    def adversarial_step(self, batch):
        x, _ = self.unpack(batch)
        z = self.latents(ops.shape(x)[0])

        def logits():
            real = self.discriminator([x, self.encoder(x)])
            return real, self.discriminator([self.generator(z), z])

        def objective(key, sign):
            def loss():
                real, fake = logits()
                value = sign * (ops.mean(fake) - ops.mean(real))
                return value, {key: value}

            return loss

        logs = self.minimize("discriminator", objective("d_loss", 1.0))
        logs |= self.minimize("generator", objective("g_loss", -1.0))
        return logs | self.minimize("encoder", objective("e_loss", -1.0))

    def encode(self, images, batch_size=64):
        return self._predict_on_one_device(self.encoder, images, batch_size)


@keras.saving.register_keras_serializable(package="kerasgan_tests")
class Control(kerasgan.training.Part):
    """BEGAN's coefficient, which keeps two losses in proportion."""

    log_names = ("control",)

    def build_for(self, model):
        self.k = self.add_weight(name="k", initializer="zeros", trainable=False)

    def after_step(self, model, logs):
        k = self.k + 0.1 * (0.5 * logs["d_loss"] - logs["g_loss"])
        self.k.assign(ops.clip(k, 0.0, 1.0))
        return {"control": self.k.value}


@keras.saving.register_keras_serializable(package="kerasgan_tests")
class Controlled(Latents, AdversarialModel):
    """A critic that reconstructs, its loss held by a control, as in BEGAN."""

    def __init__(self, **kwargs):
        networks = {
            "generator": dense((3,), SHAPE, "generator", "tanh"),
            "discriminator": dense(SHAPE, SHAPE, "autoencoder"),
        }
        super().__init__(networks, real_shape=SHAPE, **kwargs)
        self.control = Control()

    def error(self, images):
        return ops.mean(ops.abs(self.discriminator(images) - images))

    def adversarial_step(self, batch):
        x, _ = self.unpack(batch)
        z = self.latents(ops.shape(x)[0])

        def critic():
            fake = ops.stop_gradient(self.generator(z))
            loss = self.error(x) - self.control.k.value * self.error(fake)
            return loss, {"d_loss": loss}

        def generator():
            loss = self.error(self.generator(z))
            return loss, {"g_loss": loss}

        logs = self.minimize("discriminator", critic)
        return logs | self.minimize("generator", generator)

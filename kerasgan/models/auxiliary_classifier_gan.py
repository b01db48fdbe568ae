import keras
from keras import ops

from kerasgan import conditions
from kerasgan.models.conditional_gan import ConditionalGAN
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_positive
from kerasgan.training.validation import check_shapes
from kerasgan.training.validation import check_two_inputs
from kerasgan.training.validation import check_unpacked


@keras.saving.register_keras_serializable(package="kerasgan")
class AuxiliaryClassifierGAN(ConditionalGAN):
    """A game whose discriminator also names the class of the image.

    With `C(x)` the class logits and cross-entropy `CE`:

    ```
    D minimises d_loss + w_real CE(C(real), y) + w_fake CE(C(G(z, y)), y)
    G minimises g_loss + w_gen CE(C(G(z, y)), y)
    ```

    Args:
        generator: Built Keras model from `[latents, labels]` to images.
        discriminator: Built Keras model from images to
            `[logits, class_logits]`, of shapes `(batch, 1)` and
            `(batch, num_classes)`.
        num_classes: Integer, how many classes there are; short for
            `condition=kerasgan.conditions.Labels(num_classes)`. Defaults to
            `None`.
        real_class_weight: Float, `w_real`. Defaults to 1.
        fake_class_weight: Float, `w_fake`. Defaults to 1, as in the paper;
            WGAN-GP's variant uses 0.
        generator_class_weight: Float, `w_gen`. Defaults to 1, as in the
            paper; WGAN-GP's variant uses 0.1.
        condition: `kerasgan.conditions.Labels`, or its config. Defaults to
            `None`.
        **kwargs: See `kerasgan.models.GAN`.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.ACGAN(
        image_shape=(8, 8, 1), num_classes=3, filters=4, units=8,
        discriminator_filters=(4, 8),
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    gan.fit(images, np.arange(16) % 3, batch_size=8, verbose=0)
    ```

    Reference:
        Odena, Olah and Shlens, 2017, arXiv 1610.09585.
    """

    _further_log_names = (
        "real_class_loss",
        "fake_class_loss",
        "generator_class_loss",
    )

    def __init__(
        self,
        generator,
        discriminator,
        num_classes=None,
        real_class_weight=1.0,
        fake_class_weight=1.0,
        generator_class_weight=1.0,
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        num_classes = classes_of(condition)
        self._check_heads(discriminator, num_classes)
        check_positive(
            real_class_weight=real_class_weight or None,
            fake_class_weight=fake_class_weight or None,
            generator_class_weight=generator_class_weight or None,
        )
        super().__init__(
            generator, discriminator, condition=condition, **kwargs
        )
        self.real_class_weight = real_class_weight
        self.fake_class_weight = fake_class_weight
        self.generator_class_weight = generator_class_weight

    @staticmethod
    def _check_heads(discriminator, num_classes):
        check_built("discriminator", discriminator)
        shapes = [tuple(x.shape) for x in discriminator.outputs]
        if len(shapes) != 2 or shapes[1] != (None, num_classes):
            raise ValueError(
                "`discriminator` must have two outputs, logits and class "
                f"logits of shape (batch, {num_classes}). Received: outputs "
                f"of shapes {shapes}"
            )

    def _check_networks(self, generator, discriminator, packing):
        check_built("generator", generator)
        check_two_inputs("generator", generator)
        check_shapes(generator.output_shape, discriminator.input_shape)
        check_unpacked(packing, "names the class of each image")

    def _discriminator_inputs(self, images, condition):
        return images

    def _further_losses(self, real_outputs, fake_outputs, of_real, of_fake):
        fake_loss = _cross_entropy(of_fake, fake_outputs[0])
        if real_outputs is None:
            logs = {"generator_class_loss": fake_loss}
            return self.generator_class_weight * fake_loss, logs
        real_loss = _cross_entropy(of_real, real_outputs[0])
        loss = (
            self.real_class_weight * real_loss
            + self.fake_class_weight * fake_loss
        )
        logs = {"real_class_loss": real_loss, "fake_class_loss": fake_loss}
        return loss, logs

    def _get_game_config(self):
        return {
            **super()._get_game_config(),
            "real_class_weight": self.real_class_weight,
            "fake_class_weight": self.fake_class_weight,
            "generator_class_weight": self.generator_class_weight,
        }


def classes_of(condition):
    """Returns the number of classes of `Labels`; refuses what is none."""
    if not isinstance(condition, conditions.Labels):
        raise ValueError(
            "`condition` must be `kerasgan.conditions.Labels`, because the "
            "discriminator names one class an image. Received: "
            f"{type(condition).__name__}. `ConditionalGAN` takes any"
        )
    return condition.num_classes


def _cross_entropy(labels, class_logits):
    return ops.mean(
        ops.sparse_categorical_crossentropy(
            labels, class_logits, from_logits=True
        )
    )

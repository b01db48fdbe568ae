import keras
import numpy as np

from kerasgan import conditions
from kerasgan.models.gan import GAN
from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_shapes
from kerasgan.training.validation import check_two_inputs
from kerasgan.training.validation import check_unpacked


@keras.saving.register_keras_serializable(package="kerasgan")
class ConditionalGAN(GAN):
    """A game whose two networks are told a condition of the image.

    ```
    D minimises d_loss(D(real, y), D(G(z, y), y)),  G minimises
    g_loss(D(G(z, y), y))
    ```

    `y` is a class, a vector or a text, as the `kerasgan.conditions.Condition`
    of the model says. The generated images of a step get the conditions of
    its real ones, so that both have the same distribution.

    Args:
        generator: Built Keras model from `[latents, conditions]` to images;
            labels are `(batch,)`, int32, other conditions `(batch, size)`.
        discriminator: Built Keras model from `[images, conditions]` to
            logits.
        num_classes: Integer, how many classes there are; short for
            `condition=kerasgan.conditions.Labels(num_classes)`. Defaults to
            `None`.
        condition: `kerasgan.conditions.Condition`, or its config. Defaults to
            `None`.
        **kwargs: See `kerasgan.models.GAN`.

    Raises:
        ValueError: If neither `num_classes` nor `condition` is given, or a
            network does not take what the condition is.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.CGAN(
        image_shape=(8, 8, 1), num_classes=3, filters=4, units=8
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    labels = np.arange(16) % 3
    gan.fit(images, labels, batch_size=8, verbose=0)
    assert gan.generate(6, labels=[0, 0, 1, 1, 2, 2]).shape == (6, 8, 8, 1)
    ```

    Reference:
        Mirza and Osindero, 2014, arXiv 1411.1784. Deviation: any loss; the
        paper's is minimax.
    """

    def __init__(
        self,
        generator,
        discriminator,
        num_classes=None,
        condition=None,
        **kwargs,
    ):
        condition = conditions.required(num_classes, condition)
        for network in (generator, discriminator):
            check_takes(network, condition)
        super().__init__(generator, discriminator, **kwargs)
        self.condition = condition

    @property
    def num_classes(self):
        """Number of classes, `None` where the condition is no label."""
        return getattr(self.condition, "num_classes", None)

    def _check_networks(self, generator, discriminator, packing):
        for name, network in (
            ("generator", generator),
            ("discriminator", discriminator),
        ):
            check_built(name, network)
            check_two_inputs(name, network)
        check_shapes(generator.output_shape, discriminator.inputs[0].shape)
        check_unpacked(packing, "has one condition an image")

    def _generator_inputs(self, latents, condition):
        return [latents, condition]

    def _discriminator_inputs(self, images, condition):
        return [images, condition]

    def unpack(self, batch):
        images, given = super().unpack(batch)
        return images, self.condition.cast(given)

    def _checked(self, x, y, inspection=None):
        if not (x is None or y is None or is_data_set(x)):
            x = standardize_array(x)
            y = self.condition.standardize(y, len(x), "y")
        return super()._checked(x, y, inspection)

    def _prepare_batch(self, batch):
        if isinstance(batch, (tuple, list)) and len(batch) > 1:
            images, given, *rest = batch
            if given is not None:
                given = self.condition.standardize(given, len(images), "y")
            batch = (images, given, *rest)
        return super()._prepare_batch(batch)

    def _check_batch(self, images, labels):
        self._check_real(images)
        if labels is None:
            raise ValueError(
                "`y` must be given: this model is conditional and needs the "
                "conditions of the images, such as their labels. Give them as "
                "`y`, or let the data set yield `(images, conditions)`. "
                "Received: None"
            )
        self.condition.standardize(labels, len(images), "y")

    def generate(
        self,
        n: int,
        labels=None,
        seed: int | None = None,
        batch_size: int = 64,
        condition=None,
    ) -> np.ndarray:
        """Returns generated images of the conditions that are asked for.

        Args:
            n: Integer, how many images.
            labels: Another name of `condition`, for models of classes.
            seed: See `kerasgan.models.GAN`. A seed means the same latents,
                and without a condition the same conditions, on every
                backend.
            batch_size: Integer, images computed at a time. Defaults to 64.
            condition: What the images are to be of: one for all, or `n` of
                them, as `fit` takes them; or `None` to draw them at random,
                classes with equal probability.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        asked = {"labels": labels, "condition": condition}
        return super().generate(n, seed, batch_size, **asked)

    def _input_stream(self, n, seed, labels=None, condition=None):
        next_latents = self._latent_stream(seed)
        next_conditions = self._condition_stream(n, seed, labels, condition)
        name = self.condition.input_name
        return lambda count: {
            "latents": next_latents(count),
            name: next_conditions(count),
        }

    def _condition_stream(self, n, seed, labels, condition):
        name, given = "condition", condition
        if labels is not None:
            if condition is not None:
                raise ValueError(
                    "`labels` and `condition` must not both be given, because "
                    "they are one. Received: both"
                )
            name, given = "labels", labels
        if given is None:
            rng = np.random.default_rng(seed)
            return lambda count: self.condition.draw(count, rng)
        rows = self.condition.repeat(given, n, name)
        at = 0

        def next_rows(count):
            nonlocal at
            at += count
            return rows[at - count : at]

        return next_rows

    def _get_game_config(self):
        condition = keras.saving.serialize_keras_object(self.condition)
        return {**super()._get_game_config(), "condition": condition}


def check_takes(network, condition):
    """Raises `ValueError` unless a network's second input is the condition.

    Args:
        network: Keras model.
        condition: `kerasgan.conditions.Condition`.
    """
    inputs = getattr(network, "inputs", None) or ()
    if len(inputs) == 2 and tuple(inputs[1].shape[1:]) != condition.shape:
        raise ValueError(
            f"`{network.name}` must take conditions of shape "
            f"{('batch', *condition.shape)}, as `condition` has it. Received: "
            f"a second input of shape {tuple(inputs[1].shape)}"
        )

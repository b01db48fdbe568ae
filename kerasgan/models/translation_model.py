import math

import keras
import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.losses import LeastSquares
from kerasgan.models.made_of_networks import MadeOfNetworks
from kerasgan.training import validation
from kerasgan.training.drawing import in_order
from kerasgan.training.examples import Examples
from kerasgan.training.inference_noise import InferenceNoise
from kerasgan.training.slots import SLOTS
from kerasgan.training.slots import packing_of
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.seeds import seed_or_drawn


class TranslationModel(Examples, InferenceNoise, MadeOfNetworks):
    """Base of the games whose generators lead from images to images.

    Args:
        networks: Dict from names to built Keras models.
        log_names: Sequence of the keys that the step logs.
        loss: `kerasgan.losses.AdversarialLoss` or its name.
        adversarial_weight: Float, the factor of what the discriminator says
            in the generator's loss; `None` for 1, and for 2 with
            `LeastSquares`, which halves its squares.
        discriminator_weight: Float, the factor of the discriminator's loss
            without penalties; `None` for half the sum over real and generated
            images.
        **kwargs: Further arguments of `kerasgan.models.AdversarialModel`.
    """

    def __init__(
        self,
        networks,
        log_names,
        loss,
        adversarial_weight=None,
        discriminator_weight=None,
        regularizers=(),
        augmentation=None,
        **kwargs,
    ):
        loss = SLOTS["loss"]("loss", loss)
        if loss is None or loss.feature_layer is not None:
            raise ValueError(
                "`loss` must be one of logits, such as 'least_squares'. "
                f"Received: loss={loss!r}"
            )
        for name, weight in (
            ("adversarial_weight", adversarial_weight),
            ("discriminator_weight", discriminator_weight),
        ):
            if weight is not None:
                check_number(name, weight, least=0)
        regularizers = SLOTS["regularizers"]("regularizers", regularizers)
        augmentation = SLOTS["augmentation"]("augmentation", augmentation)
        validation.check_unpacked(
            packing_of(augmentation), "judges one translation at a time"
        )
        for name, network in networks.items():
            validation.check_built(name, network)
            if name.startswith("discriminator"):
                validation.check_augmentable(
                    augmentation, network.inputs[0].shape[1:]
                )
                validation.warn_of_coupling(network, regularizers)
        super().__init__(
            networks,
            log_names,
            loss=loss,
            regularizers=regularizers,
            augmentation=augmentation,
            **kwargs,
        )
        self.adversarial_weight = adversarial_weight
        self.discriminator_weight = discriminator_weight

    # === The two objectives ===

    @property
    def _doubles(self):
        # The authors' squared errors have no 1/2.
        return 2.0 if isinstance(self.loss, LeastSquares) else 1.0

    def _discriminator_objective(self, network, real, fake, condition=None):
        """Returns a discriminator's loss with its penalties, and their logs.

        Args:
            network: The discriminator.
            real: Real images, `(batch, height, width, channels)`.
            fake: Generated images, the same shape, detached.
            condition: The images that these are translations of, where the
                discriminator sees both.
        """
        real_logits = self._logits_of(network, real, condition)
        fake_logits = self._logits_of(network, fake, condition)
        weight = self.discriminator_weight
        weight = 0.5 * self._doubles if weight is None else weight
        loss = weight * self.loss.discriminator(real_logits, fake_logits)
        penalty, logs = self._image_penalty(
            "discriminator",
            lambda images: self._logits_of(network, images, condition),
            real,
            fake,
            real_logits,
            training=not self._is_evaluating,
        )
        return loss + penalty, logs

    def _adversarial_loss(self, network, fake, real, condition=None):
        """Returns what a discriminator says to a generator, weighted.

        Args:
            network: The discriminator.
            fake: Generated images, not detached.
            real: Real images, for losses that compare with them.
            condition: See `discriminator_objective`.
        """
        fake_logits = self._logits_of(network, fake, condition)
        real_logits = None
        if self.loss.uses_real_logits:
            real_logits = self._logits_of(network, real, condition)
        weight = self.adversarial_weight
        weight = self._doubles if weight is None else weight
        return weight * self.loss.generator(fake_logits, real_logits)

    # === How the networks are called ===

    def _translated(self, network, images):
        """Returns a generator's images within a step, float32."""
        if not self._is_evaluating:
            made = backend.call_network(network, images, True)
        else:
            # Without a change of the seeds that training draws from.
            with self._noise_drawn(network, self.seed_generator):
                made = backend.call_network(network, images, False)
        return ops.cast(made, "float32")

    def _logits_of(self, network, images, condition=None):
        """Returns a discriminator's logits, float32.

        In training, this is where images are augmented, those that they are
        judged with alike.

        Args:
            network: The discriminator.
            images: Real or generated, `(batch, height, width, channels)`.
            condition: See `discriminator_objective`.
        """
        training = not self._is_evaluating
        if condition is None:
            inputs = self.augment(images, training)
        else:
            channels = condition.shape[-1]
            pair = ops.concatenate([condition, images], axis=-1)
            pair = self.augment(pair, training)
            inputs = [pair[..., channels:], pair[..., :channels]]
        logits = backend.call_network(network, inputs, training)
        return ops.cast(logits, "float32")

    def _unpack_pair(self, batch):
        """Returns both kinds of images of a batch, as float in [-1, 1]."""
        first, second, _ = keras.utils.unpack_x_y_sample_weight(batch)
        return self.unpack(first)[0], self.unpack(second)[0]

    # === Data ===

    def _check_pair(self, first, second, shapes):
        """Raises `ValueError` unless these can be the two kinds of images.

        Args:
            first, second: Arrays, the second one may be `None`.
            shapes: Pair of the shapes that the networks take.
        """
        for name, images, shape in zip("xy", (first, second), shapes):
            if images is None:
                raise ValueError(
                    f"{type(self).__name__} takes two kinds of images. Give "
                    "both, as `fit(x, y)`, or a data set of batches of two. "
                    "Received: one"
                )
            check_images(images, name, _fitting(shape, images))

    # === Pictures ===

    def translate(
        self, images, seed: int | None = None, batch_size: int = 64
    ) -> np.ndarray:
        """Returns what images become.

        Args:
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1], of any size.
            seed: Integer from 0 to 2**31 - 1 of the noise, where the
                generator's dropout stays on; `None` draws one, which
                `keras.utils.set_random_seed` decides. The same images in the
                same order and batches with one seed become the same.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1],
            as large as the generator makes them.
        """
        return self._translate_with(
            self._inference_generator, images, seed, batch_size
        )

    def sample_inputs(
        self, n: int, seed: int | None = None
    ) -> dict[str, np.ndarray]:
        """Returns some of the inputs that were kept; see `generate`.

        Args:
            n: Integer, how many.
            seed: Integer, which ones, or `None` to draw it.
        """
        images, _ = self._draw_examples(n, seed)
        return {"images": from_bytes(images)}

    def render(self, inputs, batch_size: int = 64) -> np.ndarray:
        """Returns what images become, always with the same noise.

        Args:
            inputs: Dict that `sample_inputs` returned, or images.
            batch_size: Integer, images computed at a time. Defaults to 64.
        """
        return self._translate_with(
            self._inference_generator, in_order(inputs), 0, batch_size, "inputs"
        )

    def call(self, inputs, training=False):
        if training:
            return super().call(inputs, training)
        return self._call_with_fixed_noise(self._inference_generator, inputs)

    def _translate_with(self, network, images, seed, batch_size, name="images"):
        """Returns a generator's translations of images that a user gave.

        Args:
            network: The generator.
            images: Array, uint8 or float in [-1, 1].
            seed: Integer, or `None` to draw one, of the noise.
            batch_size: Integer, images computed at a time.
            name: Name of the argument, for messages; images of another name
                may all be bright.
        """
        check_count("batch_size", batch_size)
        images = as_array(images, name, "an array of images")
        shape = _fitting(network.inputs[0].shape[1:], images)
        size = None
        if _is_of_another_size(images, shape):
            multiple, size = _halvings(shape), images.shape[1:3]
            network = self._of_any_size(network)
            shape = images.shape[1:]
        check_images(images, name, shape)
        if name == "images":
            warn_of_scale(images, name)
        images = from_bytes(images)
        if size is not None:
            images = _padded(images, multiple)
        if self._has_noise(network):
            seed = seed_or_drawn(seed)
        parts = []
        for number, start in enumerate(range(0, len(images), batch_size)):
            rows = images[start : start + batch_size]
            with self._noise_of(network, seed, number):
                parts.append(
                    self._predict_on_one_device(network, rows, batch_size)
                )
        made = np.concatenate(parts).astype("float32")
        if size is not None:
            scale = made.shape[1] // images.shape[1]
            made = made[:, : scale * size[0], : scale * size[1]]
        return made

    def _of_any_size(self, network):
        """Returns a network of the same layers, for images of any size."""
        found = self.__dict__.setdefault("_networks_of_any_size", {})
        if id(network) not in found:
            channels = network.inputs[0].shape[-1]
            found[id(network)] = keras.models.clone_model(
                network,
                input_tensors=keras.Input((None, None, channels)),
                clone_function=lambda layer: layer,
            )
        return found[id(network)]


def _fitting(shape, images):
    """Returns a shape whose unknown sides are those of images."""
    received = tuple(images.shape[1:])
    if len(received) != len(shape):
        return tuple(shape)
    return tuple(r if n is None else n for n, r in zip(shape, received))


def _is_of_another_size(images, shape):
    """Whether only height and width are not a shape's, and are enough."""
    received = tuple(images.shape[1:])
    is_like = len(received) == 3 and received[2] == shape[2]
    return is_like and received != tuple(shape) and min(received) > 0


def _halvings(shape):
    """Returns the largest power of 2 that divides both sides of a shape."""
    both = math.gcd(*shape[:2])
    return both & -both


def _padded(images, multiple):
    """Reflects images at their lower and right sides up to a multiple."""
    pads = [(0, -n % multiple) for n in images.shape[1:3]]
    return np.pad(images, [(0, 0), *pads, (0, 0)], mode="reflect")


def psnr(true, made):
    """Returns the mean over images, in decibels, of values in [-1, 1]."""
    error = ops.mean(ops.square(true - made), axis=(1, 2, 3))
    # Of equal images it is infinite.
    error = ops.maximum(error, 1e-10)
    return ops.mean(math.log(4.0) - ops.log(error)) * (10.0 / math.log(10.0))

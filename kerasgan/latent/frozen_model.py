import contextlib

import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.latent.discriminator_maps import discriminator_maps
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.check_images import warn_of_scale


class FrozenModel:
    """A trained model whose networks are computed and never changed.

    What is asked of a model after its training goes through here: images of
    latents, and what its discriminator says of images, as tensors with
    gradients, in inference mode, at the size that the model is at.

    Args:
        gan: `kerasgan.models.AdversarialModel` that draws from latents.

    Raises:
        ValueError: If it does not.

    Example:

    ```python
    import kerasgan
    from kerasgan.latent.frozen_model import FrozenModel

    frozen = FrozenModel(kerasgan.applications.DCGAN((8, 8, 1), filters=2))
    assert frozen.image_shape == (8, 8, 1)
    ```
    """

    def __init__(self, gan):
        inputs = getattr(getattr(gan, "generator", None), "inputs", None)
        if not (hasattr(gan, "sample_inputs") and inputs):
            raise _draws_from_no_latents(gan)
        self.gan = gan
        self.phase = None
        if hasattr(gan, "_current_phase"):
            self.phase = gan._current_phase()
        self.condition = getattr(gan, "condition", None)
        rows = None
        if self.condition is not None:
            rows = np.zeros((1, *self.condition.shape), self.condition.dtype)
        drawn = self.draw(1, 0, rows)
        if "latents" not in drawn:
            raise _draws_from_no_latents(gan)
        self.latent_shape = drawn["latents"].shape[1:]
        self.image_shape = tuple(gan.render(drawn).shape[1:])
        if len(self.image_shape) != 3:
            raise ValueError(
                "`gan` must be a model of images. Received: a "
                f"{type(gan).__name__} that makes rows of shape "
                f"{self.image_shape}"
            )
        self.parts = gan._latent_parts

    @property
    def variables(self):
        """All variables that its networks read."""
        counters = [] if self.phase is None else self.gan.images_seen.variables
        networks = [self.gan._inference_generator]
        if self.discriminator is not None:
            networks.append(self.discriminator)
        of_networks = [v for network in networks for v in network.variables]
        return [*of_networks, *counters]

    @property
    def discriminator(self):
        return getattr(self.gan, "discriminator", None)

    def check_discriminator(self):
        """Raises `ValueError` unless the model has a discriminator."""
        if self.discriminator is None:
            raise ValueError(
                "`gan` must have a `discriminator`, whose opinion of images "
                f"is asked. Received: {type(self.gan).__name__} without one"
            )

    def check(self, images, name="images"):
        """Returns images as float32 in [-1, 1], or raises.

        Args:
            images: What the user gave.
            name: Name of the argument, for the message.
        """
        images = as_array(images, name, "an array of images")
        if images.shape[1:] != self.image_shape:
            height, width, channels = self.image_shape
            raise ValueError(
                f"`{name}` must have the shape (n, {height}, {width}, "
                f"{channels}), that of the model's own images. Received: shape "
                f"{images.shape}"
            )
        check_images(images, name, self.image_shape)
        warn_of_scale(images, name)
        if images.dtype == "uint8":
            return images.astype("float32") / 127.5 - 1.0
        return images.astype("float32")

    def conditions(self, given, n):
        """Returns checked conditions of images, or `None` if none is given.

        Args:
            given: Conditions of `n` images, or one for all, or `None`.
            n: Integer.
        """
        if given is None:
            return None
        if self.condition is None:
            raise ValueError(
                "`condition` is for conditional models. Received: one, for "
                f"{type(self.gan).__name__}"
            )
        return self.condition.repeat(given, n, "condition")

    def draw(self, n, seed, conditions=None):
        """Returns inputs of `render` for `n` images, with random latents.

        Args:
            n: Integer.
            seed: Integer.
            conditions: Array of `n` conditions, or `None`.
        """
        asked = {} if conditions is None else {"condition": conditions}
        return self.gan.sample_inputs(n, seed=seed, **asked)

    def conditions_in(self, inputs):
        """Returns the conditions among the inputs, or `None`."""
        if self.condition is None:
            return None
        return inputs[self.condition.input_name]

    def images(self, inputs):
        """Returns the images of inputs, a float32 tensor.

        A generator whose output is linear may go beyond [-1, 1].

        Args:
            inputs: Dict of tensors, as `draw` names them.
        """
        gan = self.gan
        given = list(inputs.values())
        given = given[0] if len(given) == 1 else given
        network = gan._inference_generator
        with self.at_phase():
            if hasattr(gan, "_call_network"):
                images = gan._call_network(network, given, False)
            else:
                images = backend.call_network(network, given, False)
        return ops.cast(images, "float32")

    def logits(self, images, conditions=None):
        """Returns the discriminator's logits, `(batch,)`, float32.

        Args:
            images: Float32 tensor.
            conditions: Tensor, or `None`.
        """
        with self.at_phase():
            packing = _packing_of(self)
            if packing > 1:
                images = ops.concatenate([images] * packing, axis=-1)
            inputs = images
            if hasattr(self.gan, "_discriminator_inputs"):
                inputs = self.gan._discriminator_inputs(images, conditions)
            call = getattr(self.gan, "_call_network", backend.call_network)
            outputs = call(self.discriminator, inputs, False)
        if isinstance(outputs, (list, tuple)):
            outputs = outputs[0]
        outputs = ops.cast(outputs, "float32")
        return ops.mean(ops.reshape(outputs, (-1, _size(outputs))), axis=1)

    def maps(self, images, conditions=None):
        """Returns the discriminator's activations, a list of tensors.

        Args:
            images: Float32 tensor.
            conditions: Tensor, or `None` for the activations that depend on
                no condition.
        """
        packing = _packing_of(self)
        if packing > 1:
            images = ops.concatenate([images] * packing, axis=-1)
        with self.at_phase():
            if hasattr(self.discriminator, "feature_maps"):
                size, alpha = self.gan._growth()
                maps = self.discriminator.feature_maps(images, size, alpha)
            else:
                maps = discriminator_maps(
                    self.discriminator, images, conditions
                )
        return [ops.cast(x, "float32") for x in maps]

    def compiled(self, key, fn, variables=()):
        """Returns a function in compiled form, the same one each time.

        Args:
            key: Tuple that says which function it is.
            fn: See `kerasgan.backend`; it reads the networks.
            variables: Further Keras variables that it reads.
        """
        # Past Keras, which would look for variables in it.
        known = self.gan.__dict__.setdefault("_frozen_functions", {})
        key = (*key, self.phase)
        if key not in known:
            variables = [*self.variables, *variables]
            known[key] = backend.compiled(fn, variables)
        return known[key]

    def at_phase(self):
        """A context in which a growing model is at the size that it was."""
        if self.phase is None:
            return contextlib.nullcontext()
        return self.gan._at(self.phase)


def _size(x):
    size = 1
    for side in x.shape[1:]:
        size *= side
    return size


def _packing_of(frozen):
    """Returns how many images the discriminator takes side by side."""
    taken = frozen.discriminator.inputs[0].shape[-1]
    return max(taken // frozen.image_shape[-1], 1)


def _draws_from_no_latents(gan):
    return ValueError(
        "`gan` must be a model of kerasgan that makes images from latents. "
        f"Received: {type(gan).__name__}"
    )

import keras
import numpy as np

from kerasgan import backend
from kerasgan.latent.generate_batches import generate_batches
from kerasgan.latent.normal import Normal
from kerasgan.utils import check_count
from kerasgan.utils.seeds import seed_or_drawn


class Drawing:
    """Images of a trained model; mixed into `AdversarialModel`.

    Callbacks, metrics, presets and the command draw by this protocol alone:

    ```
    sample_inputs(n, seed, **asked)   dict of arrays of n rows
    render(inputs)                    the images that they stand for
    generate(n, seed, **asked)        the one after the other
    ```

    A model says what it is drawn from by `sample_inputs`, and how by
    `render`, of which each has a default for a `generator` of one input. A
    model with an attribute `condition`, a `kerasgan.conditions.Condition`,
    takes `condition=` among what is asked for: one for all, or one for each.
    """

    @property
    def image_shape(self):
        """Shape of one generated image, `(height, width, channels)`."""
        return tuple(self._drawn_from.output_shape[1:])

    def call(self, inputs, training=False):
        """Returns the images that inputs of `render` stand for, as tensors."""
        network = self._inference_generator
        if training:
            network = self._drawn_from
        return backend.call_network(network, inputs, training)

    @property
    def _inference_generator(self):
        """The network that makes images: the average, if there is one."""
        return getattr(self, "ema_generator", None) or self._drawn_from

    @property
    def _drawn_from(self):
        """The generator, or an error where the game has none."""
        network = getattr(self, "generator", None)
        if network is None:
            raise NotImplementedError(
                f"{type(self).__name__} has no network `generator`, and says "
                "not how to draw. Name one of its `networks` so, or write "
                "`sample_inputs(n, seed)` and `render(inputs)`, and the "
                "property `image_shape`, of its own"
            )
        return network

    @property
    def _latent_parts(self):
        """Pairs of a width and the `Prior` of that part of the latents.

        They are in the order of the last axis.
        """
        return [(self.generator.inputs[0].shape[-1], Normal())]

    def sample_inputs(
        self, n: int, seed: int | None = None, **asked
    ) -> dict[str, np.ndarray]:
        """Returns inputs of `render`, drawn at random or as asked for.

        They are drawn with NumPy's generator, so that a seed means the same
        pictures on every backend, and the first rows of a seed are the same
        however many are asked for.

        Args:
            n: Integer, how many images.
            seed: Integer from 0 to 2**31 - 1, or `None` for one that
                `keras.utils.set_random_seed` decides.
            **asked: What is asked for, such as `labels`.

        Returns:
            Dict from names to NumPy arrays of n rows.
        """
        check_count("n", n)
        if asked:
            raise ValueError(
                f"{type(self).__name__} draws by `n` and `seed` alone. "
                f"Received also: {', '.join(asked)}"
            )
        rng = np.random.default_rng(seed_or_drawn(seed))
        shape = (n, *self._drawn_from.inputs[0].shape[1:])
        return {"latents": rng.standard_normal(shape, "float32")}

    def _input_stream(self, n, seed, **asked):
        """Returns a function that draws the next inputs of a seed.

        By default they are rows of `sample_inputs`, which are in memory.

        Args:
            n: Integer, how many images will be asked for in all.
            seed: Integer.
            **asked: See `sample_inputs`.

        Returns:
            Function from a number of images to a dict of NumPy arrays.
        """
        inputs = self.sample_inputs(n, seed, **asked)
        start = 0

        def next_inputs(count):
            nonlocal start
            rows = slice(start, start + count)
            start += count
            return {key: x[rows] for key, x in inputs.items()}

        return next_inputs

    def generate(
        self, n: int, seed: int | None = None, batch_size: int = 64, **asked
    ) -> np.ndarray:
        """Returns generated images; see `sample_inputs`.

        Args:
            n: Integer, how many images.
            seed: Integer from 0 to 2**31 - 1, or `None` for one that
                `keras.utils.set_random_seed` decides.
            batch_size: Integer, images computed at a time. Defaults to 64.
            **asked: What is asked for, such as `labels`.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        batches = generate_batches(self, n, seed, batch_size, **asked)
        return gathered(n, batches)

    #: Further arguments of `render`, which `generate` passes on.
    _render_arguments = ()

    def _sample_pictures(self, n, seed=None, **asked):
        """Returns what callbacks show of the model.

        Args:
            n: Integer, how many images to show, at most.
            seed: See `generate`.
            **asked: Further arguments of `generate`.

        Returns:
            Images that can be laid out as a grid, and how many of them make a
            row, `None` for any number. By default the images of `generate`.
        """
        return self.generate(n, seed=seed, **asked), None

    def export(self, filepath, *args, **kwargs):
        """Exports what makes the images, for use without Keras and kerasgan.

        That is the averaged generator, if there is one: from the inputs of
        `gan.generator` to images in [-1, 1]. The discriminator stays behind.

        Args:
            filepath: Where to write it.
            *args, **kwargs: `format`, `verbose` and the like of
                `keras.Model.export`. The format defaults to TensorFlow's
                SavedModel, which the TensorFlow and JAX backends can write;
                PyTorch has `"torch"` and `"onnx"`.

        Example:

        ```python
        import keras
        import kerasgan

        gan = kerasgan.applications.DCGAN(image_shape=(8, 8, 1), filters=2)
        if keras.backend.backend() == "tensorflow":
            gan.export("generator", verbose=False)
        ```
        """
        network = self._network_to_export()
        # Keras refuses some formats to what was never called.
        network(network.inputs)
        # PyTorch cannot export gradients of our own.
        with backend.no_gradients():
            network.export(filepath, *args, **kwargs)

    def _check_inputs(self, inputs, batch_size):
        """Raises `ValueError` unless `render` can make images of these."""
        check_count("batch_size", batch_size)
        expected = [tuple(x.shape[1:]) for x in self._drawn_from.inputs]
        received = [tuple(x.shape) for x in keras.tree.flatten(inputs)]
        rows = {shape[:1] for shape in received}
        if [shape[1:] for shape in received] != expected or len(rows) > 1:
            shapes = ", ".join(
                str(("n", *shape)).replace("'", "") for shape in expected
            )
            raise ValueError(
                f"`inputs` must have the shape {shapes}, with one n of at "
                "least 1, which is what the generator takes. Received: "
                f"{', '.join(map(str, received))}. Draw some with "
                "`sample_inputs(n)`"
            )

    def _network_to_export(self):
        """Returns the Keras model that `export` writes."""
        return self._inference_generator

    def render(self, inputs, batch_size: int = 64) -> np.ndarray:
        """Returns the images that inputs stand for.

        Args:
            inputs: Dict that `sample_inputs` returned; or latents,
                `(n, latent_dim)`, or the list of all inputs of the
                generator, such as latents and labels.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`.

        Raises:
            ValueError: If the shapes are not those that the generator takes.
        """
        inputs = in_order(inputs)
        self._check_inputs(inputs, batch_size)
        images = self._predict_on_one_device(
            self._inference_generator, inputs, batch_size
        )
        return images.astype("float32")


def in_order(inputs):
    """Returns named inputs as one array, or a list of several."""
    if not isinstance(inputs, dict):
        return inputs
    inputs = list(inputs.values())
    return inputs[0] if len(inputs) == 1 else inputs


def gathered(n, batches):
    """Returns the rows of batches as one array."""
    images = None
    start = 0
    for batch in batches:
        if images is None:
            images = np.empty((n, *batch.shape[1:]), batch.dtype)
        images[start : start + len(batch)] = batch
        start += len(batch)
    return images

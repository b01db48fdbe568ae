import keras
import numpy as np
from keras import ops

from kerasgan.latent import Code
from kerasgan.latent import Prior
from kerasgan.models.gan import GAN
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_positive
from kerasgan.training.validation import check_shapes
from kerasgan.training.validation import check_unpacked
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images


@keras.saving.register_keras_serializable(package="kerasgan")
class InfoGAN(GAN):
    """A game whose generator must leave its codes readable in the image.

    The latents are noise and codes `c`. A recognition network `Q`, which
    shares the discriminator's trunk, estimates the codes of generated
    images; the bound on the mutual information of codes and image

    ```
    L_I = E[log Q(c | G(z, c))] + H(c)
    ```

    is added to what both players maximise:

    ```
    D and Q minimise d_loss - weight L_I,  G minimises g_loss - weight L_I
    ```

    Q learns from generated images only, whose codes are known, and with the
    discriminator's optimizer, as in the authors' code. The logs have `L_I`,
    in nats, as `mutual_information`.

    Args:
        generator: Built Keras model from latents, `(batch, noise + codes)`,
            to images. The codes are the last part of the latents.
        discriminator: Built Keras model from images to `[logits,
            parameters]`, with as many parameters a code as the code has.
        codes: List of `kerasgan.latent.Code`, such as
            `[Categorical(10), Uniform(), Uniform()]`.
        information_weight: Float, the paper's lambda. Defaults to 1.
        **kwargs: See `kerasgan.models.GAN`. `latent_prior` is that of the
            noise; the authors' is `"uniform"`.

    Example:

    ```python
    import numpy as np
    import kerasgan
    from kerasgan.latent import Categorical, Uniform

    gan = kerasgan.applications.InfoGAN(
        image_shape=(8, 8, 1), codes=[Categorical(3), Uniform()], filters=4,
        units=8,
    )
    gan.fit(np.zeros((16, 8, 8, 1), "uint8"), batch_size=8, verbose=0)
    images = gan.generate(3, codes=[[0, 1, 2], -1.0], seed=0)
    classes, numbers = gan.infer_codes(images)
    ```

    Reference:
        Chen et al., 2016, arXiv 1606.03657.
    """

    _further_log_names = ("mutual_information",)

    def __init__(
        self,
        generator,
        discriminator,
        codes,
        information_weight=1.0,
        **kwargs,
    ):
        _check_codes(codes, generator, discriminator)
        check_positive(information_weight=information_weight)
        super().__init__(generator, discriminator, **kwargs)
        self.codes = list(codes)
        self.information_weight = information_weight

    def _check_networks(self, generator, discriminator, packing):
        check_built("generator", generator)
        check_shapes(generator.output_shape, discriminator.input_shape)
        check_unpacked(packing, "reads the codes of each image")

    @property
    def noise_dim(self):
        """Length of the latents' first part, which carries no code."""
        return self._latent_shape[0] - sum(code.width for code in self.codes)

    @property
    def _latent_parts(self):
        codes = [
            (code.width, code if isinstance(code, Prior) else Prior())
            for code in self.codes
        ]
        return [(self.noise_dim, self.latent_prior), *codes]

    def _sample_latents(self, batch_size):
        seed = self.seed_generator
        parts = [self.latent_prior.sample((batch_size, self.noise_dim), seed)]
        for code in self.codes:
            parts.append(code.sample((batch_size, code.width), seed))
        return ops.concatenate(parts, axis=1)

    def _fake_condition(self, latents, labels):
        return ops.cast(latents[:, self.noise_dim :], "float32")

    def _further_losses(self, real_outputs, fake_outputs, of_real, of_fake):
        information = self._mutual_information(of_fake, fake_outputs[0])
        logs = {"mutual_information": information}
        return -self.information_weight * information, logs

    def _mutual_information(self, codes, parameters):
        """Returns `L_I`, the lower bound of the mutual information, in nats.

        Args:
            codes: All codes side by side, `(batch, sum of widths)`.
            parameters: What Q says of the images, side by side.
        """
        bound = 0.0
        for code, drawn, said in zip(
            self.codes,
            _split(codes, [code.width for code in self.codes]),
            _split(parameters, [code.parameters for code in self.codes]),
        ):
            bound += code.entropy + ops.mean(code.log_likelihood(drawn, said))
        return bound

    def infer_codes(self, images, batch_size=64):
        """Returns what the recognition network reads in images.

        Args:
            images: Float array in [-1, 1] or uint8, `(batch, height, width,
                channels)`.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            List with one NumPy array, `(batch,)`, a code: class numbers of
            a `Categorical`, numbers in [-1, 1] of a `Uniform`.
        """
        images = as_array(images, "images", "an array of images")
        check_images(images, "images", self._real_shape)
        check_count("batch_size", batch_size)
        parameters = []
        for start in range(0, len(images), batch_size):
            part = images[start : start + batch_size]
            if part.dtype == "uint8":
                part = part.astype("float32") / 127.5 - 1.0
            _, said = self._predict_on_one_device(
                self.discriminator, part, batch_size
            )
            parameters.append(said)
        parameters = np.concatenate(parameters)
        widths = [code.parameters for code in self.codes]
        return [
            code.infer(np.asarray(part, "float32"))
            for code, part in zip(self.codes, _split(parameters, widths))
        ]

    def generate(
        self, n: int, codes=None, seed: int | None = None, batch_size: int = 64
    ) -> np.ndarray:
        """Returns generated images, with the codes that are asked for.

        Args:
            n: Integer, how many images.
            codes: List with one entry a code: a value for all images, a
                sequence of `n` values, or `None` to draw them; or `None` to
                draw all.
            seed: See `kerasgan.models.GAN`. The noise of a seed is the same
                whatever the codes are.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        return super().generate(n, seed, batch_size, codes=codes)

    def _input_stream(self, n, seed, codes=None):
        next_latents = self._latent_stream(seed)
        wanted = [] if codes is None else self._encode(codes, n)
        start = 0

        def next_inputs(count):
            nonlocal start
            latents = next_latents(count)
            for columns, encoded in wanted:
                latents[:, columns] = encoded[start : start + count]
            start += count
            return {"latents": latents}

        return next_inputs

    def _encode(self, codes, n):
        """Returns pairs of columns of the latents and what they shall be."""
        if not isinstance(codes, (list, tuple)) or len(codes) != len(
            self.codes
        ):
            raise ValueError(
                "`codes` must be a list with one entry for each of the "
                f"{len(self.codes)} codes, `None` for one to draw. Received: "
                f"{codes!r}"
            )
        wanted = []
        at = self.noise_dim
        for code, values in zip(self.codes, codes):
            if values is not None:
                shape = np.shape(values)
                if shape not in ((), (n,)):
                    raise ValueError(
                        "`codes` must have one value, or one an image, for "
                        f"each code. Received: shape {shape} for {n} images"
                    )
                columns = slice(at, at + code.width)
                wanted.append((columns, code.encode(values, n)))
            at += code.width
        return wanted

    def _latent_stream(self, seed):
        # A generator each: no part depends on how many of another are drawn.
        rngs = [
            np.random.default_rng([seed, i] if i else seed)
            for i in range(len(self.codes) + 1)
        ]

        def next_latents(n):
            parts = [self.latent_prior.draw((n, self.noise_dim), rngs[0])]
            for code, rng in zip(self.codes, rngs[1:]):
                parts.append(code.draw((n, code.width), rng))
            return np.concatenate(parts, axis=1)

        return next_latents

    def _get_game_config(self):
        return {
            **super()._get_game_config(),
            "codes": [
                keras.saving.serialize_keras_object(code) for code in self.codes
            ],
            "information_weight": self.information_weight,
        }


def _split(x, widths):
    parts, at = [], 0
    for width in widths:
        parts.append(x[:, at : at + width])
        at += width
    return parts


def _check_codes(codes, generator, discriminator):
    codes = list(codes)
    if not codes or not all(isinstance(code, Code) for code in codes):
        raise ValueError(
            "`codes` must be a list of `kerasgan.latent.Code`, such as "
            f"`[Categorical(10), Uniform()]`. Received: {codes!r}"
        )
    check_built("discriminator", discriminator)
    check_built("generator", generator)
    parameters = sum(code.parameters for code in codes)
    shapes = [tuple(x.shape) for x in discriminator.outputs]
    if len(shapes) != 2 or shapes[1] != (None, parameters):
        raise ValueError(
            "`discriminator` must have two outputs, logits and the codes' "
            f"parameters of shape (batch, {parameters}). Received: outputs "
            f"of shapes {shapes}"
        )
    width = sum(code.width for code in codes)
    if generator.input_shape[-1] <= width:
        raise ValueError(
            f"`generator` must take more than the {width} numbers of its "
            f"codes. Received: latents of length {generator.input_shape[-1]}"
        )

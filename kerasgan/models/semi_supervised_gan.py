import keras
import numpy as np
from keras import ops

from kerasgan.losses import FeatureMatching
from kerasgan.models.gan import GAN
from kerasgan.training.reading import Reading
from kerasgan.training.standardize_data import is_data_set
from kerasgan.training.standardize_data import standardize_array
from kerasgan.training.validation import check_built
from kerasgan.training.validation import check_unpacked
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_labels import check_labels


@keras.saving.register_keras_serializable(package="kerasgan")
class SemiSupervisedGAN(Reading, GAN):
    """A classifier that learns from few labels, and a game about the rest.

    The discriminator names one of `K` classes by its logits `l`; generated
    images are a further class, whose logit is fixed to 0. So an image is
    real with the logit `s(x) = log sum exp l(x)`, and

    ```
    D minimises  CE(l(labelled), y)
                 + unlabelled_weight / 2 * d_loss(s(real), s(G(z)))
    G minimises  |mean f(real) - mean f(G(z))|^2
    ```

    with `f` the features of a layer of the discriminator: such a generator
    draws poorly, and teaches well. `fit` takes a label an image, -1 where
    there is none. Images with a label are real ones too.

    Where arrays have fewer of them, images with a label come more than once
    in an epoch, so that they are `labelled_share` of it. Data sets are taken
    as they are.

    Args:
        generator: Built Keras model from latents to images in [-1, 1].
        discriminator: Built Keras model from images to class logits,
            `(batch, num_classes)`, with a layer named as `loss` says.
        labelled_share: Float in [0, 1), the least share of images with a
            label. Defaults to 0.25.
        unlabelled_weight: Float. Defaults to 1, the paper's.
        loss: `kerasgan.losses.FeatureMatching` or any other loss of logits,
            which is then about `s`. Defaults to `None`,
            `FeatureMatching("features")`.
        **kwargs: See `kerasgan.models.GAN`. `ema` averages both networks,
            and the average classifies.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.SemiSupervisedGAN(
        image_shape=(8, 8, 1), num_classes=2, latent_dim=4, filters=2
    )
    images = np.zeros((16, 8, 8, 1), "uint8")
    labels = np.full(16, -1)
    labels[:4] = [0, 1, 0, 1]
    gan.fit(images, labels, batch_size=8, verbose=0)
    assert gan.classify(images).shape == (16,)
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498, sections 3.1 and 5.
        Deviation: labelled images are drawn with the others, rather than as
        many of them apart; the generator matches features of the same images
        that the discriminator was trained on.
    """

    _further_log_names = ("class_loss", "class_error")

    _averaged_names = ("generator", "discriminator")

    _fixed_attributes = (*GAN._fixed_attributes, "ema_discriminator")

    def __init__(
        self,
        generator,
        discriminator,
        labelled_share=0.25,
        unlabelled_weight=1.0,
        loss=None,
        **kwargs,
    ):
        check_number("labelled_share", labelled_share, least=0, below=1)
        check_number("unlabelled_weight", unlabelled_weight, least=0)
        loss = FeatureMatching("features") if loss is None else loss
        super().__init__(generator, discriminator, loss=loss, **kwargs)
        self.labelled_share = labelled_share
        self.unlabelled_weight = unlabelled_weight

    def _check_networks(self, generator, discriminator, packing):
        super()._check_networks(generator, discriminator, packing)
        check_unpacked(packing, "names the class of each image")
        check_built("discriminator", discriminator)
        shapes = [tuple(x.shape) for x in discriminator.outputs]
        if len(shapes) != 1 or len(shapes[0]) != 2 or shapes[0][1] < 2:
            raise ValueError(
                "`discriminator` must give logits of at least two classes, "
                f"(batch, num_classes). Received: outputs of shapes {shapes}"
            )

    @property
    def num_classes(self):
        """Number of classes, without the one of generated images."""
        return self.discriminator.output_shape[-1]

    # === The paper's equations ===

    def discriminator_loss(self, real_logits, fake_logits):
        weight = 0.5 * self.unlabelled_weight
        return weight * super().discriminator_loss(real_logits, fake_logits)

    def _discriminate(self, images, condition=None, training=True):
        # Real against generated: the sum over the classes against 1.
        classes, _ = super()._discriminate(images, condition, training)
        return ops.logsumexp(classes, axis=1, keepdims=True), [classes]

    def _further_losses(self, real_outputs, fake_outputs, of_real, of_fake):
        if real_outputs is None:
            return 0.0, {}
        (classes,) = real_outputs
        is_known = ops.cast(of_real >= 0, "float32")
        count = ops.maximum(ops.sum(is_known), 1.0)
        labels = ops.maximum(of_real, 0)
        losses = ops.sparse_categorical_crossentropy(
            labels, classes, from_logits=True
        )
        said = ops.cast(ops.argmax(classes, axis=1), labels.dtype)
        wrong = ops.cast(said != labels, "float32")
        loss = ops.sum(is_known * losses) / count
        logs = {
            "class_loss": loss,
            "class_error": ops.sum(is_known * wrong) / count,
        }
        return loss, logs

    # === Data ===

    def unpack(self, batch):
        images, labels = super().unpack(batch)
        return images, ops.cast(ops.reshape(labels, (-1,)), "int32")

    def _checked(self, x, y, inspection=None):
        if not (x is None or y is None or is_data_set(x)):
            x = standardize_array(x)
            y = self._standardized(y, len(x))
        return super()._checked(x, y, inspection)

    def _prepare_batch(self, batch):
        if isinstance(batch, (tuple, list)) and len(batch) > 1:
            images, labels, *rest = batch
            if labels is not None:
                labels = self._standardized(labels, len(images))
            batch = (images, labels, *rest)
        return super()._prepare_batch(batch)

    def _check_batch(self, images, labels):
        self._check_real(images)
        if labels is None:
            raise ValueError(
                "`y` must be given: a label an image, -1 where it is not "
                "known. Received: None"
            )
        self._standardized(labels, len(images))

    def _standardized(self, labels, count):
        """Returns labels as int32, `(count,)`, or says what is wrong."""
        labels = as_array(labels, "y", "whole numbers, one an image")
        is_unknown = labels == -1
        known = np.where(is_unknown, np.zeros_like(labels), labels)
        known = check_labels(known, count, self.num_classes, "y")
        is_unknown = np.reshape(is_unknown, known.shape)
        return np.where(is_unknown, -1, known).astype("int32")

    def _arranged(self, x, y):
        """Returns arrays in which enough images have a label."""
        if is_data_set(x):
            return x, y
        (known,) = np.nonzero(np.asarray(y) >= 0)
        share, n = self.labelled_share, len(x)
        # So many more that they are that share of all.
        more = int(np.ceil((share * n - len(known)) / (1.0 - share)))
        if not len(known) or more <= 0:
            return x, y
        rows = np.concatenate([np.arange(n), np.resize(known, more)])
        # Evenly among the others, for those who do not shuffle.
        places = np.concatenate([np.arange(n), np.linspace(0, n, more)])
        rows = rows[np.argsort(places, kind="stable")]
        return x[rows], y[rows]

    # === Classes of images ===

    def classify(
        self, images, batch_size: int = 64, probabilities: bool = False
    ) -> np.ndarray:
        """Returns the classes of images.

        Args:
            images: Array `(n, height, width, channels)`, uint8 or float in
                [-1, 1].
            batch_size: Integer, images computed at a time. Defaults to 64.
            probabilities: Bool, whether to return the probability of each
                class instead, `(n, num_classes)`. Defaults to `False`.

        Returns:
            NumPy array of integers, `(n,)`.
        """
        check_count("batch_size", batch_size)
        network = self.ema_discriminator or self.discriminator
        (logits,) = self._read(network, images, batch_size)
        if not probabilities:
            return logits.argmax(1)
        powers = np.exp(logits - logits.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    def _get_game_config(self):
        return {
            **super()._get_game_config(),
            "labelled_share": self.labelled_share,
            "unlabelled_weight": self.unlabelled_weight,
        }

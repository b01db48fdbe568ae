import keras
from keras import ops

from kerasgan import backend
from kerasgan.models.made_of_networks import MadeOfNetworks
from kerasgan.training import validation
from kerasgan.training.latent_drawing import LatentDrawing
from kerasgan.training.slots import SLOTS
from kerasgan.training.slots import filled
from kerasgan.training.slots import packing_of


class LatentModel(LatentDrawing, MadeOfNetworks):
    """Base of games that draw from latents and do something else besides.

    Their `discriminator` may be an autoencoder, a classifier, or a judge of
    pairs or of latents; `kerasgan.models.GAN` is the base where it gives
    logits of images.

    Args:
        networks: Dict from names to built Keras models, a `generator` from
            latents to images and a `discriminator` among them.
        log_names: Sequence of the keys that the step logs.
        latent_prior: `"normal"`, `"uniform"` or a `kerasgan.latent.Prior`.
            Defaults to `"normal"`.
        **kwargs: Further arguments of `kerasgan.models.AdversarialModel`.
    """

    def __init__(
        self,
        networks,
        log_names,
        latent_prior="normal",
        regularizers=(),
        augmentation=None,
        **kwargs,
    ):
        own = filled(latent_prior=latent_prior)
        regularizers = SLOTS["regularizers"]("regularizers", regularizers)
        augmentation = SLOTS["augmentation"]("augmentation", augmentation)
        validation.check_unpacked(
            packing_of(augmentation), "judges one image at a time"
        )
        for name, network in networks.items():
            validation.check_built(name, network)
        made = networks["generator"].output_shape[1:]
        validation.check_augmentable(augmentation, made)
        validation.warn_of_coupling(networks["discriminator"], regularizers)
        super().__init__(
            networks,
            log_names,
            regularizers=regularizers,
            augmentation=augmentation,
            **kwargs,
        )
        self.latent_prior = own["latent_prior"]

    # === What a step is made of ===

    def _sample_latents(self, batch_size):
        """Returns the float32 latents of one minibatch."""
        shape = (batch_size, *self._latent_shape)
        return self.latent_prior.sample(shape, self.seed_generator)

    def _latents_for(self, images):
        """Returns as many latents as there are images."""
        return self._sharded(self._sample_latents(ops.shape(images)[0]))

    def _call(self, network, inputs):
        """Returns a network's outputs within a step, float32."""
        training = not self._is_evaluating
        outputs = backend.call_network(network, inputs, training)
        return keras.tree.map_structure(
            lambda x: ops.cast(x, "float32"), outputs
        )

    def _penalty_of_images(self, scores_of, real, fake, real_scores):
        """Returns the sum of the penalties of images, and what to log.

        Args:
            scores_of: Function from images to what the discriminator says.
            real, fake: Images, `(batch, height, width, channels)`, the
                generated ones detached.
            real_scores: What it says of the real ones.
        """
        return self._image_penalty(
            "discriminator",
            scores_of,
            real,
            fake,
            real_scores,
            training=not self._is_evaluating,
        )

    # === Data ===

    @property
    def _real_shape(self):
        return self.image_shape

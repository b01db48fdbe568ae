import keras
from keras import ops

from kerasgan import backend
from kerasgan.models.packing import pack


class Scoring:
    """How a game calls its two networks; mixed into the models.

    Expects the attributes that `kerasgan.models.GAN` sets.
    """

    @property
    def real_shape(self):
        *sizes, channels = self.discriminator.input_shape[1:]
        return (*sizes, channels // self.packing)

    def generator_inputs(self, latents, condition):
        """Returns what the generator is called with."""
        return latents

    def discriminator_inputs(self, images, condition):
        """Returns what the discriminator is called with."""
        return images

    def call_network(self, network, inputs, training):
        """Returns the outputs of the generator or the discriminator."""
        return backend.call_network(network, inputs, training)

    def synthesize(self, latents, condition=None, training=True):
        """Returns the generator's images, float32."""
        inputs = self.generator_inputs(latents, condition)
        images = self.call_network(self.generator, inputs, training)
        return ops.cast(images, "float32")

    def judge(self, images, condition=None, training=True):
        """Returns the discriminator's logits and further outputs, float32.

        In training, this is where images are augmented and noise is added.

        Args:
            images: Real or generated, `(batch, height, width, channels)`.
            condition: What `condition` returned.
            training: Bool.

        Returns:
            The first output, and a list of the others if there are any.
        """
        if training and self.augmentation is not None:
            images = self.augmentation(images, self.active_seed_generator)
        if training and self.instance_noise:
            noise = keras.random.normal(
                ops.shape(images), seed=self.active_seed_generator
            )
            images = images + self._noise_level() * noise
        images = pack(images, self.packing)
        inputs = self.discriminator_inputs(images, condition)
        outputs = self.call_network(self.discriminator, inputs, training)
        outputs = [ops.cast(x, "float32") for x in keras.tree.flatten(outputs)]
        return outputs[0], outputs[1:]

    def score(self, images, condition=None, training=True):
        """Returns the discriminator's logits, float32; see `judge`."""
        return self.judge(images, condition, training=training)[0]

    def _noise_level(self):
        if self.instance_noise_decay is None:
            return self.instance_noise
        left = 1.0 - self.images_seen.since() / self.instance_noise_decay
        return self.instance_noise * ops.maximum(left, 0.0)

    def feature_distance(self, fake, real, condition, training):
        means = [
            ops.mean(
                backend.call_network(
                    self.features,
                    self.discriminator_inputs(
                        pack(images, self.packing), condition
                    ),
                    training,
                ),
                axis=0,
            )
            for images in (real, fake)
        ]
        return ops.sum(ops.square(ops.cast(means[0] - means[1], "float32")))

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss


@keras.saving.register_keras_serializable(package="kerasgan")
class FeatureMatching(AdversarialLoss):
    """Lets the generator match the mean features of a discriminator's layer.

    ```
    G minimises |mean f(real) - mean f(G(z))|^2
    ```

    with `f` the outputs of the layer. The discriminator minimises `loss`.
    Features are of the images as they are, without augmentation.

    Args:
        layer: String, name of a layer of the discriminator, which has one
            output, the logits.
        loss: `AdversarialLoss`, its name or its config: what the
            discriminator minimises. Defaults to `"non_saturating"`.

    Example:

    ```python
    import kerasgan

    loss = kerasgan.losses.FeatureMatching("dense_1", loss="hinge")
    ```

    Reference:
        Salimans et al., 2016, arXiv 1606.03498, section 3.1.
    """

    def __init__(self, layer, loss="non_saturating"):
        from kerasgan.losses import get

        self.feature_layer = layer
        self.loss = get(loss)

    @property
    def uses_real_logits(self):
        return self.loss.uses_real_logits

    def discriminator(self, real_logits, fake_logits):
        return self.loss.discriminator(real_logits, fake_logits)

    def generator(self, fake_logits, real_logits=None):
        return self.loss.generator(fake_logits, real_logits)

    def of_features(self, fake_features, real_features):
        """Returns the squared distance of the means over the batch.

        Args:
            fake_features: Features of generated images, `(batch, ...)`.
            real_features: The same of real images.
        """
        distance = ops.mean(real_features, 0) - ops.mean(fake_features, 0)
        return ops.sum(ops.square(ops.cast(distance, "float32")))

    def get_config(self):
        return {
            "layer": self.feature_layer,
            "loss": keras.saving.serialize_keras_object(self.loss),
        }

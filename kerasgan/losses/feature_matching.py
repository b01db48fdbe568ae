import weakref

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.utils.look_up import look_up


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

    @property
    def logit_range(self):
        return self.loss.logit_range

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


# Of each discriminator, by the name of the layer.
_networks = weakref.WeakKeyDictionary()


def feature_network(network, layer):
    """Returns a model of the same inputs whose output is a layer's.

    Args:
        network: Functional or sequential Keras model.
        layer: Name of one of its layers.

    Raises:
        ValueError: If there is no layer of that name, or the network has
            further outputs, whose losses its features would not replace.
    """
    known = _networks.setdefault(network, {})
    if layer in known:
        return known[layer]
    if len(network.outputs) > 1:
        raise ValueError(
            "`FeatureMatching` needs a discriminator of one output, the "
            f"logits. Received: {len(network.outputs)} outputs"
        )
    layers = {part.name: part for part in network.layers}
    output = look_up(layer, layers, "layer").output
    known[layer] = keras.Model(network.inputs, output, name="features")
    return known[layer]

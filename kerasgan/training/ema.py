import keras
from keras import ops

from kerasgan import backend
from kerasgan.training.part import Part
from kerasgan.training.validation import check_positive


@keras.saving.register_keras_serializable(package="kerasgan")
class EMA(Part):
    """Exponential moving average of what generates, over the images shown.

    ```
    average = decay * average + (1 - decay) * weights
    decay = 0.5 ** (images of the step / half_life)
    ```

    The average of a network `generator` is another network of the model,
    `ema_generator`, which makes the images. Statistics of
    BatchNormalization are copied: they are averages already.

    Args:
        half_life: Float, in real images shown. Defaults to 10,000.
        ramp_up: Float or `None`. If given, the half-life is at most this
            share of the images shown so far, so that the average forgets
            the first steps quickly. StyleGAN2 uses 0.05. Defaults to `None`.
        name: String, name of the layer.

    Raises:
        ValueError: If a number is not positive.

    Example:

    ```python
    import kerasgan

    gan = kerasgan.applications.GAN(
        image_shape=(4, 4, 1),
        units=(8,),
        ema=kerasgan.training.EMA(half_life=500_000, ramp_up=0.05),
    )
    ```

    Reference:
        Karras et al., 2018, arXiv 1710.10196, section 5. Ramp-up: Karras et
        al., 2020, arXiv 2006.06676.
    """

    def __init__(self, half_life=10_000.0, ramp_up=None, name=None):
        check_positive(half_life=half_life, ramp_up=ramp_up)
        super().__init__(name=name)
        self.half_life = half_life
        self.ramp_up = ramp_up

    def after_step(self, model, logs):
        decay = decay_of(
            model._images_in_step,
            self.half_life,
            self.ramp_up,
            model.images_seen.since(),
        )
        model._follow_networks(decay)

    def get_config(self):
        return {
            "half_life": self.half_life,
            "ramp_up": self.ramp_up,
            "name": self.name,
        }

    @classmethod
    def get(cls, identifier):
        """Returns an average from what a user gave as one.

        Args:
            identifier: `None`; an `EMA`; a serialized one; a dict of its
                arguments; or a float, the half-life in images.

        Raises:
            ValueError: If it is none of these.
        """
        if isinstance(identifier, dict) and "class_name" in identifier:
            identifier = keras.saving.deserialize_keras_object(identifier)
        elif isinstance(identifier, dict):
            identifier = cls(**identifier)
        if identifier is None or isinstance(identifier, cls):
            return identifier
        is_number = isinstance(identifier, (int, float))
        if isinstance(identifier, bool) or not is_number:
            raise ValueError(
                "`ema` must be a half-life in images, "
                "`kerasgan.training.EMA(half_life, ramp_up)`, or None. "
                f"Received: ema={identifier!r}"
            )
        check_positive(ema=identifier)
        if identifier < 1:
            raise ValueError(
                "`ema` must be a half-life in images shown, such as 10_000.0, "
                f"and is no decay. Received: ema={identifier!r}"
            )
        return cls(identifier)


def average_copies(networks, names, ema):
    """Returns a dict from `ema_<name>` to frozen copies of networks.

    Args:
        networks: Dict from names to built Keras models.
        names: Names of those that are averaged, where they are there.
        ema: `EMA`, or `None` for no copies.

    Raises:
        ValueError: If none of them is there.
    """
    if ema is None:
        return {}
    found = {f"ema_{n}": networks[n] for n in names if n in networks}
    if not found:
        raise ValueError(
            "`ema` needs a network to average: set the class attribute "
            "`averaged_networks` to the names of those that make images. "
            f"Received: networks {', '.join(networks)}"
        )
    return {name: frozen_copy(network) for name, network in found.items()}


def frozen_copy(network):
    """Returns a copy with weights of its own, that no optimizer updates.

    Args:
        network: Built Keras model.

    Returns:
        A model of the same class and weights, with `trainable=False`.
    """
    name = f"ema_{network.name}"
    # The scope keeps the paths of its variables apart from the original's.
    with keras.name_scope(name):
        with backend.without_tensorflow():
            config = {**network.get_config(), "name": name}
        with backend.trusted_configs():
            copy = network.__class__.from_config(config)
        if not copy.built:
            copy.build(network.input_shape)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy


def follow(average, network, decay, trained=None):
    """Moves the average to `decay * average + (1 - decay) * network`.

    What is not trained, such as the statistics of BatchNormalization, is
    copied: it is an average already.

    Args:
        average: What `frozen_copy` returned.
        network: The network that it follows.
        decay: Float or scalar tensor in [0, 1].
        trained: Set of the `id`s of the weights that are averaged. Defaults
            to `None`: those that are trained now.
    """
    for slow, fast in zip(average.weights, network.weights):
        is_trained = fast.trainable if trained is None else id(fast) in trained
        if is_trained:
            slow.assign(fast + ops.cast(decay, slow.dtype) * (slow - fast))
        else:
            slow.assign(fast)


def decay_of(images, half_life, ramp_up, images_seen):
    """Returns the factor by which the past counts after one step.

    Args:
        images: Number of real images in the step.
        half_life: Float, in images.
        ramp_up: Float or `None`. If given, the half-life is at most this
            share of the images seen.
        images_seen: Float32 tensor, those of this step included.
    """
    if ramp_up is not None:
        half_life = ops.minimum(half_life, ramp_up * images_seen)
    return 0.5 ** (ops.cast(images, "float32") / half_life)

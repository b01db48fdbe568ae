import keras

from kerasgan.layers.saved_seed import SavedSeed


@keras.saving.register_keras_serializable(package="kerasgan")
class NoiseDropout(SavedSeed, keras.layers.Dropout):
    """Dropout that is a network's noise and so stays on after training.

    A generator that gets no latents, as pix2pix's, is random only by the
    units that are dropped. What is dropped follows from the layer's own seed,
    which is saved with the network.

    Args:
        rate: Float in [0, 1), share of the units to drop. Defaults to 0.5,
            pix2pix's.
        at_inference: Bool, whether units are dropped in inference too.
            Defaults to `True`; `False` is `keras.layers.Dropout`. It is saved
            with the network. What was compiled before it is changed keeps
            the old value.
        seed: Integer or `None`. Defaults to `None`.
        **kwargs: As for `keras.layers.Dropout`.

    Returns:
        Tensor of the shape of the inputs; what is kept is divided by
        `1 - rate`.

    Example:

    ```python
    import keras
    from kerasgan.layers import NoiseDropout

    outputs = NoiseDropout(0.5, seed=0)(keras.ops.ones((1, 1000)))
    assert 0 < float(keras.ops.mean(outputs)) < 2
    assert float(keras.ops.max(outputs)) == 2.0
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004, section 3.2.
    """

    def __init__(self, rate=0.5, at_inference=True, seed=None, **kwargs):
        super().__init__(rate, seed=seed, **kwargs)
        # Keras makes none where nothing is dropped.
        self.seed_generator = getattr(self, "seed_generator", None)
        self.at_inference = bool(at_inference)

    def call(self, inputs, training=False):
        return super().call(inputs, training=training or self.at_inference)

    def get_config(self):
        return {**super().get_config(), "at_inference": self.at_inference}

class Code:
    """A part of the latents that InfoGAN recovers from the image.

    A code knows how it is drawn (as a `Prior` does), how wide it is, and how
    likely it is under what the recognition network says of an image.

    Example:

    ```python
    import keras
    from kerasgan.latent import Categorical

    code = Categorical(10)
    one_hot = keras.ops.one_hot([3], 10)
    print(code.log_likelihood(one_hot, keras.ops.zeros((1, 10))))  # -log 10
    ```
    """

    #: Length of the code within the latents.
    width = 1
    #: Number of the recognition network's outputs for this code.
    parameters = 1
    #: Entropy of the code, in nats.
    entropy = 0.0

    def log_likelihood(self, code, parameters):
        """Returns `log Q(code | image)`, `(batch,)`.

        Args:
            code: `(batch, width)`, as drawn.
            parameters: `(batch, parameters)`, raw outputs.
        """
        raise NotImplementedError

    def infer(self, parameters):
        """Returns the most likely codes, a NumPy array.

        Args:
            parameters: `(batch, parameters)`, a NumPy array.
        """
        raise NotImplementedError

    def encode(self, values, count):
        """Returns codes as the generator takes them, `(count, width)`.

        Args:
            values: One value, or one an image, as `infer` returns them.
            count: Integer, number of images.
        """
        raise NotImplementedError

    def span(self, count):
        """Returns values that run through the code, as `encode` takes them.

        Args:
            count: Integer, how many, where the code does not say itself.
        """
        raise NotImplementedError

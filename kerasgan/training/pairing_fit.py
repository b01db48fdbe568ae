from kerasgan.utils import check_count


class PairingFit:
    """Fits pairs of images that are made of two arrays; mixed into models.

    A subclass says of which arguments pairs are to be made, `_is_to_pair`, and
    makes a data set of them, `_pairs_of`. All else is a data set of pairs
    already, and goes on to `Fit` as it is.
    """

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        **kwargs,
    ):
        """Plays the game on pairs of images; the model says of which.

        Args:
            x: Images, `(n, height, width, channels)`, uint8 or float in
                [-1, 1]; or a data set of batches of pairs.
            y: What they are paired with, if `x` is an array; see the model.
            batch_size: Integer, pairs in a minibatch; see the model.
            epochs, verbose, callbacks, validation_split: As in
                `keras.Model.fit`.
            validation_data: Pair of arrays as `x` and `y`, or a data set.
            **kwargs: As in `kerasgan.models.GAN`'s `fit`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        if batch_size is not None:
            check_count("batch_size", batch_size)
        if self._is_to_pair(x, y):
            self._check_split(validation_split)
            shuffle = kwargs.pop("shuffle", True)
            x = self._pairs_of(x, y, batch_size, shuffle)
            # Where the training was, if it goes on.
            x.epoch = int(self.images_seen) // x.count
            y, batch_size, kwargs["shuffle"] = None, None, False
        if (
            isinstance(validation_data, (tuple, list))
            and len(validation_data) == 2
            and self._is_to_pair(*validation_data)
        ):
            rows = kwargs.pop("validation_batch_size", None) or batch_size
            validation_data = self._pairs_of(*validation_data, rows, False)
        return super().fit(
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            **kwargs,
        )

    def evaluate(self, x=None, y=None, batch_size=None, **kwargs):
        """Returns the means of the losses over data that `fit` takes."""
        if self._is_to_pair(x, y):
            x = self._pairs_of(x, y, batch_size, False)
            y = batch_size = None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def _is_to_pair(self, x, y):
        """Whether pairs are to be made of two arguments of `fit`."""
        raise NotImplementedError

    def _pairs_of(self, x, y, batch_size, shuffle):
        """Returns the data set of pairs that are made of two arrays.

        Args:
            x, y: What `fit` was given.
            batch_size: Integer, or `None` for the default.
            shuffle: Bool.
        """
        raise NotImplementedError

    def _check_split(self, validation_split):
        """Raises `ValueError` where some of the pairs cannot be held back."""

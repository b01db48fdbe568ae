from kerasgan.datasets.unpaired_arrays import UnpairedArrays
from kerasgan.training.data import is_array
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array

_RULE = "an array of images"


class UnpairedFit:
    """Fits two kinds of images that are no pairs; mixed into models."""

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
        """Plays the game on images of two kinds, which are no pairs.

        Args:
            x: Images of kind a, `(n, height, width, channels)`, uint8 or
                float in [-1, 1]; or a data set of batches of both kinds, such
                as `kerasgan.datasets.unpaired`.
            y: Images of kind b, of any number, if `x` is an array. An epoch
                is one of the larger of the two; others meet in each.
            batch_size: Integer, images of each kind in a minibatch. Defaults
                to 1, the paper's.
            epochs, verbose, callbacks, validation_split: As in
                `keras.Model.fit`.
            validation_data: Pair of arrays, or a data set.
            **kwargs: As in `kerasgan.models.GAN`'s `fit`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data is not what the game can train on. No
                state has changed then.
        """
        if batch_size is not None:
            check_count("batch_size", batch_size)
        if y is not None:
            shuffle = kwargs.pop("shuffle", True)
            x = self._unpaired(x, y, batch_size or 1, shuffle)
            # Where the training was, if it goes on.
            x.epoch = int(self.images_seen) // x.count
            y, batch_size, kwargs["shuffle"] = None, None, False
        if _is_pair_of_arrays(validation_data):
            rows = kwargs.pop("validation_batch_size", None) or batch_size or 1
            validation_data = self._unpaired(*validation_data, rows)
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
        if y is not None:
            x = self._unpaired(x, y, batch_size or 1)
            y = batch_size = None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def _unpaired(self, a, b, batch_size, shuffle=False):
        a, b = as_array(a, "x", _RULE), as_array(b, "y", _RULE)
        self._check_batch(a, b)
        return UnpairedArrays(a, b, batch_size, shuffle, self._seed or 0)


def _is_pair_of_arrays(data):
    is_pair = isinstance(data, (tuple, list)) and len(data) == 2
    return is_pair and all(is_array(part) for part in data)

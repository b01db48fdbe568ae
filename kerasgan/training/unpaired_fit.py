from kerasgan.datasets.unpaired_arrays import UnpairedArrays
from kerasgan.training.pairing_fit import PairingFit
from kerasgan.utils.as_array import as_array

_RULE = "an array of images"


class UnpairedFit(PairingFit):
    """Fits two kinds of images that are no pairs; mixed into models.

    `fit` takes the images of either kind, of any number, or a data set of
    batches of both, such as `kerasgan.datasets.unpaired`. An epoch is one of
    the larger of the two; others meet in each. A minibatch has one image of
    each kind by default, as in the paper.
    """

    def _is_to_pair(self, x, y):
        return y is not None

    def _pairs_of(self, a, b, batch_size, shuffle):
        a, b = as_array(a, "x", _RULE), as_array(b, "y", _RULE)
        self._check_batch(a, b)
        return UnpairedArrays(a, b, batch_size or 1, shuffle, self._seed or 0)

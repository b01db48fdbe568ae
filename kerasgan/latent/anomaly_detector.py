import math

import numpy as np

from kerasgan.latent.anomalies import Anomalies
from kerasgan.latent.anomaly_scores import anomaly_scores
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_number import check_number
from kerasgan.utils.seeds import check_seed


class AnomalyDetector:
    """Finds pictures that are unlike those that a model was trained on.

    What `kerasgan.latent.anomaly_scores` says is compared with the scores of
    normal pictures that the model has not seen, since those that it was
    trained on score too low:

    ```
    detector = AnomalyDetector(gan)
    detector.fit(normal, epochs=20)       # trains, and keeps a share back
    detector.calibrate(normal)            # or: of a model that is trained
    found = detector.detect(pictures, false_alarms=0.01)
    ```

    Args:
        gan: A model of kerasgan that makes images from latents.
        **how: Arguments of `kerasgan.latent.anomaly_scores`, such as
            `steps`, or `encoder` for scores at once; `verbose` defaults to
            0.

    Raises:
        ValueError: If it is asked before it was calibrated, or a rate of
            false alarms is too low for as few normal pictures.

    Example:

    ```python
    import numpy as np
    import kerasgan

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    detector = kerasgan.latent.AnomalyDetector(gan, steps=3)
    detector.calibrate(gan.generate(9, seed=1))
    odd = -np.ones((1, 8, 8, 1), "float32")
    found = detector.detect(odd, false_alarms=0.1)
    assert found.is_odd[0] and abs(found.shares[0] - 0.1) < 1e-9
    ```

    Reference:
        Schlegl et al., 2017, arXiv 1703.05921 (the score); Vovk et al.,
        2005, Algorithmic Learning in a Random World (the threshold).
    """

    def __init__(self, gan, **how):
        self.gan = gan
        self.how = {"verbose": 0, **how}
        self.normal_scores = None
        self.normal_map = None

    def fit(self, images, epochs=1, share=0.1, seed=0, **kwargs):
        """Trains the model on normal pictures, and keeps a share back.

        Args:
            images: Normal pictures, as the model's `fit` takes them.
            epochs: Integer. Defaults to 1.
            share: Float, share of the pictures that the model is not trained
                on, by which scores are calibrated. Defaults to 0.1.
            seed: Integer, for which. Defaults to 0.
            **kwargs: Further arguments of the model's `fit`.

        Returns:
            The `History` of `fit`.
        """
        if self.how.get("encoder") is not None:
            raise ValueError(
                "`encoder` must be None where `fit` trains the model, since "
                "an encoder is trained after it. Received: "
                f"{self.how['encoder']!r}. Train both, then `calibrate`"
            )
        images = as_array(images, "images", "an array of images")
        check_number("share", share, above=0, below=1)
        order = np.random.default_rng(check_seed(seed, optional=False))
        order = order.permutation(len(images))
        count = math.ceil(share * len(images))
        if count >= len(images):
            raise ValueError(
                "`images` must be enough to train on some and keep others "
                f"back. Received: {len(images)} images"
            )
        kept = order[:count]
        # A model of labels would need those of what is kept as well.
        history = self.gan.fit(
            images[np.sort(order[count:])], epochs=epochs, **kwargs
        )
        self.calibrate(images[np.sort(kept)])
        return history

    def calibrate(self, images, condition=None):
        """Looks at what normal pictures score.

        Args:
            images: Normal pictures that the model was not trained on.
            condition: For conditional models: what they are of.

        Returns:
            The detector.
        """
        found = anomaly_scores(
            self.gan, images, condition=condition, **self.how
        )
        self.normal_scores = np.sort(found.scores)
        self.normal_map = found.maps.mean(axis=0)
        return self

    def threshold(self, false_alarms=0.05):
        """Returns the score above which a picture is called odd.

        Of new normal pictures, at most that share scores higher, whatever
        the scores' distribution is: of `m` scores of normal pictures it is
        the `ceil((m + 1) (1 - false_alarms))`-th from below.

        Args:
            false_alarms: Float between 0 and 1. Defaults to 0.05.
        """
        self._check_calibrated()
        check_number("false_alarms", false_alarms, above=0, below=1)
        count = len(self.normal_scores)
        # Rounding must not lead to the next one.
        at = math.ceil((count + 1) * (1 - false_alarms) - 1e-9)
        if at > count:
            raise ValueError(
                f"`false_alarms` must be at least {1 / (count + 1):.2g} with "
                f"the {count} normal pictures that this was calibrated on. "
                f"Received: {false_alarms}"
            )
        return float(self.normal_scores[max(at, 1) - 1])

    def shares(self, scores):
        """Returns the shares of normal pictures that score at least as high.

        Args:
            scores: Array, `(n,)`.

        Returns:
            Float array, `(n,)`. The picture itself counts as one: a share is
            never 0.
        """
        self._check_calibrated()
        count = len(self.normal_scores)
        below = np.searchsorted(self.normal_scores, scores, side="left")
        return (count - below + 1) / (count + 1)

    def detect(self, images, false_alarms=0.05, condition=None):
        """Says which pictures are odd, how much so, and where.

        Args:
            images: Float array in [-1, 1] or uint8, `(n, height, width,
                channels)`.
            false_alarms: Float, share of normal pictures that may be called
                odd. Defaults to 0.05.
            condition: For conditional models: what the pictures are of.

        Returns:
            `Anomalies`, a named tuple of `is_odd`, `scores`, `shares`,
            `maps` and `reconstructions`.
        """
        threshold = self.threshold(false_alarms)
        found = anomaly_scores(
            self.gan, images, condition=condition, **self.how
        )
        return Anomalies(
            found.scores > threshold,
            found.scores,
            self.shares(found.scores),
            np.maximum(found.maps - self.normal_map, 0.0),
            found.reconstructions,
        )

    def _check_calibrated(self):
        if self.normal_scores is None:
            raise ValueError(
                "The detector must be calibrated before it is asked: call "
                "`fit` or `calibrate` with normal pictures. Received: neither"
            )

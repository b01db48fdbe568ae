import keras
import numpy as np

from kerasgan.metrics.arrays import check_finite
from kerasgan.metrics.histograms import add_to
from kerasgan.metrics.histograms import reverse_kl
from kerasgan.utils import check_number
from kerasgan.utils.as_array import as_array


@keras.saving.register_keras_serializable(package="kerasgan")
class ModeCoverage(keras.metrics.Metric):
    """Counts the modes of a mixture of Gaussians that a generator finds.

    A sample belongs to the mode with the nearest center, and is of high
    quality if it lies within `radius_in_std` standard deviations of it. Of
    samples from the mixture itself 98.9 % do, in the plane and for the
    default of 3. A sample between two modes counts for neither.

    Samples are added up from call to call until `reset_state()`. The sums are
    made by NumPy, outside of the compiled step: call it on generated samples,
    rather than in `compile(metrics=...)`.

    Args:
        centers: Array `(modes, dimensions)`, for example the third value of
            `kerasgan.datasets.gaussian_ring()`.
        std: Float, standard deviation of each mode along each axis.
        radius_in_std: Float, in standard deviations. Defaults to 3.0, as in
            the VEEGAN and PacGAN experiments.
        name: String, defaults to `"mode_coverage"`.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()`, and a call on samples `(n, dimensions)`, return a dict of

        - `"modes"`: integer, modes with a sample of high quality,
        - `"high_quality"`: float, their share of all samples, in [0, 1],
        - `"reverse_kl"`: float in nats, KL from the shares that the modes
          have in the samples of high quality to equal shares; 0 is best,
          `log(modes)` worst. NaN if there is no such sample.

    Raises:
        ValueError: If `centers` are not points, `std` or `radius_in_std` is
            not positive, or samples have another shape or are not finite.

    Example:

    ```python
    import kerasgan

    points, _, centers = kerasgan.datasets.gaussian_ring(2500)
    coverage = kerasgan.metrics.ModeCoverage(centers, std=0.01)
    result = coverage(points)
    assert result["modes"] == 8 and result["high_quality"] > 0.97
    ```

    Reference:
        Srivastava et al., 2017, arXiv 1705.07761; Lin et al., 2018,
        arXiv 1712.04086, whose numbers are of 2,500 samples.
    """

    def __init__(
        self,
        centers,
        std,
        radius_in_std=3.0,
        name="mode_coverage",
        dtype=None,
    ):
        rule = "points of shape (modes, dimensions)"
        centers = as_array(centers, "centers", rule).astype("float64")
        if centers.ndim != 2 or 0 in centers.shape:
            raise ValueError(
                "`centers` must have shape (modes, dimensions). "
                f"Received: shape {centers.shape}"
            )
        check_finite("centers", centers)
        for argument, value in (
            ("std", std),
            ("radius_in_std", radius_in_std),
        ):
            check_number(argument, value, above=0)
        super().__init__(name=name, dtype=dtype)
        self.centers = centers
        self.std = float(std)
        self.radius_in_std = float(radius_in_std)
        self.samples_seen = self.add_variable(
            (), "zeros", dtype="int32", name="samples_seen"
        )
        self.samples_in_mode = self.add_variable(
            (len(centers),), "zeros", dtype="int32", name="samples_in_mode"
        )

    def update_state(self, samples):
        """Adds samples.

        Args:
            samples: Array or tensor `(n, dimensions)`.

        Raises:
            ValueError: If the shape is another, or a value is not finite.
        """
        dimensions = self.centers.shape[1]
        rule = f"points of shape (n, {dimensions})"
        samples = as_array(samples, "samples", rule).astype("float64")
        if samples.ndim != 2 or samples.shape[1] != dimensions:
            raise ValueError(
                f"`samples` must have shape (n, {dimensions}), like "
                f"`centers`. Received: shape {samples.shape}"
            )
        check_finite("samples", samples)
        nearest = np.empty(len(samples), "int64")
        distance = np.full(len(samples), np.inf)
        # One mode after the other: (n, modes, dimensions) can be large.
        for mode, center in enumerate(self.centers):
            to_mode = np.linalg.norm(samples - center, axis=1)
            closer = to_mode < distance
            nearest[closer], distance[closer] = mode, to_mode[closer]
        is_good = distance <= self.radius_in_std * self.std
        counts = np.bincount(nearest[is_good], minlength=len(self.centers))
        add_to(self.samples_seen, len(samples))
        add_to(self.samples_in_mode, counts)

    def result(self):
        """Returns the dict that the class describes."""
        counts, seen = (
            keras.ops.convert_to_numpy(held).astype("int64")
            for held in (self.samples_in_mode, self.samples_seen)
        )
        seen = int(seen)
        return {
            "modes": int(np.count_nonzero(counts)),
            "high_quality": float(counts.sum() / max(seen, 1)),
            "reverse_kl": reverse_kl(counts),
        }

    def get_config(self):
        return {
            **super().get_config(),
            "centers": self.centers.tolist(),
            "std": self.std,
            "radius_in_std": self.radius_in_std,
        }

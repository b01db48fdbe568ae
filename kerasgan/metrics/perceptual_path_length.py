import keras
import numpy as np

from kerasgan.latent.interpolate import _lerp
from kerasgan.latent.interpolate import _slerp
from kerasgan.metrics.generative_metric import GenerativeMetric
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils.look_up import look_up
from kerasgan.utils.seeds import check_seed

# Images of one end, which bounds the memory.
_AT_ONCE = 128
_WAYS = {"lerp": _lerp, "slerp": _slerp}


@keras.saving.register_keras_serializable(package="kerasgan")
class PerceptualPathLength(GenerativeMetric):
    """How much images change along a small step in latent space.

    ```
    mean of |f(G(z(t))) - f(G(z(t + epsilon)))|^2 / epsilon^2
    ```

    for ways `z` between two random latents and random `t`, with `f` the
    features of a network; the lowest and the highest percent are left out.
    Low values mean that the generator changes images gradually; a constant
    generator has 0. The paper's distance is LPIPS, so the numbers compare
    with each other only, and with `features` the same.

    It looks at generators rather than images: `metric(gan)`.

    Args:
        features: The network; see `kerasgan.metrics.features.get`.
        samples: Integer, how many steps are measured. Defaults to 1000.
        epsilon: Float, length of a step, as a share of the way. Defaults to
            1e-4.
        kind: `"slerp"` (default), along the arc, for normal latents, or
            `"lerp"`, straight.
        at_ends: Whether steps begin at a latent itself, `t = 0`, rather than
            anywhere on the way. Defaults to `False`.
        seed: Integer, for latents and `t`. Defaults to 0.
        name: String. Defaults to `"perceptual_path_length_"` and the name of
            the network.
        dtype: See `keras.metrics.Metric`. Defaults to `None`.

    Returns:
        `result()`, and a call on a model of kerasgan, return a float.

    Raises:
        ValueError: If an argument is not as described, or it is given
            something else than a model of kerasgan.

    Example:

    ```python
    import kerasgan

    def pixels(images):
        return images.reshape(len(images), -1)

    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=4)
    metric = kerasgan.metrics.PerceptualPathLength(pixels, samples=8)
    assert metric(gan) >= 0.0
    ```

    Reference:
        Karras et al., 2019, arXiv 1812.04948. Deviation: the squared
        distance of features in the place of LPIPS, and the whole image.
    """

    key = "perceptual_path_length"
    needs = "generator"
    compares = False

    def __init__(
        self,
        features,
        samples=1000,
        epsilon=1e-4,
        kind="slerp",
        at_ends=False,
        seed=0,
        name=None,
        dtype=None,
    ):
        check_count("samples", samples)
        look_up(kind, _WAYS, "kind")
        check_number("epsilon", epsilon, above=0, below=1)
        super().__init__(features, name=name, dtype=dtype)
        if self.network is None:
            raise ValueError(
                "`features` must be a network: images are made here. "
                "Received: None"
            )
        self.samples = samples
        self.epsilon = epsilon
        self.kind = kind
        self.at_ends = at_ends
        self.seed = check_seed(seed, optional=False)

    def protocol(self):
        return {
            "samples": self.samples,
            "epsilon": self.epsilon,
            "kind": self.kind,
            "at_ends": self.at_ends,
            "seed": self.seed,
        }

    def update_real(self, images, labels=None):
        raise ValueError(
            f"`{self.name}` looks at generators only: call it on a model. "
            "Received: real images"
        )

    def update_state(self, gan, labels=None):
        """Adds `samples` steps of a generator.

        Args:
            gan: A model of kerasgan.
            labels: Conditions of `samples` images, such as whole numbers
                for a model of classes. Defaults to `None`: each class in
                turn; of other conditions, random ones.
        """
        if not hasattr(gan, "sample_inputs"):
            raise ValueError(
                "`gan` must be a model of kerasgan, since its generator is "
                f"called. Received: {type(gan).__name__}"
            )
        way = _WAYS[self.kind]
        # Both ends from one draw, so that the seed makes them independent.
        drawn = gan.sample_inputs(
            2 * self.samples, seed=self.seed, **self._asked(gan, labels)
        )
        if "latents" not in drawn:
            raise ValueError(
                "`gan` must be a model that draws from `latents`, between "
                f"which to go. Received: {type(gan).__name__}, which draws "
                f"from {', '.join(drawn)}"
            )
        a, b = np.split(drawn["latents"].astype("float64"), 2)
        t = np.zeros((self.samples, *(1,) * (a.ndim - 1)))
        if not self.at_ends:
            t = np.random.default_rng([self.seed, 1]).uniform(size=t.shape)
        for start in range(0, self.samples, _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, self.samples))
            others = {key: x[part] for key, x in drawn.items()}
            seen = []
            for at in (t[part], t[part] + self.epsilon):
                latents = way(a[part], b[part], at).astype("float32")
                inputs = {**others, "latents": latents}
                images = np.clip(gan.render(inputs), -1.0, 1.0)
                # Rounding to 256 levels would hide so small a step.
                seen.append(self.network.features(images, quantize=False))
            step = seen[0].astype("float64") - seen[1]
            squares = np.square(step).sum(axis=1, keepdims=True)
            self.add("generated", squares / self.epsilon**2)

    def _asked(self, gan, labels):
        """Returns the conditions of both ends, which have the same."""
        condition = getattr(gan, "condition", None)
        if condition is None:
            return {}
        if labels is not None:
            rows = condition.standardize(labels, self.samples, "labels")
        else:
            rows = condition.in_turn(self.samples)
        if rows is None:
            rng = np.random.default_rng([self.seed, 2])
            rows = condition.draw(self.samples, rng)
        return {"condition": np.concatenate([rows, rows])}

    def result(self):
        """Returns the mean over the middle 98 percent of the steps."""
        self.check_counts()
        found = self.generated.rows()[:, 0]
        low = np.percentile(found, 1, method="lower")
        high = np.percentile(found, 99, method="higher")
        return float(found[(found >= low) & (found <= high)].mean())

    def get_config(self):
        return {**super().get_config(), **self.protocol()}

import numpy as np

from kerasgan.metrics import features as feature_networks
from kerasgan.metrics.describe_model import describe_model
from kerasgan.metrics.evaluation import Evaluation
from kerasgan.metrics.get import get
from kerasgan.metrics.get import metric_class
from kerasgan.metrics.kid import fit_subsets
from kerasgan.metrics.sample_set import SampleSet
from kerasgan.utils import check_count


def evaluate(
    gan,
    real,
    metrics=("fid", "kid", "precision_recall", "density_coverage"),
    features="fashion_mnist",
    samples=10_000,
    seed=0,
    labels=None,
    floor_real=None,
    split=None,
    cache=None,
    batch_size=64,
):
    """Scores a generator against real images, and says how.

    A score alone means little: it hangs on the feature network, on the
    number of images, on how they were resized, and even real images do not
    reach the best value. The returned `Evaluation` therefore holds all of
    that beside the scores, and the floor: what as many other real images
    score in the place of the generated ones.

    Args:
        gan: A model of kerasgan; or generated images, `(n, height, width,
            channels)`, float in [-1, 1] or uint8, or a tuple of images and
            labels.
        real: Real images, or a tuple of images and labels, such as
            `kerasgan.datasets.load(...)` returns: best those that the model
            was not trained on. Where there are more than `samples`, as many
            are drawn.
        metrics: List of names (see `kerasgan.metrics.list_metrics`) or
            `kerasgan.metrics.GenerativeMetric` objects, which are reset.
            Defaults to FID, KID, precision, recall, density and coverage.
        features: The network for metrics given by name; see
            `kerasgan.metrics.features.get`. Defaults to `"fashion_mnist"`,
            which only fits images of that kind.
        samples: Integer, how many images are generated, and how many real
            ones are compared with at most. Defaults to 10,000.
        seed: Integer, for the latents and for what is drawn of the real
            images. Defaults to 0.
        labels: Integers `(samples,)`, the classes that a conditional model
            is asked for. Defaults to `None`: each class equally often, in
            turn.
        floor_real: Other real images, or a tuple with labels, such as the
            training images where `real` are the test images. Defaults to
            `None`: real images beyond the first `samples` if there are
            enough of them, otherwise one half of `real` against the other,
            with fewer images therefore and rather too high a floor; `False`
            measures none.
        split: String for the protocol, which part of the data `real` is,
            such as `"test"`. Defaults to `None`.
        cache: Folder in which features of real images are kept, so that they
            are computed only once. Defaults to `None`.
        batch_size: Integer, images generated at a time. Defaults to 64.

    Returns:
        `kerasgan.metrics.Evaluation`.

    Raises:
        ValueError: If images, labels or metrics are not as described, sizes
            differ, or there are too few images for a metric.

    Example:

    ```python
    import numpy as np
    import kerasgan

    def mean_of_rows(images):
        return images.mean(axis=(2, 3))

    real = np.random.default_rng(0).uniform(-1, 1, (64, 4, 4, 1))
    evaluation = kerasgan.evaluate(
        -real, real, metrics=["fid"], features=mean_of_rows
    )
    assert evaluation["fid"] < 0.1
    print(evaluation)
    ```
    """
    check_count("samples", samples)
    check_count("batch_size", batch_size)
    metrics, network, named = _get_metrics(metrics, features)
    real, floor = _split(real, floor_real, samples, seed, cache)
    generated, about = _generate(gan, samples, seed, labels, batch_size)
    for images in (generated, floor["images"]):
        if images and images.images.shape[1:] != real.images.shape[1:]:
            raise ValueError(
                f"`{images.argument}` and `real` must be images of one size. "
                f"Received: shapes {images.images.shape} and "
                f"{real.images.shape}"
            )
    sets = [generated, real, floor["images"], floor["real"]]
    least = min(len(images) for images in sets if images)
    metrics = [
        fit_subsets(metric, least) if is_named else metric
        for metric, is_named in zip(metrics, named)
    ]
    values, floors, settings = {}, {}, {}
    for metric in metrics:
        is_other = metric.network not in (network, None)
        suffix = f"_{metric.network.name}" if is_other else ""
        settings[metric.key + suffix] = {
            **(metric.network.describe() if is_other else {}),
            **metric.protocol(),
        }
        values |= _scores(metric, real, generated, suffix, gan)
        if floor["images"]:
            floors |= _scores(metric, floor["real"], floor["images"], suffix)
    protocol = {
        **({} if network is None else network.describe()),
        "images": list(real.images.shape[1:]),
        "generated": about,
        "real": {
            "samples": len(real),
            "split": split,
            "sha256": real.sha256,
        },
        "floor": floor["source"]
        and {
            "samples": len(floor["images"]),
            "against": len(floor["real"]),
            "source": floor["source"],
        },
        "metrics": settings,
        "kerasgan": _version(),
    }
    return Evaluation(values, floors, protocol)


def _get_metrics(metrics, features):
    """Returns metrics, the network of most, and which are given by name."""
    if isinstance(metrics, str) or not hasattr(metrics, "__iter__"):
        metrics = [metrics]
    if not metrics:
        raise ValueError("`metrics` must name a metric. Received: none")
    network = None
    named = [isinstance(metric, str) for metric in metrics]
    if any(isinstance(m, str) and metric_class(m).has_network for m in metrics):
        network = feature_networks.get(features)
        if network is None:
            raise ValueError(
                "`features` must be a network here, where images are scored. "
                "Received: None"
            )
    metrics = [get(metric, network) for metric in metrics]
    for metric in metrics:
        if metric.network is None and metric.needs != "images":
            raise ValueError(
                "`metrics` must have a network. Received: "
                f"'{metric.name}' with features=None"
            )
        network = network or metric.network
    keys = [(metric.key, metric.network) for metric in metrics]
    if len(set(keys)) < len(keys):
        raise ValueError(
            "`metrics` must differ in kind or network, since their scores "
            f"are named by those. Received: {[m.name for m in metrics]}"
        )
    return metrics, network, named


def _split(real, floor_real, samples, seed, cache):
    """Returns the real images to compare with, and those of the floor."""
    real = SampleSet(real, "real", cache)
    rng = np.random.default_rng(seed)
    order = np.arange(len(real))
    if len(real) > samples:
        order = rng.permutation(len(real))
    chosen = real.take(order[:samples])
    none = {"images": None, "real": None, "source": None}
    if floor_real is False:
        return _alone(chosen, cache), none
    if floor_real is not None:
        others = SampleSet(floor_real, "floor_real", cache)
        if len(others) > samples:
            drawn = rng.permutation(len(others))[:samples]
            others = _alone(others.take(drawn), cache)
        chosen = _alone(chosen, cache)
        return chosen, {
            "images": others,
            "real": chosen,
            "source": "floor_real",
        }
    if len(real) >= 2 * samples:
        # Only these are read, in one pass.
        used = _alone(real.take(order[: 2 * samples]), cache)
        chosen = used.take(np.arange(samples))
        others = used.take(np.arange(samples, 2 * samples))
        return chosen, {
            "images": others,
            "real": chosen,
            "source": "other real images",
        }
    chosen = _alone(chosen, cache)
    if len(chosen) < 2:
        return chosen, none
    halves = np.array_split(rng.permutation(len(chosen)), 2)
    return chosen, {
        "images": chosen.take(halves[1]),
        "real": chosen.take(halves[0]),
        "source": "halves of the real images",
    }


def _alone(part, cache):
    """Returns a part as a set of its own, so that only it is read."""
    return SampleSet((part.images, part.labels), part.argument, cache)


def _generate(gan, samples, seed, labels, batch_size):
    """Returns generated images, and what the protocol says of them."""
    if not hasattr(gan, "generate"):
        generated = SampleSet(gan, "gan")
        if labels is not None:
            generated = SampleSet((generated.images, labels), "gan")
        if len(generated) > samples:
            generated = generated.take(np.arange(samples))
        return generated, {"samples": len(generated), "model": None}
    options, asked = {}, None
    classes = getattr(gan, "num_classes", None)
    if classes:
        asked = "each class in turn" if labels is None else "given"
        if labels is None:
            labels = np.arange(samples) % classes
        options = {"labels": np.asarray(labels, "int32")}
    elif labels is not None:
        raise ValueError(
            "`labels` must be None for a model without classes. Received: "
            f"{len(labels)} labels"
        )
    images = gan.generate(samples, seed=seed, batch_size=batch_size, **options)
    about = {"samples": samples, **describe_model(gan, seed, asked)}
    return SampleSet((images, options.get("labels")), "gan"), about


def _scores(metric, real, generated, suffix, gan=None):
    """Returns a dict of what a metric finds of generated images.

    Args:
        metric: `GenerativeMetric`.
        real: `SampleSet` to compare with.
        generated: `SampleSet`, of real images where the floor is measured.
        suffix: String, added to the keys.
        gan: The model, or `None` where the floor is measured.
    """
    is_floor = gan is None
    labels = generated.labels
    if is_floor and (
        metric.needs == "generator" or (metric.needs_labels and labels is None)
    ):
        return {}
    metric.reset_state()
    metric.reset_real()
    if metric.needs == "generator":
        metric.update_state(gan)
    else:
        if metric.compares:
            metric.add("real", real.rows_for(metric), real.labels)
        metric.add("generated", generated.rows_for(metric), labels)
    found = metric.result()
    metric.reset_state()
    metric.reset_real()
    if not isinstance(found, dict):
        found = {metric.key: found}
    return {key + suffix: value for key, value in found.items()}


def _version():
    import kerasgan

    return kerasgan.__version__

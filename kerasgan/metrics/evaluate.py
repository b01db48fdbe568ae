import os

import keras

from kerasgan import datasets
from kerasgan.metrics.compared_images import generated_images
from kerasgan.metrics.compared_images import real_images
from kerasgan.metrics.evaluation import Evaluation
from kerasgan.metrics.features.chosen import chosen
from kerasgan.metrics.opened_images import data_set_of
from kerasgan.metrics.opened_images import is_place
from kerasgan.metrics.opened_images import open_images
from kerasgan.metrics.opened_images import shape_of
from kerasgan.metrics.sample_set import SampleSet
from kerasgan.metrics.scorer import Scorer
from kerasgan.metrics.scorer import least_of
from kerasgan.utils import check_count
from kerasgan.utils.seeds import check_seed


def evaluate(
    gan,
    real,
    metrics=("fid", "kid", "precision_recall", "density_coverage"),
    features="auto",
    samples: int = 10_000,
    seed: int = 0,
    labels=None,
    floor_real=None,
    split: str | None = None,
    cache: str | os.PathLike | None = None,
    batch_size: int = 64,
    verbose: str | int = "auto",
) -> Evaluation:
    """Scores a generator against real images, and says how.

    A score alone means little: it depends on the feature network, on the
    number of images, on how they were resized, and even real images do not
    reach the best value. The returned `Evaluation` therefore holds all of
    that beside the scores, and the floor: what as many other real images
    score in the place of the generated ones.

    Images of a model are drawn and read some hundred at a time. Of them all
    only that is in memory which the metrics need: sums for FID, features for
    KID and the metrics of neighbours, bytes where pixels are compared.

    Args:
        gan: A model of kerasgan; or generated images, `(n, height, width,
            channels)`, float in [-1, 1] or uint8, or a tuple of images and
            labels; or a folder of pictures.
        real: Real images, or a tuple of images and labels, such as
            `kerasgan.datasets.load(...)` returns: best those that the model
            was not trained on. Where there are more than `samples`, as many
            are drawn. Or a folder of pictures, which are cropped and resized
            to the size of the generated ones; or the name of a data set, of
            which the test images are taken, and the training images for the
            floor.
        metrics: List of names (see `kerasgan.metrics.list_metrics`) or
            `kerasgan.metrics.GenerativeMetric` objects, which are reset.
            Defaults to FID, KID, precision, recall, density and coverage.
        features: The network for metrics given by name; see
            `kerasgan.metrics.features.get`. Defaults to `"auto"`: for grey
            images of 28 x 28 pixels the classifier of MNIST or of
            Fashion-MNIST that is surer of the real ones, else, and where
            neither is, `"efficientnet_lite0"`. The protocol names it.
        samples: Integer, how many images are generated, and how many real
            ones are compared with at most. Defaults to 10,000.
        seed: Integer, for the latents and for what is drawn of the real
            images. Defaults to 0.
        labels: Integers `(samples,)`, the classes that a conditional model
            is asked for, or as many conditions of another kind, as `generate`
            takes them. Defaults to `None`: each class equally often, in turn;
            random conditions of other kinds.
        floor_real: Other real images, or a tuple with labels, such as the
            training images where `real` are the test images. Defaults to
            `None`: real images beyond the first `samples` if there are
            enough of them, otherwise one half of `real` against the other,
            with fewer images therefore and rather too high a floor, and none
            of metrics for which these are too few; `False` measures none.
        split: String for the protocol, which part of the data `real` is,
            such as `"test"`. Defaults to `None`.
        cache: Folder in which features of real images are kept, so that they
            are computed only once. Defaults to `None`.
        batch_size: Integer, images generated at a time. Defaults to 64.
        verbose: `"auto"` (default) or 1 for a progress bar, 2 for one line,
            0 for nothing, as in `keras.Model.evaluate`.

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
        -real, real, metrics=["fid"], features=mean_of_rows, verbose=0
    )
    assert evaluation["fid"] < 0.1
    print(evaluation)
    ```
    """
    check_count("samples", samples)
    check_count("batch_size", batch_size)
    seed = check_seed(seed, optional=False)
    gan, real, floor_real, split, known = _opened(
        gan, real, floor_real, split, samples, seed
    )
    if isinstance(features, str) and features == "auto":
        features = known or chosen(SampleSet(real, "real"))
    scorer = Scorer(metrics, features)
    _check_keys(scorer.metrics)
    generated = generated_images(gan, samples, seed, labels, batch_size)
    real, floor = real_images(real, floor_real, samples, seed, cache)
    sets = [generated, real, floor.images, floor.real]
    for images in sets:
        _check_size(images, real)
    scorer.fit(min(len(images) for images in sets if images is not None))
    _check_counts(scorer, real, generated, floor, samples)
    bar = keras.utils.Progbar(
        len(real) + len(generated),
        verbose=1 if verbose == "auto" else verbose,
        unit_name="image",
    )
    scorer.take_real(real)
    bar.add(len(real))
    for part in generated.parts():
        _check_size(part, real)
        scorer.add(part)
        bar.add(len(part))
    values = _scores(scorer, scorer.results(generated.gan))
    floors = _floors(scorer, floor)
    scorer.forget()
    protocol = {
        **({} if scorer.network is None else scorer.network.describe()),
        "images": list(real.shape),
        "generated": generated.about,
        "real": {
            "samples": len(real),
            "split": split,
            "sha256": real.sha256,
        },
        "floor": floor.describe(),
        "metrics": {
            metric.key + suffix: {
                **(metric.network.describe() if suffix else {}),
                **metric.protocol(),
            }
            for metric, suffix in zip(scorer.metrics, _suffixes(scorer))
        },
        "kerasgan": _version(),
    }
    return Evaluation(values, floors, protocol)


def _opened(gan, real, floor_real, split, samples, seed):
    """Returns what `evaluate` compares, where users named it, read.

    Beside it the feature network that a data set's name says, or `None`.
    """
    if is_place(gan):
        gan = open_images(gan, "gan", None, samples, seed)
    if not is_place(real):
        return gan, real, floor_real, split, None
    known = data_set_of(real)
    name, shape = str(real), shape_of(gan)
    # Twice as many as are scored: the others measure the floor.
    real = open_images(real, "real", shape, 2 * samples, seed)
    if isinstance(real, tuple) and split is None:
        split = "test"
        if floor_real is None:
            floor_real = datasets.load(name, "train")
    return gan, real, floor_real, split, known


def _check_keys(metrics):
    keys = [(metric.key, metric.network) for metric in metrics]
    if len(set(keys)) < len(keys):
        raise ValueError(
            "`metrics` must differ in kind or network, since their scores "
            f"are named by those. Received: {[m.name for m in metrics]}"
        )


def _check_size(images, real):
    if images is None or images.shape in (None, real.shape):
        return
    raise ValueError(
        f"`{images.argument}` and `real` must be images of one size. "
        f"Received: images of shape {images.shape} and {real.shape}"
    )


def _check_counts(scorer, real, generated, floor, samples):
    """Raises unless there are enough images, before any is read."""
    asked = "`samples` must ask for"
    is_cut = len(generated) == samples
    scorer.check_count(
        "generated", len(generated), asked if is_cut else "`gan` must hold"
    )
    is_cut = len(real) == samples
    scorer.check_count(
        "real", len(real), asked if is_cut else "`real` must hold"
    )
    if floor.source == "floor_real":
        scorer.check_count(
            "generated", len(floor.images), "`floor_real` must hold"
        )


def _suffixes(scorer):
    """Returns what is added to the key of each metric."""
    return [
        ""
        if metric.network in (scorer.network, None)
        else f"_{metric.network.name}"
        for metric in scorer.metrics
    ]


def _scores(scorer, results):
    """Returns a dict of what metrics have found."""
    suffixes = dict(zip(scorer.metrics, _suffixes(scorer)))
    scores = {}
    for metric, found in results:
        if not isinstance(found, dict):
            found = {metric.key: found}
        for key, value in found.items():
            scores[key + suffixes[metric]] = value
    return scores


def _floors(scorer, floor):
    """Returns the scores of real images in the place of generated ones."""
    if floor.source is None:
        return {}
    left_out = [
        metric
        for metric in scorer.metrics
        if metric.needs == "generator"
        or (metric.needs_labels and floor.images.labels is None)
        or len(floor.images) < least_of(metric, "generated")
        or len(floor.real) < least_of(metric, "real")
    ]
    scorer.take_real(floor.real, left_out)
    scorer.add(floor.images, left_out)
    return _scores(scorer, scorer.results(leave_out=left_out))


def _version():
    import kerasgan

    return kerasgan.__version__

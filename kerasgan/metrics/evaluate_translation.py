import keras
import numpy as np

from kerasgan.metrics.evaluate import evaluate
from kerasgan.metrics.evaluation import Evaluation
from kerasgan.metrics.psnr import PSNR
from kerasgan.metrics.ssim import SSIM
from kerasgan.utils import check_count
from kerasgan.utils.as_array import as_array
from kerasgan.utils.check_images import check_images
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.pixels import to_bytes

#: Of images and those that they should be.
OF_PAIRS = ("l1", "psnr", "ssim")
_WINDOW = 11  # pixels that SSIM needs


def evaluate_translation(
    game,
    x,
    y=None,
    is_paired: bool | None = None,
    metrics=("l1", "psnr", "ssim", "fid", "kid"),
    features="efficientnet_lite0",
    samples: int = 10_000,
    seed: int = 0,
    batch_size: int = 16,
) -> Evaluation:
    """Scores a model that translates images, best on held-out ones.

    Of pairs, what inputs become is compared with their own targets: `l1`, the
    mean absolute difference of values in [-1, 1], `psnr` in decibels and
    `ssim`. Whether there are pairs or not, what is made is compared with all
    that it might be by FID and KID. A model of two ways is scored both ways,
    as `fid_to_b` and `fid_to_a`.

    Args:
        game: `kerasgan.models.Pix2Pix`, `CycleGAN` or `SRGAN`.
        x: Images to translate, `(n, height, width, channels)`, uint8 or float
            in [-1, 1]; or a data set of batches of both kinds, such as
            `kerasgan.datasets.paired` makes.
        y: What they are to become, or for `CycleGAN` images of kind b, if `x`
            is an array. Defaults to `None`.
        is_paired: Bool, whether they belong together. Defaults to `None`:
            what a data set says of itself, and otherwise `False` for a model
            of two ways and `True` for one of one.
        metrics: List of `"l1"`, `"psnr"`, `"ssim"` and of names that
            `kerasgan.evaluate` takes. Those that do not fit are left out,
            which the protocol says: of pairs where there are none, of windows
            where images are too small, of networks that do not see images of
            such channels. Defaults to `('l1', 'psnr', 'ssim', 'fid', 'kid')`.
        features: See `kerasgan.evaluate`. Defaults to
            `"efficientnet_lite0"`.
        samples: Integer, how many images are used at most. Defaults to
            10,000.
        seed: Integer, of a generator's noise. Defaults to 0.
        batch_size: Integer, images translated at a time. Defaults to 16.

    Returns:
        `kerasgan.metrics.Evaluation`. Its protocol says what the inputs
        themselves would score, where they are like their targets in shape.

    Raises:
        ValueError: If images, or a metric, are not as described.

    Example:

    ```python
    import numpy as np
    import kerasgan

    game = kerasgan.applications.Pix2Pix(input_shape=(16, 16, 1), filters=2)
    x = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 1), "uint8")
    found = kerasgan.metrics.evaluate_translation(
        game, x, 255 - x, metrics=["l1", "psnr"]
    )
    assert found["l1"] > 0 and "doing nothing" in found.protocol["to b"]
    ```
    """
    if not hasattr(game, "translate"):
        raise ValueError(
            "`game` must be a model that translates, such as a Pix2Pix. "
            f"Received: {type(game).__name__}. `kerasgan.evaluate` scores it."
        )
    check_count("samples", samples)
    check_count("batch_size", batch_size)
    two_ways = hasattr(game, "generator_a")
    if is_paired is None:
        is_paired = getattr(x, "is_paired", not two_ways)
    x, y = _images(x, y, samples)
    values, floor, protocol = {}, {}, {}
    for kind in "ba" if two_ways else "b":
        inputs, targets = (x, y) if kind == "b" else (y, x)
        way = {"to": kind} if two_ways else {}
        made = game.translate(inputs, seed=seed, batch_size=batch_size, **way)
        if is_paired and made.shape != targets.shape:
            raise ValueError(
                "`y` must be images as `game` makes them of `x`. Received: "
                f"shape {targets.shape}, and {made.shape} are made"
            )
        found = _score(
            inputs, np.clip(made, -1.0, 1.0), targets, is_paired, metrics,
            features, samples,
        )  # fmt: skip
        end = f"_to_{kind}" if two_ways else ""
        values |= {f"{key}{end}": v for key, v in found.items()}
        floor |= {f"{key}{end}": v for key, v in found.floor.items()}
        protocol[f"to {kind}"] = found.protocol
    return Evaluation(values, floor, protocol)


def _images(x, y, samples):
    """Returns arrays of both kinds of images."""
    if isinstance(x, keras.utils.PyDataset):
        held, count = [], 0
        for index in range(x.num_batches):
            held.append(x[index])
            count += len(held[-1][0])
            if count >= samples:
                break
        x, y = (np.concatenate(parts) for parts in zip(*held))
    if y is None:
        raise ValueError(
            "`y` must be what the images are to become, or `x` a data set of "
            "both. Received: y=None"
        )
    pair = []
    for images, name in ((x, "x"), (y, "y")):
        images = as_array(images, name, "an array of images")[:samples]
        shape = images.shape[1:] if images.ndim == 4 else (None,) * 3
        check_images(images, name, shape)
        pair.append(images)
    return pair


def _score(inputs, made, targets, is_paired, metrics, features, samples):
    """Returns the `Evaluation` of one way."""
    values, left_out = {}, {}
    about = {"translated": len(made), "images": list(made.shape[1:])}
    about["paired"] = bool(is_paired)
    pairwise = [name for name in metrics if name in OF_PAIRS]
    if pairwise and not is_paired:
        left_out |= dict.fromkeys(pairwise, "there are no pairs")
        pairwise = []
    if "ssim" in pairwise and min(made.shape[1:3]) < _WINDOW:
        pairwise.remove("ssim")
        left_out["ssim"] = f"images have less than {_WINDOW} pixels"
    targets = from_bytes(targets)
    if pairwise:
        values |= compare(targets, made, pairwise)
        if inputs.shape == targets.shape:
            about["doing nothing"] = compare(
                targets, from_bytes(inputs), pairwise
            )
    others = [name for name in metrics if name not in OF_PAIRS]
    least = min(len(made), len(targets))
    if others and made.shape[-1] not in (1, 3):
        left_out |= dict.fromkeys(others, f"of {made.shape[-1]} channels")
        others = []
    if others and least < 2:
        left_out |= dict.fromkeys(others, "of one image")
        others = []
    floor = {}
    if others:
        found = evaluate(
            to_bytes(made),
            to_bytes(targets),
            metrics=others,
            features=features,
            samples=samples,
            verbose=0,
        )
        values |= found.values
        floor, about = found.floor, {**about, **found.protocol}
    if left_out:
        about["left out"] = left_out
    return Evaluation(values, floor, about)


def compare(true, made, metrics=OF_PAIRS):
    """Returns how far images are from those that they should be.

    Args:
        true: Float32 array `(n, height, width, channels)` in [-1, 1].
        made: The same shape.
        metrics: Names of `"l1"`, `"psnr"` and `"ssim"`.

    Returns:
        Dict from the names to floats, means over the images.

    Example:

    ```python
    import numpy as np
    from kerasgan.metrics.evaluate_translation import compare

    ones = np.ones((2, 4, 4, 1), "float32")
    assert abs(compare(ones, 0 * ones, ["l1"])["l1"] - 1.0) < 1e-6
    ```
    """
    found = {}
    for name in metrics:
        if name == "l1":
            found[name] = float(np.mean(np.abs(true - made), dtype="float64"))
            continue
        metric = PSNR() if name == "psnr" else SSIM()
        for start in range(0, len(true), 64):
            rows = slice(start, start + 64)
            metric.update_state(true[rows], made[rows])
        found[name] = float(keras.ops.convert_to_numpy(metric.result()))
    return found

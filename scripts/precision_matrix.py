"""Trains every model in every precision, with one and three channels.

    python scripts/precision_matrix.py --out precision.jsonl

Each case makes a small model, trains it for a few steps, and checks that all
numbers are finite, that its losses are near those of float32, and that it is
saved, loaded, draws the same images and goes on. A line of JSON a case is
appended to `--out`, which also says what need not be done again; the table of
what holds is printed at the end. Each backend is a process of its own.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback
import warnings

BACKENDS = ("tensorflow", "jax", "torch")
PRECISIONS = (
    "float32",
    "float64",
    "floatx float64",
    "mixed_bfloat16",
    "mixed_float16",
)
# How far losses may be from those of float32 after a few steps.
NEAR = 0.25
STEPS = 4


def cases():
    """Returns `{name: (model, arguments, whether it takes labels)}`."""
    small = {"latent_dim": 4, "filters": 4}
    labelled = {**small, "num_classes": 3}
    return {
        "GAN": ("GAN", {"latent_dim": 4, "units": (8,)}, False),
        "DCGAN": ("DCGAN", small, False),
        "BEGAN": ("BEGAN", small, False),
        "BiGAN": ("BiGAN", {**small, "units": 4}, False),
        "DAGAN": (
            "DAGAN",
            {**small, "units": 4, "discriminator_steps": 1},
            True,
        ),
        "EBGAN": ("EBGAN", {**small, "code_dim": 4}, False),
        "SemiSupervisedGAN": ("SemiSupervisedGAN", labelled, True),
        "AAE": ("AAE", {"latent_dim": 2, "units": (4,)}, False),
        "LSGAN": ("LSGAN", small, False),
        "CGAN": ("CGAN", {**labelled, "units": 8}, True),
        "ACGAN": (
            "ACGAN",
            {**labelled, "units": 8, "discriminator_filters": (4, 8)},
            True,
        ),
        "GANCLS": ("GANCLS", {**labelled, "units": 8}, True),
        "InfoGAN": ("InfoGAN", {"filters": 4, "units": 8}, False),
        "VAEGAN": ("VAEGAN", small, False),
        "WGAN": ("WGAN", {**small, "warm_up_updates": 0}, False),
        "WGANGP": ("WGANGP", {**small, "discriminator_steps": 2}, False),
        "WGANGP resnet": (
            "WGANGP",
            {**small, "network": "resnet", "discriminator_steps": 2},
            False,
        ),
        "SNGAN": ("SNGAN", {**small, "discriminator_steps": 1}, False),
        "SNGAN sndcgan": (
            "SNGAN",
            {**small, "network": "sndcgan", "discriminator_steps": 1},
            False,
        ),
        "ProjectionGAN": (
            "ProjectionGAN",
            {**labelled, "discriminator_steps": 1},
            True,
        ),
        "ProjectionGAN sndcgan": (
            "ProjectionGAN",
            {**labelled, "network": "sndcgan", "discriminator_steps": 1},
            True,
        ),
        "Pix2Pix": ("Pix2Pix", {"filters": 2}, False),
        "CycleGAN": ("CycleGAN", {"filters": 2, "blocks": 1}, False),
        "DiscoGAN": ("DiscoGAN", {"filters": 2}, False),
        "DualGAN": ("DualGAN", {"filters": 2}, False),
        "SRGAN": (
            "SRGAN",
            {"scale": 2, "filters": 2, "blocks": 1, "units": 4},
            False,
        ),
        "UnrolledGAN": (
            "UnrolledGAN",
            {"latent_dim": 4, "units": (8,), "unrolling_steps": 2},
            False,
        ),
        "ProGAN": (
            "ProGAN",
            {"latent_dim": 4, "width": 1 / 128, "kimg": 0.016},
            False,
        ),
    }


def try_case(name, precision, channels, folder):
    """Returns the losses after a few steps; raises where something fails."""
    import keras
    import numpy as np

    import kerasgan

    keras.utils.clear_session()
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    if precision == "floatx float64":
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        dtype = None
    else:
        dtype = precision
    model, arguments, has_labels = cases()[name]

    is_paired = model == "Pix2Pix"
    shape = "input_shape" if is_paired else "image_shape"
    side = 16 if model == "SRGAN" else 8

    def make(dtype):
        return kerasgan.applications.get(model)(
            **{shape: (side, side, channels)},
            seed=0,
            ema=20.0,
            dtype=dtype,
            **arguments,
        )

    gan = make(dtype)
    # The same initial weights: each type has random numbers of its own.
    plain = make("float32")
    for network in gan._network_names:
        getattr(gan, network).set_weights(getattr(plain, network).get_weights())
    rng = np.random.default_rng(0)
    rows = STEPS * gan._minibatches_per_step * 8
    images = rng.integers(0, 256, (rows, side, side, channels), np.uint8)
    labels = (rng.integers(0, 3, rows),) if has_labels else ()
    if hasattr(gan, "translate") and model != "SRGAN":
        labels = (images[::-1],)

    def fit(gan):
        history = gan.fit(
            images, *labels, batch_size=8, shuffle=False, verbose=0
        )
        return {key: float(v[-1]) for key, v in history.history.items()}

    def numbers(gan):
        return [np.array(v, "float64") for v in gan.get_weights()]

    losses = fit(gan)
    wrong = [key for key, value in losses.items() if not np.isfinite(value)]
    if wrong:
        raise ArithmeticError(f"not finite: {', '.join(wrong)}")
    if not all(np.isfinite(weights).all() for weights in numbers(gan)):
        raise ArithmeticError("weights that are not finite")
    gan.evaluate(images, *labels, batch_size=8, verbose=0)
    file = pathlib.Path(folder) / "gan.keras"
    gan.save(file)
    loaded = keras.saving.load_model(file)
    options = {"labels": [0, 1, 2]} if has_labels else {}
    drawn = [g.generate(3, seed=0, **options) for g in (gan, loaded)]
    if not np.array_equal(*drawn):
        raise AssertionError("other images after loading")
    ends = [fit(g) for g in (gan, loaded)]
    for key in ends[0]:
        if not np.isclose(ends[0][key], ends[1][key], rtol=1e-3, atol=1e-3):
            raise AssertionError(f"another {key} after loading")
    return losses


def run_backend(options):
    """Tries the cases of this process' backend, and writes a line each."""
    import keras

    warnings.simplefilter("ignore")
    backend = keras.backend.backend()
    records = read(options.out)
    done = {record_key(record): record for record in records}
    names = options.models.split(",") if options.models else list(cases())
    for name in names:
        for channels in (1, 3):
            for precision in PRECISIONS:
                record = {
                    "backend": backend,
                    "model": name,
                    "channels": channels,
                    "precision": precision,
                }
                if record_key(record) in done:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    try:
                        losses = try_case(name, precision, channels, folder)
                        record["losses"] = losses
                        record["failed"] = distance(record, done)
                    except Exception as error:
                        if options.traceback:
                            traceback.print_exc()
                        text = " ".join(str(error).split())[:200]
                        record["failed"] = f"{type(error).__name__}: {text}"
                done[record_key(record)] = record
                print(
                    backend, name, channels, precision, record["failed"] or "ok"
                )
                with open(options.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")


def distance(record, done):
    """Returns how losses differ from those of float32, `None` if little."""
    plain = done.get(record_key({**record, "precision": "float32"}))
    if plain is None or not plain.get("losses"):
        return None
    for key in ("d_loss", "g_loss"):
        a, b = record["losses"][key], plain["losses"][key]
        if abs(a - b) > NEAR * max(1.0, abs(b)):
            return f"{key} {a:.4g}, in float32 {b:.4g}"
    return None


def record_key(record):
    names = ("backend", "model", "channels", "precision")
    return tuple(record[name] for name in names)


def read(path):
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def table(records):
    """Returns how many cases of each backend and precision hold."""
    lines = ["| backend | " + " | ".join(PRECISIONS) + " |"]
    lines.append("|---" * (len(PRECISIONS) + 1) + "|")
    for backend in BACKENDS:
        cells = []
        for precision in PRECISIONS:
            own = [
                r
                for r in records
                if (r["backend"], r["precision"]) == (backend, precision)
            ]
            held = sum(r["failed"] is None for r in own)
            cells.append(f"{held} of {len(own)}")
        lines.append(f"| {backend} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--backend", action="append", choices=BACKENDS)
    parser.add_argument("--models", help="names with commas between them")
    parser.add_argument("--traceback", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.here:
        run_backend(options)
        return
    words = list(sys.argv[1:] if argv is None else argv)
    for backend in options.backend or BACKENDS:
        subprocess.run(
            [sys.executable, __file__, *words, "--here"],
            env={
                **os.environ,
                "KERAS_BACKEND": backend,
                "TF_CPP_MIN_LOG_LEVEL": "3",
            },
            check=True,
        )
    print(table(read(options.out)))


if __name__ == "__main__":
    main()

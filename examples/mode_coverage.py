"""Which games find all modes: eight Gaussians on a ring, 25 on a grid.

Trains each game of `METHODS` on each data set from several seeds and counts,
in 2,500 generated points, the modes that were found, the share of points
within three standard deviations of one, and the KL divergence from the
histogram over the modes to equal shares. One line of JSON a run is appended to
`runs.jsonl` at once; what stands there is not run again, so that the
experiment can be interrupted and divided. `table.md` has the means and
standard errors of all runs in that file that have the settings asked for,
beside published ones (in italics).

    KERAS_BACKEND=jax python examples/mode_coverage.py --seeds 10
"""

import argparse
import itertools
import json
import pathlib
import time

import keras
import numpy as np

import kerasgan

# The seed of a run is that of its weights, latents and order of the data.
# Learning rates fall along a cosine to a hundredth where `decay` is true.
DEFAULTS = {
    "points": 102_400,
    "batch_size": 256,
    "samples": 2500,
    "sample_seed": 1,
    "latent_dim": 2,
    "latent_prior": "uniform",
    "generator_units": [128, 128, 128, 128],
    "discriminator_units": [128, 128, 128, 128],
    "generator_activation": "relu",
    "discriminator_activation": "leaky_relu",
    "kernel_initializer": "he_normal",
    "loss": "non_saturating",
    "regularizer": None,
    "weight": None,
    "discriminator_steps": 1,
    "packing": 1,
    "unrolling_steps": None,
    "generator_rate": 1e-3,
    "discriminator_rate": 1e-3,
    "beta_1": 0.0,
    "beta_2": 0.99,
    "decay": True,
    "ema_half_life": 20_000,
}
# The networks of the unrolled GAN's authors for this data. Their rate for the
# discriminator is a tenth, for four times as many steps and larger batches: a
# step costs that of many others.
UNROLLED = {
    "steps": 6_000,
    "batch_size": 128,
    "latent_dim": 256,
    "latent_prior": "normal",
    "generator_units": [128, 128],
    "discriminator_units": [128, 128],
    "generator_activation": "tanh",
    "discriminator_activation": "tanh",
    "kernel_initializer": {"class_name": "Orthogonal", "config": {"gain": 1.4}},
    "loss": "minimax",
    "beta_1": 0.5,
    "beta_2": 0.999,
}
GENTLE = {"beta_1": 0.5, "generator_rate": 3e-4, "discriminator_rate": 3e-4}
METHODS = {
    "unrolled-0": UNROLLED | {"unrolling_steps": 0},  # their plain GAN
    "unrolled-5": UNROLLED | {"unrolling_steps": 5},
    "unrolled-10": UNROLLED | {"unrolling_steps": 10},
    "gan": GENTLE,
    "packing-2": GENTLE | {"packing": 2},
    "wgan-gp": {
        "loss": "wasserstein",
        "regularizer": "gradient_penalty",
        "weight": 0.1,
        "discriminator_steps": 2,
        "beta_1": 0.5,
    },
    "r1": {"regularizer": "r1", "weight": 0.01},
}
# Both are brought to about the same extent: `scale` multiplies the points.
DATA = {
    "ring": {"steps": 12_000, "scale": 1.0},
    "grid": {"steps": 20_000, "scale": 0.25},
}
MIXTURES = {
    "ring": (kerasgan.datasets.gaussian_ring, 0.01),
    "grid": (kerasgan.datasets.gaussian_grid, 0.05),
}
# Modes of 8, high quality %, reverse KL; then the same for 25: as printed, of
# 2,500 samples; "+-" is the standard error of ten runs.
PUBLISHED = {
    "VEEGAN's GAN": "1 | 99.3 | - | 3.3 | 0.5 | -",
    "VEEGAN's ALI": "2.8 | 0.13 | - | 15.8 | 1.6 | -",
    "VEEGAN's Unrolled (5)": "7.6 | 35.6 | - | 23.6 | 16 | -",
    "VEEGAN": "8 | 52.9 | - | 24.6 | 40 | -",
    "PacGAN's GAN": (
        "6.3 +- .5 | 98.2 +- .2 | .45 +- .09 | 17.3 +- .8 | 94.8 +- .7 | "
        ".70 +- .07"
    ),
    "PacGAN's ALI": (
        "6.6 +- .3 | 97.6 +- .4 | .36 +- .04 | 24.1 +- .4 | 95.7 +- .6 | "
        ".14 +- .03"
    ),
    "PacGAN2": (
        "7.9 +- .1 | 95.6 +- 2.0 | .07 +- .03 | 23.8 +- .7 | 91.3 +- .8 | "
        ".13 +- .04"
    ),
    "PacGAN3": (
        "7.8 +- .1 | 97.7 +- .3 | .10 +- .02 | 24.6 +- .4 | 94.2 +- .4 | "
        ".06 +- .02"
    ),
    "PacGAN4": (
        "7.8 +- .1 | 95.9 +- 1.4 | .07 +- .02 | 24.8 +- .2 | 93.6 +- .6 | "
        ".04 +- .01"
    ),
}


def build(settings, seed):
    """Returns the compiled game of a run."""
    shared = {"kernel_initializer": settings["kernel_initializer"]}
    generator = kerasgan.networks.mlp_generator(
        (2,),
        settings["latent_dim"],
        settings["generator_units"],
        activation=settings["generator_activation"],
        output_activation=None,
        seed=seed,
        **shared,
    )
    discriminator = kerasgan.networks.mlp_discriminator(
        (2 * settings["packing"],),
        settings["discriminator_units"],
        activation=settings["discriminator_activation"],
        seed=seed + 1000,
        **shared,
    )
    game, options = kerasgan.models.GAN, {}
    if settings["unrolling_steps"] is not None:
        game = kerasgan.models.UnrolledGAN
        options["unrolling_steps"] = settings["unrolling_steps"]
    if settings["regularizer"] is not None:
        regularizer = kerasgan.regularizers.get(settings["regularizer"])
        options["regularizers"] = [type(regularizer)(settings["weight"])]
    if settings["ema_half_life"] is not None:
        half_life = settings["ema_half_life"]
        options["ema"] = kerasgan.training.EMA(half_life, ramp_up=0.05)
    if settings["packing"] > 1:
        packing = kerasgan.augmentations.Packing(settings["packing"])
        options["augmentation"] = packing
    gan = game(
        generator,
        discriminator,
        loss=settings["loss"],
        latent_prior=settings["latent_prior"],
        discriminator_steps=settings["discriminator_steps"],
        seed=seed,
        **options,
    )
    gan.compile(
        generator_optimizer=_adam(settings, "generator", 1),
        discriminator_optimizer=_adam(
            settings, "discriminator", settings["discriminator_steps"]
        ),
    )
    return gan


def _adam(settings, player, updates_a_step):
    rate = settings[f"{player}_rate"]
    if settings["decay"]:
        rate = keras.optimizers.schedules.CosineDecay(
            rate, settings["steps"] * updates_a_step, alpha=0.01
        )
    return keras.optimizers.Adam(rate, settings["beta_1"], settings["beta_2"])


def play(data, settings, seed):
    """Trains one game and returns what it covers."""
    keras.utils.set_random_seed(seed)
    scale = settings["scale"]
    make, std = MIXTURES[data]
    points, _, centers = make(settings["points"], std=std)
    gan = build(settings, seed)
    a_step = settings["batch_size"] * settings["discriminator_steps"]
    steps_an_epoch = max(len(points) // a_step, 1)
    # Equal batches only: JAX would compile another step for the last one.
    points = scale * points[: steps_an_epoch * a_step]
    begin = time.perf_counter()
    gan.fit(
        points,
        batch_size=settings["batch_size"],
        epochs=round(settings["steps"] / steps_an_epoch) or 1,
        verbose=0,
    )
    seconds = time.perf_counter() - begin
    made = gan.generate(
        settings["samples"],
        seed=settings["sample_seed"],
        batch_size=settings["samples"],
    )
    coverage = kerasgan.metrics.ModeCoverage(centers, std=std)
    steps = int(keras.ops.convert_to_numpy(gan.steps_seen))
    result = {"steps": steps, "seconds": round(seconds, 1)}
    if not np.isfinite(made).all():
        # A run that diverged counts: it found nothing.
        return result | {"modes": 0, "high_quality": 0.0, "reverse_kl": None}
    result |= coverage(made / scale)
    if not result["modes"]:
        result["reverse_kl"] = None
    return result


def table(runs):
    """Returns a Markdown table of runs beside the published numbers."""
    lines = [
        "| game | runs | ring: modes of 8 | high quality % | reverse KL "
        "| grid: modes of 25 | high quality % | reverse KL |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for method in METHODS:
        cells, counts = [], []
        for data in DATA:
            mine = [
                r for r in runs if (r["data"], r["method"]) == (data, method)
            ]
            counts.append(len(mine))
            cells.append(_cell([r["modes"] for r in mine], 1))
            cells.append(_cell([100 * r["high_quality"] for r in mine], 1))
            cells.append(_cell([r["reverse_kl"] for r in mine], 3))
        if any(counts):
            count = " + ".join(map(str, counts))
            lines.append(f"| {method} | {count} | {' | '.join(cells)} |")
    lines += [f"| *{name}* | | {row} |" for name, row in PUBLISHED.items()]
    return "\n".join(lines) + "\n"


def _cell(values, digits):
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    mean = f"{np.mean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    error = np.std(values, ddof=1) / len(values) ** 0.5
    return f"{mean} +- {error:.{digits}f}"


def parse(argv):
    """Returns what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", choices=DATA, default=[*DATA])
    parser.add_argument(
        "--methods", nargs="+", choices=METHODS, default=[*METHODS]
    )
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="instead of those of DATA")
    parser.add_argument("--points", type=int, default=DEFAULTS["points"])
    parser.add_argument("--out", default="runs/mode_coverage")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse(argv)
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    record = out / "runs.jsonl"
    runs = []
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        runs = [json.loads(line) for line in lines]
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    for seed, data, method in itertools.product(seeds, args.data, args.methods):
        run = {"data": data, "method": method, "seed": seed}
        run |= protocol(args, data, method)
        if any(run.items() <= other.items() for other in runs):
            continue
        run |= play(data, run["settings"], seed)
        runs.append(run)
        with open(record, "a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        print(
            f"{data}, {method}, seed {seed}: {run['modes']} modes, "
            f"{run['high_quality']:.1%} of high quality, "
            f"{run['seconds']:.0f} s",
            flush=True,
        )
    # Of all runs that were ever recorded, those that may be compared.
    runs = [
        run
        for run in runs
        if run["method"] in METHODS
        and protocol(args, run["data"], run["method"]).items() <= run.items()
    ]
    (out / "table.md").write_text(table(runs), encoding="utf-8")
    print(table(runs))


def protocol(args, data, method):
    """Returns what all runs of a row and column of the table share."""
    settings = DEFAULTS | DATA[data] | METHODS[method]
    settings["points"] = args.points
    if args.steps:
        settings["steps"] = args.steps
    return {"backend": keras.backend.backend(), "settings": settings}


if __name__ == "__main__":
    main()

"""kerasgan's `fit` against a loop written by hand, of the same networks.

For each game and backend a process trains both, and on JAX kerasgan with
Keras' own transposed convolution too: rounds in turn, each an epoch of some
uint8 images of noise, after one that compiles. What `fit` does before and
after its epochs does not count, nor what a loop by hand does around its own.
Ratios are those of neighbouring rounds. Further processes train one of them
alone, that by hand without loading Keras, for the seconds from the start of
Python to the end of the first step, and for the peak of their memory. The
loops by hand are in `speed/native_*.py` and `speed/translation_*.py`.

Each backend is a process of its own. A line of JSON a process is appended to
`--out`; the table of the newest ones is printed, and written beside it.

    python benchmarks/training_speed.py --out benchmarks/training_speed.jsonl
"""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import pickle
import statistics
import subprocess
import sys
import tempfile
import time

import keras
import numpy as np
from speed import alone
from speed import chains
from speed.epochs import Epochs
from speed.machine import machine

import kerasgan

MADE = 64  # images that are generated at a time
BACKENDS = ("tensorflow", "jax", "torch")
# What Keras loads, and needs memory for, where it is installed.
HEAVY = (*BACKENDS, "scipy", "sklearn", "matplotlib")
ADAM = {"rate": 2e-4, "beta_1": 0.5, "beta_2": 0.999, "epsilon": 1e-7}
PLAIN = {
    **ADAM,
    "by_hand": ("native", "Game"),
    "networks": ("generator", "discriminator"),
    "loss": "non_saturating",
    "discriminator_steps": 1,
    "average": None,
    "latent_dim": 100,
}
TRANSLATION = {**ADAM, "discriminator_steps": 1, "latent_dim": None}
CRITIC = {"loss": "wasserstein", "penalty": 10.0, "beta_1": 0.0, "beta_2": 0.9}
# What the loop by hand does has to be what the model's defaults are.
GAMES = {
    "points": {
        **PLAIN,
        "model": "GAN",
        "arguments": {"image_shape": (2,), "latent_dim": 8, "units": (32,)},
        "latent_dim": 8,
        "batch_size": 64,
        "steps": 200,
    },
    "dcgan_28": {
        **PLAIN,
        "model": "DCGAN",
        "arguments": {"image_shape": (28, 28, 1)},
        "batch_size": 64,
        "steps": 20,
    },
    "dcgan_64": {
        **PLAIN,
        "model": "DCGAN",
        "arguments": {"image_shape": (64, 64, 3)},
        "batch_size": 32,
        "steps": 6,
    },
    "wgan_gp_28": {
        **PLAIN,
        **CRITIC,
        "rate": 1e-4,
        "beta_1": 0.5,
        "drift": 0.0,
        "model": "WGANGP",
        "arguments": {"image_shape": (28, 28, 1)},
        "latent_dim": 128,
        "discriminator_steps": 5,
        "batch_size": 64,
        "steps": 4,
    },
    "progan_32": {
        **PLAIN,
        **CRITIC,
        "rate": 1e-3,
        "beta_2": 0.99,
        "epsilon": 1e-8,
        "drift": 1e-3,
        "average": 0.999,
        "model": "ProGAN",
        "arguments": {
            "image_shape": (32, 32, 3),
            "width": 1 / 16,
            "max_channels": 128,
            "kimg": 0.001,
            "batch_sizes": None,
        },
        "latent_dim": 128,
        "batch_size": 16,
        "steps": 12,
    },
    "pix2pix_64": {
        **TRANSLATION,
        "by_hand": ("translation", "Paired"),
        "networks": ("generator", "discriminator"),
        "l1_weight": 100.0,
        "model": "Pix2Pix",
        # By hand, nothing is dropped after training.
        "arguments": {
            "input_shape": (64, 64, 3),
            "filters": 32,
            "noise_at_inference": False,
        },
        "batch_size": 8,
        "steps": 6,
    },
    "cyclegan_64": {
        **TRANSLATION,
        "by_hand": ("translation", "Unpaired"),
        "networks": (
            *("generator_b", "generator_a"),
            *("discriminator_b", "discriminator_a"),
        ),
        "cycle_weight": 10.0,
        "identity_weight": 0.5,
        "pool_size": 50,
        "model": "CycleGAN",
        "arguments": {"image_shape": (64, 64, 3), "filters": 16},
        "batch_size": 4,
        "steps": 4,
    },
}


class Kerasgan:
    """What a user writes; `stock` with Keras' transposed convolution."""

    def __init__(self, settings, stock=False):
        self.gan = model_of(settings)
        self.is_translation = is_translation(settings)
        if stock:
            for layer in self.gan.generator.layers:
                if isinstance(layer, kerasgan.layers.Conv2DTranspose):
                    layer.subpixel = False

    def train(self, images, batch_size):
        epochs = Epochs()
        data = {"x": images}
        if self.is_translation:
            data = {key: images[:, kind] for kind, key in enumerate("xy")}
        self.gan.fit(
            **data, batch_size=batch_size, verbose=0, callbacks=[epochs]
        )
        return epochs.seconds[0]

    def generate(self, inputs):
        n = len(inputs)
        if self.is_translation:
            self.gan.translate(inputs, seed=0, batch_size=n)
        else:
            self.gan.generate(n, seed=0, batch_size=n)


def model_of(settings):
    """Returns the compiled model of a game, as the zoo has it."""
    model = kerasgan.applications.get(settings["model"])
    gan = model(seed=0, **settings["arguments"])
    if hasattr(gan, "schedule"):
        # At full size, and nothing fades.
        gan.images_seen.assign(gan.schedule.starts[-1])
    return gan


def by_hand(settings):
    """Returns the same networks and step in the framework that runs."""
    networks = described(settings)
    return alone.player_of(settings, networks, keras.backend.backend())


def described(settings):
    """Returns the networks of a game as lists; see `chains`."""
    gan = model_of(settings)
    return [chains.describe(getattr(gan, k)) for k in settings["networks"]]


def is_translation(settings):
    """Whether images are made of images, not of latents."""
    return settings["latent_dim"] is None


VARIANTS = {
    "kerasgan": Kerasgan,
    "by hand": by_hand,
    "stock": lambda settings: Kerasgan(settings, stock=True),
}


def noise(settings, steps):
    """Returns uint8 images, or pairs of them, or points, for some steps."""
    rng = np.random.default_rng(0)
    n = steps * settings["batch_size"] * settings["discriminator_steps"]
    arguments = settings["arguments"]
    shape = arguments.get("image_shape") or arguments["input_shape"]
    if is_translation(settings):
        shape = (2, *shape)
    if len(shape) == 1:
        return rng.normal(size=(n, *shape)).astype("float32")
    return rng.integers(0, 256, (n, *shape), np.uint8)


def inputs_of(settings, n):
    """Returns what a generator makes as many images of."""
    if is_translation(settings):
        return noise({**settings, "batch_size": n}, 1)[:, 0]
    latents = np.random.default_rng(0).normal(size=(n, settings["latent_dim"]))
    return latents.astype("float32")


def compare(settings, variants, rounds):
    """Returns what the rounds of variants, played in turn, took."""
    players = {name: VARIANTS[name](settings) for name in variants}
    images = noise(settings, settings["steps"])
    inputs = inputs_of(settings, MADE)
    result = {name: {"train": [], "generate": []} for name in variants}
    for number in range(rounds + 1):
        # Whoever comes first after a change finds another cache.
        names = variants if number % 2 else variants[::-1]
        for name in names:
            player = players[name]
            training = player.train(images, settings["batch_size"])
            begin = time.perf_counter()
            for _ in range(settings["steps"]):
                player.generate(inputs)
            making = time.perf_counter() - begin
            if number:
                steps = settings["steps"]
                result[name]["train"].append(training / steps)
                result[name]["generate"].append(making / steps / MADE)
    return result


def child(args):
    """Runs in a process of its own and prints one line of JSON."""
    settings = settings_of(args.games[0], args)
    if args.alone:
        images = noise(settings, settings["steps"])
        result = alone.measure(
            lambda: Kerasgan(settings), settings, images, args.alone
        )
        print(json.dumps(result))
        return
    variants = ["kerasgan", "by hand"]
    if keras.backend.backend() == "jax" and settings["model"] == "DCGAN":
        variants.append("stock")
    result = compare(settings, variants, args.rounds)
    framework = importlib.import_module(keras.backend.backend())
    result["versions"] = {
        module.__name__: module.__version__ for module in (keras, framework)
    }
    print(json.dumps(result))


def settings_of(game, args):
    settings = GAMES[game]
    return {**settings, "steps": args.steps or settings["steps"]}


def run(backend, *words):
    """Returns what a process of a backend prints last."""
    output = subprocess.run(
        [sys.executable, *map(str, words)],
        env={**os.environ, "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


def measure(backend, game, args):
    """Returns the record of a game on a backend."""
    settings = settings_of(game, args)
    words = [__file__, "--child", "--games", game, "--rounds", args.rounds]
    words += ["--steps", settings["steps"]]
    speed = run(backend, *words)
    ours = run(backend, *words, "--alone", time.time())
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "game.pickle")
        images = noise(settings, settings["steps"])
        file.write_bytes(pickle.dumps((settings, described(settings), images)))
        hand = run(backend, alone.__file__, backend, file, time.time())
    return {
        "date": datetime.date.today().isoformat(),
        "backend": backend,
        "game": game,
        "machine": machine(),
        "installed": [name for name in HEAVY if importlib.util.find_spec(name)],
        "versions": speed.pop("versions"),
        "rounds": args.rounds,
        "speed": speed,
        "alone": {"kerasgan": ours, "by hand": hand},
    }


def table(records):
    """Returns the newest record of each game and backend as Markdown."""
    newest = {(r["game"], r["backend"]): r for r in records}
    lines = [
        "| game | backend | ms a step | by hand | ratio of speeds | "
        "Keras' transposed convolution, ms | made a second | by hand | "
        "first step after, s | by hand | peak MB | by hand |",
        "|---|---|" + "---|" * 10,
    ]
    order = [(g, b) for g in GAMES for b in BACKENDS if (g, b) in newest]
    for key in order:
        record = newest[key]
        speed, single = record["speed"], record["alone"]
        ours, hand = speed["kerasgan"], speed["by hand"]
        ratios = [b / a for a, b in zip(ours["train"], hand["train"])]
        cells = [
            *key,
            f"{1000 * statistics.median(ours['train']):.1f}",
            f"{1000 * statistics.median(hand['train']):.1f}",
            f"{statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})",
            f"{1000 * statistics.median(speed['stock']['train']):.1f}"
            if "stock" in speed
            else "",
            *(
                f"{1 / statistics.median(v['generate']):.0f}"
                for v in (ours, hand)
            ),
            *(f"{single[v]['start']:.1f}" for v in ("kerasgan", "by hand")),
            *(f"{single[v]['peak']:.0f}" for v in ("kerasgan", "by hand")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--games", nargs="+", choices=GAMES, default=[*GAMES])
    parser.add_argument(
        "--backends", nargs="+", choices=BACKENDS, default=BACKENDS
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, help="a round; instead of GAMES'")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--alone", type=float, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        return child(args)
    records = []
    if args.out and args.out.exists():
        lines = args.out.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]
    for game in args.games:
        for backend in args.backends:
            records.append(measure(backend, game, args))
            if args.out:
                with open(args.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(records[-1]) + "\n")
    text = table(records)
    if args.out:
        args.out.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

"""Kills trainings at random moments, and compares how they end.

For each model of the zoo: a run of `kerasgan train` that nothing disturbs,
and the same run, killed again and again by SIGKILL and resumed each time. A
kill comes at a random moment of what the undisturbed run takes, so that it
hits loading, compiling, steps and saving. After each kill the model file is
either not there yet or loads; at the end it must hold the same state as the
undisturbed run's, bit for bit: weights, averages, optimizers, seeds, counters.

A line of JSON a kill, and one a finished model, goes to `--out`, which also
tells where to go on if this script itself is stopped. The last lines printed
are the table of the results.

    python benchmarks/soak.py --out soak.jsonl --folder /tmp/soak --kills 100
"""

import argparse
import inspect
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import keras
import numpy as np
from PIL import Image

import kerasgan

SIZE = 16


def draw_pictures(folder):
    """Writes 16 pictures of noise in two classes."""
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i in range(8):
            pixels = rng.integers(0, 256, (SIZE, SIZE), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.png")


def command(model, pictures, run, epochs):
    words = [sys.executable, "-m", "kerasgan_cli", "train", model]
    words += ["--data", str(pictures), "--image-size", str(SIZE)]
    words += ["--grayscale", "--epochs", str(epochs), "--batch-size", "4"]
    words += ["--out", str(run), "--steps-per-epoch", "1", "--seed", "1"]
    if "kimg" in model_arguments(model):
        words += ["--kimg", "0.004"]
    return words + (["--resume"] if (run / "settings.json").exists() else [])


def model_arguments(model):
    return inspect.signature(kerasgan.applications.get(model)).parameters


def train(words, seconds=None):
    """Runs a command, killed after so many seconds; returns its status."""
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return -signal.SIGKILL
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}\n{output}")
    return 0


def state(file):
    """Returns all arrays that a saved training goes on from."""
    gan = keras.saving.load_model(file)
    variables = [*gan.variables, *gan.optimizer.variables]
    return [np.array(keras.ops.convert_to_numpy(v)) for v in variables]


def is_same(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other)
    )


def soak(model, kills, args, write):
    """Kills one model's training so often, and compares each that ends."""
    plain, killed = (
        args.folder / model / "plain",
        args.folder / model / "killed",
    )

    def words(run):
        return command(model, args.folder / "pictures", run, args.epochs)

    def compare():
        ends = [state(run / "model.keras") for run in (plain, killed)]
        write({"model": model, "alike": is_same(*ends)})
        shutil.rmtree(killed)

    if not (plain / "seconds").exists():
        shutil.rmtree(plain, ignore_errors=True)
        before = time.monotonic()
        train(words(plain))
        (plain / "seconds").write_text(f"{time.monotonic() - before}\n")
    seconds = float((plain / "seconds").read_text())
    attempts = 0
    while kills:
        # Where a run ended before its moment came, another one is drawn.
        rng = random.Random(f"{model} {kills} {attempts}")
        attempts += 1
        limit = rng.uniform(args.earliest, 1.0) * seconds
        if train(words(killed), limit) == 0:
            compare()
            continue
        kills -= 1
        file = killed / "model.keras"
        write(
            {
                "model": model,
                "killed_after": round(limit, 2),
                "steps_saved": steps_in(file) if file.exists() else 0,
            }
        )
    train(words(killed))
    compare()


def steps_in(file):
    gan = keras.saving.load_model(file)
    return int(keras.ops.convert_to_numpy(gan.steps_seen))


def table(records):
    lines = ["| model | kills | runs that ended alike |", "|---|---|---|"]
    for model in sorted({record["model"] for record in records}):
        own = [record for record in records if record["model"] == model]
        ends = [record["alike"] for record in own if "alike" in record]
        kills = len(own) - len(ends)
        lines.append(f"| {model} | {kills} | {sum(ends)} of {len(ends)} |")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument(
        "--models", default=",".join(kerasgan.applications.list_models())
    )
    parser.add_argument(
        "--earliest",
        type=float,
        default=0.3,
        help="Share of an undisturbed run before which nothing is killed.",
    )
    args = parser.parse_args(argv)
    draw_pictures(args.folder / "pictures")
    models = args.models.split(",")
    records = []
    if args.out.exists():
        lines = args.out.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]

    def write(record):
        record["backend"] = keras.backend.backend()
        records.append(record)
        with open(args.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    for i, model in enumerate(models):
        share = len(range(i, args.kills, len(models)))
        done = sum(
            record["model"] == model and "killed_after" in record
            for record in records
        )
        if done < share:
            soak(model, share - done, args, write)
    print(table(records))


if __name__ == "__main__":
    main()

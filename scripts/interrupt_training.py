"""Interrupts trainings at random moments, and compares how they end.

A run of `kerasgan train` that nothing disturbs is compared with many that get
Ctrl-C's signal, SIGTERM or SIGHUP at a random moment of what the undisturbed
run takes, so that it hits importing, loading, compiling, steps, drawing and
saving. Each must end by itself with 128 plus the signal's number, or by the
signal where the run was complete, and with no traceback; then the same
command with `--resume` (or without, where there was nothing to save yet) must
lead to the same model, bit for bit, and to the same log.

A line of JSON a try goes to `--out`; the table of all tries is printed.

    python scripts/interrupt_training.py --backend torch --tries 20 \
        --folder /tmp/interrupts --out interrupts.jsonl
"""

import argparse
import collections
import io
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import h5py
import numpy as np
from PIL import Image

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
MODELS = {"gan": [], "wgangp": [], "progan": ["--kimg", "0.05"]}
SIZE = 8
EPOCHS = 4


def draw_pictures(folder):
    """Writes 64 pictures of noise."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(64):
        pixels = rng.integers(0, 256, (SIZE, SIZE), np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02d}.png")


def start(options, folder, run, resume=False):
    words = [sys.executable, "-m", "kerasgan", "train", options.model]
    words += ["--data", str(folder / "pictures"), "--out", str(run)]
    words += ["--image-size", str(SIZE), "--grayscale", "--batch-size", "4"]
    words += ["--epochs", str(EPOCHS), "--steps-per-epoch", str(options.steps)]
    words += ["--devices", str(options.devices), "--seed", "1"]
    words += ["--deterministic", *MODELS[options.model]]
    words += ["--resume"] if resume else ["--backend", options.backend]
    return subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process):
    _, errors = process.communicate(timeout=900)
    return process.returncode, errors


def state_of(run):
    """Returns all arrays of a saved model, and the lines of its log."""
    arrays = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[()].tobytes()

    with zipfile.ZipFile(run / "model.keras") as archive:
        weights = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights) as file:
        file.visititems(visit)
    return arrays, (run / "log.csv").read_text()


def interrupt(options, folder, seconds, rng, expected):
    """Makes one try; returns what happened, a dict."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    name = options.signal or rng.choice(SIGNALS)
    number = getattr(signal, name)
    moment = rng.uniform(options.earliest, seconds)
    process = start(options, folder, run)
    time.sleep(moment)
    if process.poll() is not None:
        return None  # it was faster than the first one
    process.send_signal(number)
    sent = time.monotonic()
    status, errors = finish(process)
    took = time.monotonic() - sent
    faults = []
    log = run / "log.csv"
    is_complete = log.exists() and len(log.read_text().splitlines()) > EPOCHS
    if status != 128 + number and not (is_complete and status == -number):
        faults.append(f"status {status}")
    if "Traceback" in errors or "ignored" in errors:
        faults.append("traceback")
    left = [p.name for p in run.glob(".*")] if run.exists() else []
    if left:
        faults.append(f"left {left}")
    was_saved = (run / "model.keras").exists()
    if run.exists() and not was_saved:
        faults.append(f"left {sorted(p.name for p in run.iterdir())}")
    again, more = finish(start(options, folder, run, was_saved))
    if again:
        faults.append(f"second command ended with {again}: {more[-300:]}")
    elif state_of(run) != expected:
        faults.append("another model or log")
    said = [line for line in errors.splitlines() if "Stopped" in line]
    return {
        "backend": options.backend,
        "model": options.model,
        "devices": options.devices,
        "signal": name,
        "moment": round(moment, 2),
        "took": round(took, 2),
        "saved": was_saved,
        "said": said,
        "faults": faults,
        "errors": errors if faults else "",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", required=True)
    parser.add_argument("--model", choices=MODELS, default="gan")
    parser.add_argument("--signal", choices=SIGNALS)
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--devices", type=int, default=1)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    # Before it Python has not started, and nobody could hear.
    parser.add_argument("--earliest", type=float, default=0.5)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    os.environ["KERAS_BACKEND"] = options.backend
    # A shell turns it off for what runs in the background, and for all that
    # this starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = options.folder / f"{options.backend}_{options.model}"
    shutil.rmtree(folder, ignore_errors=True)
    draw_pictures(folder / "pictures")
    begin = time.monotonic()
    status, errors = finish(start(options, folder, folder / "whole"))
    if status:
        sys.exit(f"The undisturbed run failed: {errors}")
    seconds = time.monotonic() - begin
    expected = state_of(folder / "whole")
    rng = random.Random(options.seed)
    counts = collections.Counter()
    done = 0
    while done < options.tries:
        result = interrupt(options, folder, seconds, rng, expected)
        if result is None:
            continue
        done += 1
        with open(options.out, "a") as file:
            file.write(json.dumps(result) + "\n")
        counts[result["signal"], "tries"] += 1
        counts[result["signal"], "saved"] += result["saved"]
        counts[result["signal"], "faults"] += bool(result["faults"])
        print(json.dumps(result), flush=True)
    for name in SIGNALS:
        print(
            options.backend,
            options.model,
            name,
            *(f"{counts[name, k]} {k}" for k in ("tries", "saved", "faults")),
        )


if __name__ == "__main__":
    main()

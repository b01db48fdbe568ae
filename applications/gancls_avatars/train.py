"""Trains the text-to-image preset on cartoon portraits; resumes by itself.

    KERAS_BACKEND=torch python applications/gancls_avatars/train.py \
        avatars_peeps_64.npz

The captions are other ones in each epoch. `runs/gancls_avatars` gets
`model.keras`, from which the same command goes on when it was interrupted,
`log.csv`, and a picture of the same captions after each epoch.
"""

import argparse
import pathlib
import sys

import keras
import numpy as np

import kerasgan

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import avatars  # noqa: E402

BATCH_SIZE = 32
SETTINGS = {
    "image_shape": (32, 32, 3),
    "latent_dim": 64,
    "filters": 32,
    "units": 256,
    "ema_half_life": 10_000,
    "ema_ramp_up": 0.05,
    "seed": 0,
}
# Shown after each epoch.
CAPTIONS = [
    f"a person with {skin}, a {shirt} and {rest}"
    for shirt, skin in zip(
        ("yellow shirt", "pink sweater", "blue top", "green t-shirt"),
        ("dark skin", "pale skin", "brown skin", "tan skin"),
    )
    for rest in ("no glasses", "glasses", "sunglasses", "a full beard")
    for _ in range(2)
]


def training_data(path):
    """Returns images, attributes and kinds of what captions may show."""
    images, attributes, kinds = avatars.read(path)
    train, _ = avatars.parts(attributes)
    seen = train[~avatars.is_unseen(attributes[train])]
    return images[seen], attributes[seen], kinds[seen]


def build(attributes, kinds):
    keras.utils.set_random_seed(0)
    text = kerasgan.conditions.Text.from_captions(
        # Often enough for every word to be there.
        sum((avatars.captions(attributes, kinds, seed) for seed in (1, 2)), []),
        max_words=20,
        units=24,
        seed=0,
    )
    return kerasgan.applications.GANCLS(condition=text, **SETTINGS)


def train(path, out, epochs):
    out.mkdir(parents=True, exist_ok=True)
    images, attributes, kinds = training_data(path)
    model = out / "model.keras"
    if model.exists():
        gan = kerasgan.load_model(model)
    else:
        gan = build(attributes, kinds)
    steps = len(images) // BATCH_SIZE
    done = int(keras.ops.convert_to_numpy(gan.steps_seen)) // steps
    for epoch in range(done, epochs):
        order = np.random.default_rng(epoch).permutation(len(images))
        order = order[: steps * BATCH_SIZE]
        gan.fit(
            images[order],
            avatars.captions(attributes[order], kinds[order], seed=epoch),
            batch_size=BATCH_SIZE,
            epochs=epoch + 1,
            initial_epoch=epoch,
            verbose=2,
            callbacks=[
                keras.callbacks.CSVLogger(out / "log.csv", append=epoch > 0),
                keras.callbacks.TerminateOnNaN(),
            ],
        )
        shown = gan.generate(len(CAPTIONS), condition=CAPTIONS, seed=0)
        kerasgan.utils.save_image(out / "samples.png", shown)
        gan.save(model)
    return gan


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", help="avatars_peeps_64.npz")
    parser.add_argument("--out", default="runs/gancls_avatars")
    parser.add_argument("--epochs", type=int, default=60)
    args = parser.parse_args(argv)
    train(args.pictures, pathlib.Path(args.out), args.epochs)


if __name__ == "__main__":
    main()

"""Counts how many generated portraits have the attributes asked for.

    python applications/classifiers/portraits.py PICTURES
    python applications/attributes.py PICTURES gancls/avatars

PICTURES is `avatars_peeps_64.npz`. The second argument is a preset, a `.keras`
file or, for a model of vectors instead of captions, `vector`: it is trained
first, for `--epochs`, to `--out`, and goes on from there. The classifier that
looks for the attributes has seen the training pictures only; its own errors
on the test pictures are printed too, as the floor.

What is asked for are the attributes of the test pictures, so that they have
the distribution of the data, and all combinations that no training picture
with a caption had (`avatars.UNSEEN`). A preset's counts go to
`attributes.json` beside its recipe, with `captions.png`.
"""

import argparse
import json
import pathlib

import avatars
import keras
import numpy as np
from classifiers.portraits import classify
from recipes import HERE

import kerasgan

BATCH_SIZE = 32
# The rows of `captions.png`; no training picture has what the last four say.
SHOWN = (
    "a person with a yellow shirt, dark skin, glasses and a full beard",
    "a person with a pink sweater, light skin, bare eyes and a smooth chin",
    "somebody with sunglasses, brown skin and a green t-shirt",
    "a face with a mustache, brown skin, no glasses and a cyan top",
    "a person with a yellow shirt, very light skin and glasses",
    "somebody with dark skin, a blue top, eyeglasses and a goatee",
    "a portrait of a person with tan skin, bare eyes and a turquoise sweater",
    "a face with no glasses, a full beard, pale skin and a pink shirt",
)
# How often each unseen combination is asked for, with and without a beard.
REPEATS = 50


def train_vector(images, attributes, out, epochs):
    """Returns a `ConditionalGAN` of vectors, with the networks of `GANCLS`."""
    if out.exists():
        gan = kerasgan.load_model(out)
    else:
        keras.utils.set_random_seed(0)
        gan = kerasgan.applications.GANCLS(
            image_shape=images.shape[1:],
            condition=kerasgan.conditions.Vector.from_rows(
                avatars.vectors(attributes)
            ),
            latent_dim=64,
            filters=32,
            units=256,
            wrong_weight=0.0,
            ema=kerasgan.training.EMA(10_000, 0.05),
            seed=0,
        )
    steps = len(images) // BATCH_SIZE
    done = int(keras.ops.convert_to_numpy(gan.steps_seen)) // steps
    for epoch in range(done, epochs):
        order = np.random.default_rng(epoch).permutation(len(images))
        order = order[: steps * BATCH_SIZE]
        gan.fit(
            images[order],
            avatars.vectors(attributes[order]),
            batch_size=BATCH_SIZE,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=2,
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        gan.save(out)
    return gan


def unseen_attributes():
    """Returns every combination of `UNSEEN`, `REPEATS` times each."""
    rows = [
        (glasses, hair, skin, clothes)
        for glasses, skin, clothes in sorted(avatars.UNSEEN)
        for hair in (0, 1)
    ]
    return np.repeat(rows, REPEATS, axis=0)


def ask(gan, attributes, kinds=None, seed=0):
    """Returns images of attributes, by captions or by vectors."""
    if isinstance(gan.condition, kerasgan.conditions.Text):
        condition = avatars.captions(attributes, kinds, seed=1000 + seed)
    else:
        condition = avatars.vectors(attributes)
    return gan.generate(
        len(attributes), condition=condition, seed=seed, batch_size=250
    )


def count(found, attributes):
    """Returns the share of images with what was asked for."""
    hits = found == attributes
    shares = dict(zip(avatars.ATTRIBUTES, hits.mean(0)))
    for name, at in (("glasses", 0), ("facial_hair", 1)):
        for value, kind in ((1, "asked for"), (0, "asked for none")):
            chosen = attributes[:, at] == value
            shares[f"{name}, {kind}"] = hits[chosen, at].mean()
    return {key: round(float(value), 4) for key, value in shares.items()}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", help="avatars_peeps_64.npz")
    parser.add_argument("model", help="a preset, a .keras file or 'vector'")
    parser.add_argument("--classifier", default="runs/avatars_classifier.keras")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--out", default="runs/avatars_vector.keras")
    args = parser.parse_args(argv)
    images, attributes, kinds = avatars.read(args.pictures)
    train, test = avatars.parts(attributes)
    if args.model == "vector":
        seen = train[~avatars.is_unseen(attributes[train])]
        out = pathlib.Path(args.out)
        gan = train_vector(images[seen], attributes[seen], out, args.epochs)
    elif args.model.endswith(".keras"):
        gan = kerasgan.load_model(args.model)
    else:
        gan = kerasgan.applications.load_preset(None, args.model)
    classifier = keras.saving.load_model(args.classifier)
    real = images[test].astype("float32") / 127.5 - 1.0
    unseen = unseen_attributes()
    shares = {
        "test pictures": count(classify(classifier, real), attributes[test]),
        "drawn by their attributes": count(
            classify(classifier, ask(gan, attributes[test], kinds[test])),
            attributes[test],
        ),
        "drawn by combinations never seen": count(
            classify(classifier, ask(gan, unseen, seed=1)), unseen
        ),
    }
    text = json.dumps(shares, indent=2)
    print(text)
    folder = HERE / args.model.replace("/", "_")
    if (folder / "recipe.json").exists():
        shown = gan.generate(
            8 * len(SHOWN), condition=np.repeat(SHOWN, 8), seed=0
        )
        kerasgan.utils.save_image(folder / "captions.png", shown, columns=8)
        (folder / "attributes.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Trains the classifier that names the attributes of the portraits.

    KERAS_BACKEND=torch python applications/classifiers/portraits.py \
        avatars_peeps_64.npz --out runs/avatars_classifier.keras

It sees the training pictures only, shifted by up to two pixels, and is
tested with the others. It does not ship.
"""

import argparse
import pathlib
import sys

import keras
import numpy as np
from keras import layers

import kerasgan

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import avatars  # noqa: E402

# Epochs, largest shift in pixels and deviation of the noise: first roughly,
# then exactly, as there are moustaches of three pixels.
STAGES = ((30, 2, 0.05), (12, 1, 0.0))


def fit(images, attributes, batch_size=128, seed=0):
    """Returns the classifier: from images in [-1, 1] to features and logits."""
    keras.utils.set_random_seed(seed)
    classifier = kerasgan.networks.image_classifier(
        images.shape[1:], avatars.SIZE, filters=16, seed=seed
    )
    for epochs, shift, noise in STAGES:
        inputs = keras.Input(images.shape[1:], dtype="uint8")
        x = layers.Rescaling(1 / 127.5, -1.0)(inputs)
        x = layers.RandomTranslation(
            shift / avatars.SIDE,
            shift / avatars.SIDE,
            fill_mode="constant",
            fill_value=1.0,
            interpolation="nearest",
            seed=seed,
        )(x)
        x = layers.GaussianNoise(noise, seed=seed + 1)(x)
        model = keras.Model(inputs, classifier(x)[1])
        steps = epochs * (len(images) // batch_size)
        model.compile(
            keras.optimizers.AdamW(
                keras.optimizers.schedules.CosineDecay(2e-3, steps),
                weight_decay=1e-3,
            ),
            keras.losses.BinaryCrossentropy(from_logits=True),
        )
        model.fit(
            images,
            avatars.vectors(attributes),
            batch_size=batch_size,
            epochs=epochs,
            verbose=2,
        )
    return classifier


def classify(classifier, images):
    """Returns the attributes, `(n, 4)`, of images in [-1, 1]."""
    logits = classifier.predict(images, batch_size=500, verbose=0)[1]
    skin, clothes = np.split(logits[:, 2:], [len(avatars.SKIN)], 1)
    return np.stack(
        [logits[:, 0] > 0, logits[:, 1] > 0, skin.argmax(1), clothes.argmax(1)],
        1,
    ).astype("int32")


def agreement(classifier, images, attributes):
    """Returns the share of images with the attribute, one for each."""
    found = classify(classifier, images) == attributes
    return dict(zip(avatars.ATTRIBUTES, found.mean(0).round(4).tolist()))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", help="avatars_peeps_64.npz")
    parser.add_argument("--out", default="runs/avatars_classifier.keras")
    args = parser.parse_args(argv)
    images, attributes, _ = avatars.read(args.pictures)
    train, test = avatars.parts(attributes)
    classifier = fit(images[train], attributes[train])
    pathlib.Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    classifier.save(args.out)
    scores = agreement(
        classifier,
        images[test].astype("float32") / 127.5 - 1.0,
        attributes[test],
    )
    print(f"of {len(test)} test pictures: {scores}")


if __name__ == "__main__":
    main()

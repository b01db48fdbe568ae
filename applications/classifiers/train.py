"""Trains the classifiers whose features and answers images are scored with.

Writes `<data>.weights.h5`, in half precision, and `<data>.json`, with the
hash, the accuracy on the test images and how they came about, to
`kerasgan/metrics/features/weights/`.

    KERAS_BACKEND=tensorflow python applications/classifiers/train.py \
        fashion_mnist
    KERAS_BACKEND=tensorflow python applications/classifiers/train.py mnist
"""

import argparse
import json
import pathlib

import keras
import numpy as np
from keras import layers

import kerasgan
from kerasgan.applications.preset_files import describe_file
from kerasgan.utils import halve_weights

WEIGHTS = (
    pathlib.Path(kerasgan.__file__).parent / "metrics" / "features" / "weights"
)
RECIPES = {
    "fashion_mnist": {
        "epochs": 12,
        "license": "MIT",
        "classes": [
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ],
    },
    "mnist": {
        "epochs": 6,
        "license": "CC BY-SA 3.0",
        "classes": [str(digit) for digit in range(10)],
    },
}
SHARED = {
    "batch_size": 128,
    "learning_rate": 2e-3,
    "weight_decay": 1e-3,
    "shift": 0.08,
    "seed": 0,
}


def fit(images, labels, recipe):
    """Returns the trained classifier."""
    keras.utils.set_random_seed(recipe["seed"])
    classifier = kerasgan.networks.image_classifier(
        images.shape[1:], len(recipe["classes"]), seed=recipe["seed"]
    )
    # Shifted by a pixel or two, with the border's black.
    inputs = keras.Input(images.shape[1:], dtype="uint8")
    x = layers.Rescaling(1 / 127.5, -1.0)(inputs)
    x = layers.RandomTranslation(
        recipe["shift"],
        recipe["shift"],
        fill_mode="constant",
        fill_value=-1.0,
        seed=recipe["seed"],
    )(x)
    model = keras.Model(inputs, classifier(x)[1])
    steps = recipe["epochs"] * (len(images) // recipe["batch_size"])
    model.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                recipe["learning_rate"], steps
            ),
            weight_decay=recipe["weight_decay"],
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(
        images,
        labels,
        batch_size=recipe["batch_size"],
        epochs=recipe["epochs"],
        verbose=2,
    )
    return classifier


def accuracy(classifier, images, labels):
    images = images.astype("float32") / 127.5 - 1.0
    _, logits = classifier.predict(images, batch_size=500, verbose=0)
    return float(np.mean(np.argmax(logits, axis=1) == labels))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=RECIPES)
    parser.add_argument("--folder", help="folder with the files of the data")
    parser.add_argument("--out", default=WEIGHTS, type=pathlib.Path)
    args = parser.parse_args(argv)
    recipe = SHARED | RECIPES[args.data]

    train, test = (
        kerasgan.datasets.load(args.data, split, folder=args.folder)
        for split in ("train", "test")
    )
    classifier = fit(*train, recipe)
    args.out.mkdir(parents=True, exist_ok=True)
    weights = args.out / f"{args.data}.weights.h5"
    classifier.save_weights(weights)
    halve_weights(weights)
    classifier.load_weights(weights)
    card = {
        "dataset": args.data,
        "image_shape": list(train[0].shape[1:]),
        "num_classes": len(recipe["classes"]),
        "test_images": len(test[0]),
        # Of the weights as they are stored.
        "test_accuracy": accuracy(classifier, *test),
        "backend": keras.backend.backend(),
        "recipe": {k: v for k, v in recipe.items() if k != "license"},
        "license": f"{recipe['license']} (the data)",
        "command": f"python applications/classifiers/train.py {args.data}",
        **describe_file(weights),
    }
    text = json.dumps(card, indent=2) + "\n"
    (args.out / f"{args.data}.json").write_text(text, encoding="utf-8")
    print(f"test accuracy {card['test_accuracy']:.4f}: {weights}")


if __name__ == "__main__":
    main()

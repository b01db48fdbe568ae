"""Projection GAN: a discriminator that judges image and label together.

Writes `classes.png`, a row a class, and prints for how many unseen images the
discriminator gives the right label the highest of all ten scores: nobody has
trained it to classify, only to tell real pairs from generated ones.
"""

import numpy as np
from common import load
from common import parse

import kerasgan


def favourites(gan, images):
    """Returns the labels that the discriminator likes best, `(n,)`."""
    scores = [
        gan.discriminator.predict(
            [images, np.full(len(images), label, "int32")], verbose=0
        )
        for label in range(gan.num_classes)
    ]
    return np.argmax(np.concatenate(scores, axis=1), axis=1)


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=30,
        batch_size=64,
        filters=64,
        discriminator_steps=5,
        out="runs/projection_gan",
    )
    images, labels = load(args)
    gan = kerasgan.applications.ProjectionGAN(
        image_shape=images.shape[1:],
        num_classes=10,
        network="sndcgan",
        filters=args.filters,
        discriminator_steps=args.discriminator_steps,
        seed=0,
    )
    gan.fit(images, labels, batch_size=args.batch_size, epochs=args.epochs)
    kerasgan.utils.save_image(
        f"{args.out}/classes.png",
        gan.generate(120, labels=np.repeat(np.arange(10), 12), seed=0),
        columns=12,
    )
    unseen, classes = kerasgan.datasets.load(
        args.data, "test", folder=args.folder or None
    )
    # Of all classes, also where the images are sorted by class.
    unseen, classes = unseen[::10], classes[::10]
    right = favourites(gan, unseen.astype("float32") / 127.5 - 1.0) == classes
    print(f"the right label has the highest score: {right.mean():.1%}")


if __name__ == "__main__":
    main()

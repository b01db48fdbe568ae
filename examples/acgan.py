"""ACGAN: a discriminator that also names the class.

Writes `classes.png`, a row a class, and prints how often the discriminator's
classifier is right: about test images it has never seen, and about generated
ones. The second says how well the two players agree on the classes, not how
good the images are: the classifier has trained the generator.
"""

import numpy as np
from common import load
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=20,
        batch_size=64,
        filters=64,
        units=1024,
        out="runs/acgan",
    )
    images, labels = load(args)
    gan = kerasgan.applications.ACGAN(
        image_shape=images.shape[1:],
        num_classes=10,
        filters=args.filters,
        units=args.units,
        discriminator_filters=[args.filters // 4 * 2**i for i in range(6)],
        seed=0,
    )
    gan.fit(images, labels, batch_size=args.batch_size, epochs=args.epochs)
    wanted = np.repeat(np.arange(10), 12)
    made = gan.generate(120, labels=wanted, seed=0)
    kerasgan.utils.save_image(f"{args.out}/classes.png", made, columns=12)

    def accuracy(images, labels):
        _, class_logits = gan.discriminator.predict(images, verbose=0)
        return np.mean(np.argmax(class_logits, axis=1) == labels)

    unseen, classes = kerasgan.datasets.load(
        args.data, "test", folder=args.folder or None
    )
    unseen = unseen.astype("float32") / 127.5 - 1.0
    print(f"right about unseen images: {accuracy(unseen, classes):.1%}")
    print(f"right about generated images: {accuracy(made, wanted):.1%}")


if __name__ == "__main__":
    main()

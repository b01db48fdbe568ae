"""GAN-CLS: draws garments by short captions, also by new ones.

The captions are made of the class and the brightness of each image: "a dark
dress". Dark sneakers and bright shirts are left out of the training; the last
two rows of `captions.png` ask for them nevertheless.
"""

import numpy as np
from common import load
from common import parse

import kerasgan

GARMENTS = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)
NEW = ("a dark sneaker", "a bright shirt")


def captions_of(images, labels):
    """Returns a caption an image; half of each class are bright."""
    light = images.mean(axis=(1, 2, 3))
    captions = np.empty(len(images), object)
    for label, garment in enumerate(GARMENTS):
        (at,) = np.nonzero(labels == label)
        is_bright = light[at] > np.median(light[at]) if len(at) else at > 0
        captions[at] = [
            f"a {'bright' if bright else 'dark'} {garment}"
            for bright in is_bright
        ]
    return captions.tolist()


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=15,
        batch_size=64,
        filters=48,
        units=256,
        out="runs/gancls",
    )
    images, labels = load(args)
    captions = captions_of(images, labels)
    text = kerasgan.conditions.Text.from_captions(
        [*captions, *NEW], units=16, seed=0
    )
    kept = [i for i, caption in enumerate(captions) if caption not in NEW]
    gan = kerasgan.applications.GANCLS(
        image_shape=images.shape[1:],
        condition=text,
        filters=args.filters,
        units=args.units,
        seed=0,
    )
    gan.fit(
        images[kept],
        [captions[i] for i in kept],
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    asked = [f"a {light} bag" for light in ("dark", "bright")]
    asked += [f"a {light} dress" for light in ("dark", "bright")]
    wanted = np.repeat([*asked, *NEW], 10)
    images = gan.generate(len(wanted), condition=wanted, seed=0)
    kerasgan.utils.save_image(f"{args.out}/captions.png", images, columns=10)
    print("a row each:", *asked, *NEW, sep="\n  ")


if __name__ == "__main__":
    main()

"""CGAN: a row a class, with the same noise in every row.

Writes `samples/` during training (a column a class) and `classes.png`. The
images of one column of `classes.png` share their noise and differ in what
they were asked to be, from which one sees what the network took for style.
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
        conditioning="concat",
        out="runs/cgan",
    )
    images, labels = load(args)
    gan = kerasgan.applications.CGAN(
        image_shape=images.shape[1:],
        num_classes=10,
        filters=args.filters,
        units=args.units,
        conditioning=args.conditioning,
        seed=0,
    )
    gan.fit(
        images,
        labels,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    latents = np.tile(gan.sample_inputs(12, seed=0)["latents"], (10, 1))
    wanted = np.repeat(np.arange(10, dtype="int32"), 12)
    kerasgan.utils.save_image(
        f"{args.out}/classes.png", gan.render([latents, wanted]), columns=12
    )


if __name__ == "__main__":
    main()

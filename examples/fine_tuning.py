"""Fine-tuning: a preset that knows garments learns digits instead.

A CGAN that ships with kerasgan goes on with other images of the same shape,
`mnist` by default; their labels take the place of the old ones. Writes
`before.png`, a column a class, which the preset draws; `samples/`, the same
latents after each epoch; and `tuned/`, a preset again:
`CGAN(pretrained="runs/fine_tuning/tuned")`.
"""

import keras
import numpy as np
from common import load
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        preset="fashion_mnist",
        data="mnist",
        folder="",
        images=60_000,
        epochs=3,
        batch_size=64,
        learning_rate=1e-4,
        out="runs/fine_tuning",
    )
    images, labels = load(args)
    # The discriminator comes along: a new one would first lead the generator
    # astray. A short average follows it faster to the new images.
    gan = kerasgan.applications.CGAN(pretrained=args.preset, ema=2_000.0)
    # Half the learning rate of the first training: less is forgotten.
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(args.learning_rate, 0.5),
        discriminator_optimizer=keras.optimizers.Adam(args.learning_rate, 0.5),
    )
    classes = np.arange(8 * gan.num_classes) % gan.num_classes
    kerasgan.utils.save_image(
        f"{args.out}/before.png",
        gan.generate(len(classes), labels=classes, seed=0),
        columns=gan.num_classes,
    )
    gan.fit(
        images,
        labels,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[
            kerasgan.callbacks.SampleGrid(
                f"{args.out}/samples",
                n=len(classes),
                labels=classes,
                columns=gan.num_classes,
            )
        ],
    )
    gan.save_to_preset(f"{args.out}/tuned")


if __name__ == "__main__":
    main()

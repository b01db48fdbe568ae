"""WGAN: a critic with clipped weights, whose loss is a distance.

Writes `grid.png` and `estimate.png`, the critic's estimate of the distance
between real and generated images (up to a factor) an epoch; it should fall
while the images get better. Prints how many of the critic's weights stand at
the limit: clipping makes most critics do so, which WGAN-GP was made to mend.
"""

import keras
import numpy as np
from common import load
from common import parse
from common import save_curve

import kerasgan


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
        out="runs/wgan",
    )
    images, _ = load(args)
    gan = kerasgan.applications.WGAN(
        image_shape=images.shape[1:],
        clip=0.01,
        filters=args.filters,
        discriminator_steps=args.discriminator_steps,
        seed=0,
    )
    logs = gan.fit(
        images, batch_size=args.batch_size, epochs=args.epochs
    ).history
    kerasgan.utils.save_image(f"{args.out}/grid.png", gan.generate(64, seed=0))
    estimate = np.subtract(logs["real_logits"], logs["fake_logits"])
    save_curve(f"{args.out}/estimate.png", "estimate", estimate)
    weights = np.concatenate(
        [
            np.ravel(keras.ops.convert_to_numpy(variable))
            for variable in gan.discriminator.trainable_variables
        ]
    )
    at_limit = np.mean(np.abs(weights) > 0.99 * gan.clip)
    print(f"weights of the critic at the limit: {at_limit:.1%}")


if __name__ == "__main__":
    main()

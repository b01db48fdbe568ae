"""SNGAN: a discriminator whose kernels are divided by their largest stretch.

Writes `samples/`, and prints the largest singular value of each kernel as the
discriminator uses it, by a full decomposition. One power iteration a call
keeps them close to 1.
"""

import keras
import numpy as np
from common import load
from common import parse

import kerasgan


def singular_values(discriminator):
    """Yields the name and largest singular value of each divided kernel."""
    for layer in discriminator.layers:
        if isinstance(layer, kerasgan.layers.SpectralNormalization):
            kernel = keras.ops.convert_to_numpy(layer.layer.kernel)
            matrix = kernel.reshape(-1, kernel.shape[-1])
            u = keras.ops.convert_to_numpy(layer.u)[0]
            v = matrix @ u / np.linalg.norm(matrix @ u)
            estimate = np.linalg.norm(v @ matrix)
            yield layer.name, np.linalg.norm(matrix, 2) / estimate


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
        out="runs/sngan",
    )
    images, _ = load(args)
    gan = kerasgan.applications.SNGAN(
        image_shape=images.shape[1:],
        filters=args.filters,
        discriminator_steps=args.discriminator_steps,
        seed=0,
    )
    gan.fit(
        images,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    for name, value in singular_values(gan.discriminator):
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()

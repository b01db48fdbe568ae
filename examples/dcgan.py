"""DCGAN: images from noise, and a walk through its latent space.

Writes `samples/`, the same 64 latents after each epoch, and `walk.png`, whose
rows lead from one image to another in equal steps. Where the walk changes
shape smoothly the generator has not merely memorised images.
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
        out="runs/dcgan",
    )
    images, _ = load(args)
    gan = kerasgan.applications.DCGAN(
        image_shape=images.shape[1:], filters=args.filters, seed=0
    )
    gan.fit(
        images,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    latents = gan.sample_inputs(16, seed=0)["latents"]
    # DCGAN's prior is a cube, where the straight way stays inside.
    walk = kerasgan.latent.interpolate(
        latents[:8], latents[8:], steps=10, kind="lerp"
    )
    walk = np.swapaxes(walk, 0, 1).reshape(-1, walk.shape[-1])  # a way a row
    kerasgan.utils.save_image(
        f"{args.out}/walk.png", gan.render(walk), columns=10
    )


if __name__ == "__main__":
    main()

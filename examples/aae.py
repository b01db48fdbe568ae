"""AAE: a map of digits in two dimensions that looks like a normal prior.

Writes `reconstructed.png`, `map.png`, the images along a grid of the two
latents, and prints how near the latents of held-out images are to the prior:
mean 0, deviation 1 and kurtosis 3 in each dimension.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="mnist",
        folder="",
        images=60_000,
        epochs=30,
        batch_size=100,
        units=512,
        out="runs/aae",
    )
    images, _ = load(args)
    held = min(2_000, len(images) // 2)
    gan = kerasgan.applications.AAE(
        images.shape[1:], latent_dim=2, units=(args.units, args.units), seed=0
    )
    gan.fit(images[:-held], batch_size=args.batch_size, epochs=args.epochs)
    codes = gan.encode(images[-held:])
    centred = codes - codes.mean(0)
    deviation = codes.std(0)
    kurtosis = (centred**4).mean(0) / deviation**4
    for name, value in (
        ("mean", codes.mean(0)),
        ("deviation", deviation),
        ("kurtosis", kurtosis),
    ):
        print(name, *(f"{v:.2f}" for v in value))
    shown, columns = beside(
        images[-held:][:32], gan.reconstruct(images[-held:][:32])
    )
    kerasgan.utils.save_image(
        f"{args.out}/reconstructed.png", shown, columns=4 * columns
    )
    sides = np.linspace(-2, 2, 15, dtype="float32")
    grid = np.stack(np.meshgrid(sides, -sides), axis=-1).reshape(-1, 2)
    kerasgan.utils.save_image(
        f"{args.out}/map.png", gan.render(grid), columns=15
    )


if __name__ == "__main__":
    main()

"""BEGAN and EBGAN: discriminators that are autoencoders.

Writes `samples/`, the same 64 latents after each epoch, and `copies.png`:
images and what the discriminator makes of them, first real, then generated
ones. For BEGAN it prints how the control and the convergence measure went.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside
from kerasgan.utils.pixels import from_bytes


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        game="began",
        data="fashion_mnist",
        folder="",
        images=20_000,
        epochs=10,
        batch_size=32,
        filters=32,
        out="runs/began",
    )
    images, _ = load(args)
    shape = images.shape[1:]
    if args.game == "began":
        # A short run, in which the control has to move faster.
        gan = kerasgan.applications.BEGAN(
            shape, filters=args.filters, gamma=0.7, k_rate=0.01, seed=0
        )
    else:
        gan = kerasgan.applications.EBGAN(shape, filters=args.filters, seed=0)
    history = gan.fit(
        images,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    ).history
    for key in ("k", "convergence"):
        if key in history:
            print(key, *(f"{value:.3f}" for value in history[key]))
    shown = np.concatenate([from_bytes(images[:16]), gan.generate(16, seed=0)])
    copies = gan.discriminator.predict(shown, verbose=0)
    if args.game != "began":
        copies, _ = copies
    pairs, columns = beside(shown, np.clip(copies, -1, 1))
    kerasgan.utils.save_image(
        f"{args.out}/copies.png", pairs, columns=4 * columns
    )


if __name__ == "__main__":
    main()

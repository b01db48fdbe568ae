"""VAEGAN: images from latents, latents of images, and back.

Writes `samples/`, `reconstructed.png` with held-out images beside what the
model makes of their latents, and `directions.png`: held-out images moved
towards another class, by the difference of the mean latents of the two.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside

FROM, TO = 6, 1  # shirts to trousers


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=15,
        batch_size=64,
        filters=32,
        out="runs/vaegan",
    )
    images, labels = load(args)
    held = min(500, len(images) // 2)
    gan = kerasgan.applications.VAEGAN(
        images.shape[1:], filters=args.filters, seed=0
    )
    gan.fit(
        images[:-held],
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    shown, columns = beside(
        images[-held:][:32], gan.reconstruct(images[-held:][:32])
    )
    kerasgan.utils.save_image(
        f"{args.out}/reconstructed.png", shown, columns=4 * columns
    )
    latents = gan.encode(images)
    means = [
        latents[:-held][labels[:-held] == c].mean(0, keepdims=True)
        if (labels[:-held] == c).any()
        else 0.0
        for c in (FROM, TO)
    ]
    start = latents[-held:][labels[-held:] == FROM][:8]
    start = start if len(start) else latents[-held:][:8]
    way = [start + t * (means[1] - means[0]) for t in np.linspace(0, 1, 8)]
    way = np.stack(way, axis=1).reshape(-1, latents.shape[1])  # a way a row
    kerasgan.utils.save_image(
        f"{args.out}/directions.png", gan.render(way), columns=8
    )


if __name__ == "__main__":
    main()

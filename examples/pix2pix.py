"""Pix2Pix: draws garments from their outlines.

Each image of Fashion-MNIST is paired with the edges in it. `translated.png`
shows outlines of the last hundred images, which were not trained on, what the
model makes of them, and the truth.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside


def outlines(images):
    """Returns black edges on white of uint8 images."""
    grey = images.astype("float32")
    steps = [np.abs(np.diff(grey, axis=axis)) for axis in (1, 2)]
    edges = np.zeros_like(grey)
    edges[:, :-1] = steps[0]
    edges[:, :, :-1] = np.maximum(edges[:, :, :-1], steps[1])
    return np.where(edges > 60, 0, 255).astype("uint8")


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=20_000,
        epochs=10,
        batch_size=16,
        filters=32,
        out="runs/pix2pix",
    )
    images, _ = load(args)
    inputs = outlines(images)
    held = min(100, len(images) // 4)
    game = kerasgan.applications.Pix2Pix(
        input_shape=images.shape[1:], filters=args.filters, seed=0
    )
    game.fit(
        inputs[:-held],
        images[:-held],
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_data=(inputs[-held:], images[-held:]),
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    shown, columns = beside(
        inputs[-held:][:24],
        game.translate(inputs[-held:][:24], seed=0),
        images[-held:][:24],
    )
    kerasgan.utils.save_image(
        f"{args.out}/translated.png", shown, columns=3 * columns
    )


if __name__ == "__main__":
    main()

"""BiGAN: an encoder and a generator that learn from each other's pairs.

Writes `samples/`, `reconstructed.png` with held-out images beside what the
model makes of their latents, and `between.png`, ways from one held-out image
to another. Prints how much nearer an image is to its own reconstruction than
to that of another image, and the errors of a nearest neighbour among encoded
training images.
"""

import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside
from kerasgan.utils.pixels import from_bytes


def ratio(gan, images):
    """Returns the distance to the own reconstruction over that to another."""
    made = gan.reconstruct(images)
    x = from_bytes(images)
    own = np.sqrt(np.square(x - made).sum((1, 2, 3))).mean()
    other = np.sqrt(np.square(np.roll(x, 1, 0) - made).sum((1, 2, 3))).mean()
    return own / other


def neighbour_errors(gan, images, labels, held_images, held_labels):
    """Returns the share of images whose nearest is of another class."""
    known, asked = gan.encode(images), gan.encode(held_images)
    lengths = np.square(known).sum(1)
    nearest = np.argmin(lengths - 2 * asked @ known.T, axis=1)
    return np.mean(labels[nearest] != held_labels)


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="mnist",
        folder="",
        images=60_000,
        epochs=20,
        batch_size=64,
        filters=32,
        out="runs/bigan",
    )
    images, labels = load(args)
    held = min(1000, len(images) // 4)
    gan = kerasgan.applications.BiGAN(
        images.shape[1:], filters=args.filters, seed=0
    )
    gan.fit(
        images[:-held],
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    print(f"own over other: {ratio(gan, images[-held:]):.2f}")
    errors = neighbour_errors(
        gan, images[:-held], labels[:-held], images[-held:], labels[-held:]
    )
    print(f"errors of the nearest neighbour: {errors:.1%}")
    shown, columns = beside(
        images[-held:][:32], gan.reconstruct(images[-held:][:32])
    )
    kerasgan.utils.save_image(
        f"{args.out}/reconstructed.png", shown, columns=4 * columns
    )
    latents = gan.encode(images[-held:])
    n = min(8, held // 2)
    way = kerasgan.latent.interpolate(
        latents[:n], latents[n : 2 * n], steps=10, kind="lerp"
    )
    way = np.swapaxes(way, 0, 1).reshape(-1, way.shape[-1])  # a way a row
    kerasgan.utils.save_image(
        f"{args.out}/between.png", gan.render(way), columns=10
    )


if __name__ == "__main__":
    main()

"""CycleGAN: makes boots of sneakers, and sneakers of boots, without pairs.

`translated.png` shows sneakers of Fashion-MNIST, as boots, and back again; then
boots, as sneakers, and back. `--game discogan` and `--game dualgan` play it
with the networks and losses of these papers.
"""

from common import load
from common import parse

import kerasgan

SNEAKER, BOOT = 7, 9


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=10,
        batch_size=8,
        filters=32,
        game="cyclegan",
        out="runs/cyclegan",
    )
    images, labels = load(args)
    sneakers, boots = images[labels == SNEAKER], images[labels == BOOT]
    steps = args.epochs * max(len(sneakers), len(boots)) // args.batch_size
    settings = {
        "image_shape": images.shape[1:],
        "filters": args.filters,
        "learning_rate_decay": (steps // 2, max(steps - steps // 2, 1)),
        "seed": 0,
    }
    if args.game == "discogan":
        game = kerasgan.applications.DiscoGAN(**settings)
    elif args.game == "dualgan":
        game = kerasgan.applications.DualGAN(**settings)
    else:
        game = kerasgan.applications.CycleGAN(**settings)
    game.fit(
        sneakers,
        boots,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    )
    shown, columns = game._sample_pictures(12, seed=0)
    kerasgan.utils.save_image(
        f"{args.out}/translated.png", shown, columns=columns
    )


if __name__ == "__main__":
    main()

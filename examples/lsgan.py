"""LSGAN: the least squares loss, with both codings of the paper.

The discriminator's linear output is pulled to `b` for real and to `a` for
generated images, the generator pulls it to `c`. Trains the same networks from
the same weights with (0, 1, 1) and with (-1, 1, 0), which minimises Pearson's
chi-squared divergence, and writes one grid each.
"""

from common import load
from common import parse

import kerasgan

CODINGS = {
    "0_1_1": kerasgan.losses.LeastSquares(a=0.0, b=1.0, c=1.0),
    "-1_1_0": kerasgan.losses.LeastSquares(a=-1.0, b=1.0, c=0.0),
}


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=10,
        batch_size=64,
        filters=64,
        out="runs/lsgan",
    )
    images, _ = load(args)
    for name, loss in CODINGS.items():
        gan = kerasgan.applications.LSGAN(
            image_shape=images.shape[1:],
            loss=loss,
            filters=args.filters,
            seed=0,
        )
        logs = gan.fit(
            images, batch_size=args.batch_size, epochs=args.epochs
        ).history
        print(
            f"{name}: D(real) is {logs['real_logits'][-1]:.2f} and D(fake) "
            f"{logs['fake_logits'][-1]:.2f} on average in the last epoch"
        )
        kerasgan.utils.save_image(
            f"{args.out}/coding_{name}.png", gan.generate(64, seed=0)
        )


if __name__ == "__main__":
    main()

"""InfoGAN: codes that turn out, without labels, to mean something.

One code of ten classes and two continuous ones. Writes `code_0.png`, whose
columns are the ten classes, and `code_1.png` and `code_2.png`, with a class a
row and a continuous code from -1 to 1 along it; and prints the bound on the
mutual information of codes and images, which cannot pass 1.85 nats: log(10)
of the classes, and of each continuous code log(2) - log(2 pi) / 2.
"""

from common import load
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="mnist",
        folder="",
        images=60_000,
        epochs=20,
        batch_size=128,
        filters=64,
        units=1024,
        out="runs/infogan",
    )
    images, _ = load(args)
    gan = kerasgan.applications.InfoGAN(
        image_shape=images.shape[1:],
        codes=[
            kerasgan.latent.Categorical(10),
            kerasgan.latent.Uniform(),
            kerasgan.latent.Uniform(),
        ],
        filters=args.filters,
        units=args.units,
        seed=0,
    )
    history = gan.fit(images, batch_size=args.batch_size, epochs=args.epochs)
    print(f"nats: {history.history['mutual_information'][-1]:.2f}")

    # Columns: the classes. Rows: different noise, continuous codes at 0.
    grid = kerasgan.latent.traverse(gan, code=0, codes=[None, 0.0, 0.0])
    kerasgan.utils.save_image(f"{args.out}/code_0.png", grid)
    for code in (1, 2):
        # Rows: the classes. Columns: one continuous code, the other at 0.
        fixed = [range(10), 0.0, 0.0]
        fixed[code] = None
        grid = kerasgan.latent.traverse(gan, code=code, codes=fixed)
        kerasgan.utils.save_image(f"{args.out}/code_{code}.png", grid)


if __name__ == "__main__":
    main()

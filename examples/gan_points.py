"""The smallest GAN: eight-dimensional noise becomes points of the plane.

One hidden layer in each network, eight Gaussians on a ring as data. Writes
`points.gif`: on the left the data, on the right what the generator makes of
the same noise after each epoch.
"""

import keras
import numpy as np
from common import draw_points
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        images=25_600,
        epochs=40,
        batch_size=256,
        units=128,
        out="runs/gan_points",
    )
    points, _, centers = kerasgan.datasets.gaussian_ring(args.images, std=0.05)
    gan = kerasgan.applications.GAN(
        image_shape=(2,), latent_dim=8, units=(args.units,), seed=0
    )
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
    )
    frames = []

    def draw(epoch, logs):
        made = gan.generate(2500, seed=0, batch_size=2500)
        frames.append(np.stack([draw_points(points[:2500]), draw_points(made)]))

    gan.fit(
        points,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=draw)],
    )
    kerasgan.utils.save_gif(f"{args.out}/points.gif", frames)
    coverage = kerasgan.metrics.ModeCoverage(centers, std=0.05)
    print(coverage(gan.generate(2500, seed=1, batch_size=2500)))


if __name__ == "__main__":
    main()

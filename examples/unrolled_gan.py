"""Unrolled GAN: a generator that foresees the discriminator's next updates.

Eight Gaussians on a ring. Trains the plain game, which tends to chase a few
of them in turn, and the game that looks some updates ahead, from the same
weights; writes `points.png` (data, plain, unrolled) and prints how many modes
each one covers. `examples/mode_coverage.py` compares more games.
"""

import numpy as np
from common import draw_points
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        images=51_200,
        epochs=50,
        batch_size=512,
        units=128,
        unrolling_steps=5,
        out="runs/unrolled_gan",
    )
    points, _, centers = kerasgan.datasets.gaussian_ring(args.images)
    pictures = [draw_points(points[:2500])]
    for steps in (0, args.unrolling_steps):
        gan = kerasgan.applications.UnrolledGAN(
            units=(args.units, args.units), unrolling_steps=steps, seed=0
        )
        gan.fit(points, batch_size=args.batch_size, epochs=args.epochs)
        made = gan.generate(2500, seed=0, batch_size=2500)
        pictures.append(draw_points(made))
        coverage = kerasgan.metrics.ModeCoverage(centers, std=0.01)
        print(f"{steps} steps ahead: {coverage(made)}")
    kerasgan.utils.save_image(
        f"{args.out}/points.png", np.stack(pictures), columns=3
    )


if __name__ == "__main__":
    main()

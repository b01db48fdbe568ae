"""WGAN-GP: a critic whose gradient is pulled to norm 1.

Writes `samples/` and `estimate.png`, the critic's estimate of the Wasserstein
distance an epoch. With a penalty its scale is that of the images: a gradient
of norm 1 all the way. Prints the gradient norms of the trained critic between
real and generated images, whose mean should be near 1.
"""

import numpy as np
from common import load
from common import parse
from common import save_curve
from keras import ops

import kerasgan


def gradient_norms(gan, real, n=64):
    """Returns the critic's gradient norms between real and fake, `(n,)`."""
    real = real[:n].astype("float32") / 127.5 - 1.0
    share = np.random.default_rng(0).random((len(real), 1, 1, 1), "float32")
    mixed = share * real + (1.0 - share) * gan.generate(len(real), seed=0)

    def total(images):
        return ops.sum(gan.discriminator(images)), None

    _, _, gradient = kerasgan.backend.input_gradient(
        total, ops.convert_to_tensor(mixed)
    )
    gradient = ops.convert_to_numpy(gradient).reshape(len(real), -1)
    return np.linalg.norm(gradient, axis=1)


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        images=60_000,
        epochs=30,
        batch_size=50,
        filters=64,
        discriminator_steps=5,
        out="runs/wgangp",
    )
    images, _ = load(args)
    gan = kerasgan.applications.WGANGP(
        image_shape=images.shape[1:],
        filters=args.filters,
        discriminator_steps=args.discriminator_steps,
        seed=0,
    )
    logs = gan.fit(
        images,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[kerasgan.callbacks.SampleGrid(f"{args.out}/samples")],
    ).history
    estimate = np.subtract(logs["real_logits"], logs["fake_logits"])
    save_curve(f"{args.out}/estimate.png", "estimate", estimate)
    norms = gradient_norms(gan, images)
    print(f"gradient norms: {norms.mean():.2f} +- {norms.std():.2f}")


if __name__ == "__main__":
    main()

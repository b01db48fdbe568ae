"""ProGAN: images that grow from 4x4 to full size in one run.

Takes a folder of pictures (PNG, JPEG or WebP, any sizes), such as photographs
of one kind of thing. Writes `samples/`, `growth.gif`, the same 64 latents from
the first pixels on, and `model.keras`. Phases are counted in images, `--kimg`
thousand in each; a run that was stopped goes on where its last epoch ended.
"""

import keras
from common import parse

import kerasgan


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        folder="pictures",
        image_size=64,
        epochs=100,
        batch_size=16,
        kimg=10.0,
        width=1 / 16,
        max_channels=128,
        out="runs/progan",
    )
    images = kerasgan.datasets.from_directory(
        args.folder, args.image_size, batch_size=args.batch_size
    )
    gan = kerasgan.applications.ProGAN(
        image_shape=(args.image_size, args.image_size, 3),
        width=args.width,
        max_channels=args.max_channels,
        kimg=args.kimg,
        # Short phases: an average over 10,000 images would lag behind.
        ema=kerasgan.training.EMA(200 * args.kimg, 0.05),
        seed=0,
    )
    gan.fit(
        images,
        epochs=args.epochs,
        callbacks=[
            kerasgan.callbacks.SampleGrid(f"{args.out}/samples"),
            kerasgan.callbacks.TrainingFilm(f"{args.out}/growth.gif"),
            keras.callbacks.BackupAndRestore(f"{args.out}/backup"),
        ],
    )
    gan.save(f"{args.out}/model.keras")
    print(f"{gan.resolution}x{gan.resolution} of {args.image_size} pixels")


if __name__ == "__main__":
    main()

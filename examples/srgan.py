"""SRGAN: makes images four times as large, with the detail of large ones.

`enlarged.png` shows images that were not trained on: shrunk, enlarged by
bicubic interpolation, by the network after its pretraining, by SRGAN, and as
they were. By default they are of Fashion-MNIST; `--pictures FOLDER` takes
pictures of yours, `--size` pixels a side.
"""

import keras
import numpy as np
from common import load
from common import parse

import kerasgan
from kerasgan.training.side_by_side import beside
from kerasgan.utils.bicubic import shrink

SCALE = 4


def open_images(args):
    """Returns uint8 images, `(n, height, width, channels)`, mixed."""
    if not args.pictures:
        return load(args)[0]
    data = kerasgan.datasets.from_directory(
        args.pictures, image_size=args.size, batch_size=64, seed=0
    )
    images = np.concatenate([data[i] for i in range(data.num_batches)])
    return images[: args.images]


def by_interpolation(small, size):
    """Returns float images in [-1, 1], enlarged by bicubic interpolation."""
    large = keras.ops.image.resize(small, size, interpolation="bicubic")
    return np.clip(keras.ops.convert_to_numpy(large), -1.0, 1.0)


def main(argv=None):
    args = parse(
        __doc__,
        argv,
        data="fashion_mnist",
        folder="",
        pictures="",
        size=64,
        images=20_000,
        pretraining_epochs=3,
        epochs=10,
        batch_size=16,
        filters=32,
        blocks=8,
        units=256,
        out="runs/srgan",
    )
    images = open_images(args)
    held = min(100, len(images) // 4)
    game = kerasgan.applications.SRGAN(
        image_shape=images.shape[1:],
        scale=SCALE,
        filters=args.filters,
        blocks=args.blocks,
        units=args.units,
        seed=0,
    )
    large = images[-held:][:24].astype("float32") / 127.5 - 1.0
    small = shrink(large, SCALE)
    small = np.clip(keras.ops.convert_to_numpy(small), -1.0, 1.0)
    after_pretraining = {}

    def look(epoch, logs=None):
        if epoch + 1 == args.pretraining_epochs:
            after_pretraining["images"] = game.translate(small)

    game.fit(
        images[:-held],
        batch_size=args.batch_size,
        epochs=args.epochs,
        pretraining_epochs=args.pretraining_epochs,
        validation_data=images[-held:],
        callbacks=[
            kerasgan.callbacks.SampleGrid(f"{args.out}/samples"),
            keras.callbacks.LambdaCallback(on_epoch_end=look),
        ],
    )
    shown, columns = beside(
        small,
        by_interpolation(small, images.shape[1:3]),
        after_pretraining.get("images"),
        game.translate(small),
        large,
    )
    kerasgan.utils.save_image(
        f"{args.out}/enlarged.png", shown, columns=3 * columns
    )


if __name__ == "__main__":
    main()

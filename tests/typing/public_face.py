"""What users write, for a type checker: it is read and never run.

`reveal_type` would say the same; `assert_type` is an error where a name is not
found, or is something else than an editor should say.
"""

import pathlib
from typing import assert_type

import numpy as np

import kerasgan


def networks_and_games(folder: pathlib.Path) -> None:
    gan = kerasgan.applications.DCGAN(
        image_shape=(32, 32, 3), latent_dim=64, filters=32, seed=0
    )
    assert_type(gan, kerasgan.applications.DCGAN)
    assert_type(gan.generate(4, seed=0), np.ndarray)
    kerasgan.applications.CGAN(num_classes=10).generate(4, labels=[3] * 4)
    kerasgan.applications.InfoGAN().generate(4, codes=[3, None, None])
    kerasgan.applications.CycleGAN().translate(folder, to="a", seed=1)
    kerasgan.applications.Pix2Pix((64, 64, 3)).translate(folder, batch_size=2)
    kerasgan.applications.SRGAN().translate(folder)
    assert_type(kerasgan.applications.AAE().encode(folder), np.ndarray)
    assert_type(kerasgan.applications.BiGAN().reconstruct(folder), np.ndarray)
    model = kerasgan.applications.SemiSupervisedGAN(num_classes=10)
    assert_type(model.classify(folder, probabilities=True), np.ndarray)
    kerasgan.applications.ProGAN().generate(4, resolution=16)
    kerasgan.load_model(folder / "gan.keras")
    kerasgan.models.GAN(generator=None, discriminator=None, loss="hinge")
    assert_type(kerasgan.applications.list_models(), list[str])


def pictures(folder: pathlib.Path) -> None:
    images, labels = kerasgan.datasets.load("mnist", split="test")
    assert_type(images, np.ndarray)
    assert_type(labels, np.ndarray)
    kerasgan.datasets.from_directory(folder, 64, batch_size=8, seed=None)
    kerasgan.datasets.from_directory(str(folder), (48, 64), labels="inferred")
    pairs = kerasgan.datasets.paired(folder, folder, crop=(64, 64))
    assert_type(pairs, kerasgan.datasets.ImagePairs)
    grid = kerasgan.utils.image_grid(images, columns=4)
    assert_type(grid, np.ndarray)
    kerasgan.utils.save_image(folder / "grid.png", images)
    kerasgan.utils.save_gif("walk.gif", kerasgan.latent.walk_frames(None))


def what_follows(folder: pathlib.Path, gan: kerasgan.models.GAN) -> None:
    scores = kerasgan.evaluate(gan, folder, metrics=["fid"], samples=500)
    assert_type(scores, kerasgan.metrics.Evaluation)
    found = kerasgan.latent.project(gan, folder, steps=10, loss="l2")
    assert_type(found.latents, np.ndarray)
    kerasgan.latent.inpaint(gan, folder, masks="half", window=None)
    kerasgan.latent.directions(gan, method="pca", n=3)
    for batch in kerasgan.latent.walk(gan, points=4):
        assert_type(batch, np.ndarray)

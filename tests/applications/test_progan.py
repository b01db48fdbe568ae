import numpy as np
import pytest

import kerasgan


def test_small_images_have_a_quarter_of_the_papers_channels():
    gan = kerasgan.applications.ProGAN(image_shape=(8, 8, 1))
    assert gan.generator.channels(0) == gan.discriminator.channels(1) == 128
    assert gan._latent_shape == (128,)
    assert gan.kimg == 100
    assert gan.batch_sizes is None


def test_large_images_have_the_settings_of_the_paper():
    gan = kerasgan.applications.ProGAN(
        image_shape=(1024, 1024, 3), width=1 / 512, latent_dim=4
    )
    assert gan.kimg == 600
    assert gan.schedule.starts[-1] == 9_600_000
    assert gan.batch_sizes == {
        **{4: 128, 8: 128, 16: 128, 32: 64, 64: 32, 128: 16},
        **{256: 8, 512: 4, 1024: 4},
    }
    adam = gan.optimizer.generator_optimizer
    assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.0, 0.99, 1e-8)
    names = [r.name for r in gan.regularizers]
    assert names == ["gradient_penalty", "drift"]
    assert [r.weight for r in gan.regularizers] == [10.0, 0.001]


def test_the_two_networks_are_of_the_same_channels_and_other_seeds():
    gan = kerasgan.applications.ProGAN(
        image_shape=(16, 16, 3), width=1 / 128, max_channels=8, seed=3
    )
    for network in (gan.generator, gan.discriminator):
        assert [network.channels(i) for i in range(3)] == [8, 8, 8]
    one, two = (
        np.ravel(network.rgb[0].get_weights()[0])
        for network in (gan.generator, gan.discriminator)
    )
    assert not np.allclose(one, two)


def test_a_preset_generates_the_same_images(tmp_path):
    gan = kerasgan.applications.ProGAN(
        image_shape=(8, 8, 1), width=1 / 128, kimg=0.004, batch_sizes=_TABLE
    )
    gan.images_seen.assign(8)
    gan.save_to_preset(tmp_path / "preset")
    again = kerasgan.applications.ProGAN(pretrained=tmp_path / "preset")
    assert again.resolution == 8
    assert again.batch_sizes == _TABLE
    np.testing.assert_array_equal(
        again.generate(2, seed=0), gan.generate(2, seed=0)
    )


_TABLE = {4: 4, 8: 4}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (28, 28, 1)}, "28x28 ones to 32x32"),
        ({"width": 0}, "`width`"),
        ({"kimg": 0}, "`kimg`"),
        ({"batch_sizes": {8: 4}}, "Missing: 4"),
    ],
    ids=["image_shape", "width", "kimg", "batch_sizes"],
)
def test_bad_arguments_are_refused(arguments, message):
    small = {"image_shape": (8, 8, 1), "width": 1 / 128}
    with pytest.raises(ValueError, match=message):
        kerasgan.applications.ProGAN(**{**small, **arguments})

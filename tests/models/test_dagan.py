"""Images of the class of an image: pairs, the critic on paper, variations."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.models import DAGAN
from tests.models import tiny_latent_games as tiny


def generator(w=0.5, v=1.0):
    """Returns G(z, x) = w * z + v * x, in each pixel."""
    z, x = keras.Input((1,)), keras.Input(tiny.SHAPE)
    kernel = keras.initializers.Constant(w)
    drawn = layers.Dense(4, use_bias=False, kernel_initializer=kernel)(z)
    drawn = layers.Reshape(tiny.SHAPE)(drawn)
    return keras.Model([z, x], layers.Add()([drawn, tiny.times(v)(x)]))


def critic(of_images, of_given):
    """Returns D(y, x) = <a, y> + <b, x>."""
    inputs = [keras.Input(tiny.SHAPE), keras.Input(tiny.SHAPE)]
    pair = layers.Concatenate()([layers.Flatten()(x) for x in inputs])
    layer = layers.Dense(1, use_bias=False)
    network = keras.Model(inputs, layer(pair))
    layer.set_weights([np.concatenate([of_images, of_given])[:, None]])
    return network


A, B = np.array([0.5, -0.3, 0.2, 0.1]), np.array([0.4, 0.4, -0.2, 0.3])


def make(w=0.5, v=1.0, **kwargs):
    game = DAGAN(
        generator(w, v), critic(A, B), loss="wasserstein", seed=0, **kwargs
    )
    return tiny.compiled(game)


def test_three_steps_are_those_on_paper():
    a, b = A.copy(), B.copy()
    w, v, rate = np.full(4, 0.5), 1.0, 0.1
    table = tiny.latents(3, 4)
    penalty = kerasgan.regularizers.GradientPenalty(10.0)
    game = tiny.replay(make(regularizers=[penalty]), table)
    for turn in range(3):
        x, y = (tiny.images(4, seed=s).reshape(4, 4) for s in (turn, turn + 9))
        z = table[turn][:, 0]
        fake = z[:, None] * w + v * x
        # What is asked for is in both, and only the image in the penalty.
        norm = np.linalg.norm(a)
        d_loss = ((fake - y) @ a).mean() + 10 * (norm - 1) ** 2
        pair = [part.reshape(4, *tiny.SHAPE) for part in (x, y)]
        logs = tiny.step(game, *pair)
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-3, abs=1e-5)
        slope = (fake - y).mean(0) + 20 * (norm - 1) * a / norm
        a = a - rate * slope
        assert logs["g_loss"] == pytest.approx(
            -(fake @ a + x @ b).mean(), rel=1e-3, abs=1e-5
        )
        w, v = w + rate * z.mean() * a, v + rate * (x @ a).mean()
    kernel = game.discriminator.get_weights()[0].ravel()
    np.testing.assert_allclose(kernel, [*a, *b], rtol=1e-3, atol=1e-5)
    drawn, scale = game.generator.get_weights()
    np.testing.assert_allclose(drawn.ravel(), w, rtol=1e-3)
    np.testing.assert_allclose(scale.ravel(), [v], rtol=1e-3)


def test_labels_make_pairs_and_classes_of_one_are_left_out():
    game = make()
    images = tiny.images(9)
    labels = [0, 0, 1, 1, 1, 2, 2, 2, 3]
    with pytest.warns(UserWarning, match="1 classes .* left out.*: 3"):
        history = game.fit(images, labels, batch_size=4, epochs=2, verbose=0)
    assert int(game.images_seen) == 16
    assert np.isfinite(history.history["d_loss"]).all()
    given = game.examples[0]
    assert len(given) == 8
    logs = game.evaluate(*(images[:8], labels[:8]), verbose=0, return_dict=True)
    assert np.isfinite(logs["d_loss"])


def test_training_goes_on_with_the_pairs_that_come_next():
    images, labels = tiny.images(12), np.arange(12) % 3
    whole, parts = make(), make()
    whole.fit(images, labels, batch_size=4, epochs=2, verbose=0)
    for epoch in range(2):
        parts.fit(
            *(images, labels),
            batch_size=4,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=0,
        )
    for one, other in zip(whole.weights, parts.weights, strict=True):
        np.testing.assert_array_equal(tiny.numpy(one), tiny.numpy(other))


def test_variations_are_of_each_image():
    game = make(w=0.1)
    images = tiny.images(3)
    made = game.variations(images, n=4, seed=0)
    assert made.shape == (3, 4, *tiny.SHAPE)
    steps = made - images[:, None]
    # One number an image, the same in all four pixels.
    assert np.ptp(steps, axis=(2, 3, 4)).max() < 1e-6
    assert len(np.unique(steps[..., 0, 0, 0].round(5))) == 12
    np.testing.assert_array_equal(made, game.variations(images, 4, seed=0))
    with pytest.raises(ValueError, match="`images`"):
        game.variations(np.zeros((2, 3, 3, 1), "uint8"))
    shown, columns = game._sample_pictures(5, seed=0)
    assert columns == 4 and shown.shape == (20, *tiny.SHAPE)


def test_the_layer_varies_a_share_of_images_in_training(tmp_path):
    layer = make(w=0.0, v=-1.0).augmentation_layer(0.5, (0, 255), seed=0)
    x = np.full((64, *tiny.SHAPE), 55.0, "float32")
    x[::2] = 10.0
    np.testing.assert_array_equal(tiny.numpy(layer(x)), x)
    varied = tiny.numpy(layer(x, training=True))
    is_varied = (varied != x).all((1, 2, 3))
    assert 16 < is_varied.sum() < 48
    # Mirrored at grey, in the range of the images.
    np.testing.assert_allclose(varied[is_varied], 255 - x[is_varied], rtol=1e-4)
    np.testing.assert_array_equal(varied[~is_varied], x[~is_varied])
    assert not layer.trainable_variables
    model = keras.Sequential([keras.Input(tiny.SHAPE), layer])
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert copy.layers[0].rate == 0.5
    for one, other in zip(
        layer.generator.get_weights(), copy.layers[0].generator.get_weights()
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [({"rate": 2}, "`rate`"), ({"value_range": (1, 1)}, "`va")],
)
def test_the_layer_has_limits(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make().augmentation_layer(**kwargs)


@pytest.mark.parametrize(
    ("data", "kwargs", "message"),
    [
        (lambda x: (x, None), {}, "pairs of images"),
        (lambda x: (x, [0, 1, 2, 3]), {}, "at least two images"),
        (lambda x: (x, [0, 0]), {}, "`labels`"),
        (lambda x: (x[:, :1], [0] * 4), {}, "`x`"),
        (lambda x: (x, x[:, :1]), {}, "`y`"),
        (lambda x: (x, [0] * 4), {"validation_split": 0.5}, "validation_sp"),
    ],
)
@pytest.mark.filterwarnings("ignore:4 classes")
def test_data_without_pairs_is_refused(data, kwargs, message):
    with pytest.raises(ValueError, match=message):
        make().fit(*data(tiny.images(4)), verbose=0, **kwargs)


def test_networks_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="`generator` must take two inputs"):
        DAGAN(tiny.scaled(1.0), critic(A, B))
    with pytest.raises(ValueError, match="`discriminator` must take two"):
        DAGAN(generator(), tiny.gathered(1.0))

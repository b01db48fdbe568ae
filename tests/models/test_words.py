"""What is said to what users write first, and what to write instead."""

import keras
import numpy as np
import pytest

import kerasgan
from tests.tiny import IMAGE_SHAPE
from tests.tiny import tiny_discriminator
from tests.tiny import tiny_gan
from tests.tiny import tiny_generator
from tests.tiny import tiny_images

DCGAN = kerasgan.applications.DCGAN


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"optimizer": "adam"}, "write `generator_optimizer=`"),
        ({"optimizers": ["adam"]}, "write `generator_optimizer=`"),
        ({"g_optimizer": "adam"}, "Did you mean `generator_optimizer`"),
        ({"metrics": ["fid"]}, "`kerasgan.evaluate"),
        ({"learning_rate": 0.1}, "an optimizer of its own"),
        ({"generator_optimizer": 0.1}, "`generator_optimizer` must be a Keras"),
        ({"loss": "binary_crossentropy"}, "Unknown `loss`"),
        ({"loss": lambda a, b: a}, "`kerasgan.losses.AdversarialLoss`"),
    ],
)
def test_compile_says_which_words_to_use(arguments, words):
    with pytest.raises(ValueError, match=words):
        tiny_gan().compile(**arguments)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"optimizer": "adam"}, r"set by `compile\("),
        ({"learning_rate": 0.1}, "that `compile` is given"),
        ({"regularizer": "r1"}, "Did you mean `regularizers`"),
        ({"epochs": 3}, "argument of `fit`"),
        ({"depth": 3}, "It takes: augmentation, .*image_shape"),
    ],
)
def test_a_model_says_where_an_argument_belongs(arguments, words):
    with pytest.raises(TypeError, match=words):
        DCGAN((8, 8, 1), filters=2, **arguments)


def test_what_is_no_list_of_regularizers():
    with pytest.raises(ValueError, match=r"`regularizers=\['r1'\]`"):
        tiny_gan(regularizers="r1")
    with pytest.raises(ValueError, match="as `kernel_regularizer`"):
        tiny_gan(regularizers=[keras.regularizers.L2()])
    with pytest.raises(ValueError, match="not its class"):
        tiny_gan(regularizers=[kerasgan.regularizers.R1])


def test_a_decay_is_no_half_life():
    with pytest.raises(ValueError, match="`ema` must be a half-life"):
        tiny_gan(ema=0.999)


@pytest.mark.parametrize(
    "name",
    [
        *("BEGAN", "BiGAN", "CycleGAN", "DAGAN", "DCGAN", "EBGAN"),
        *("ProGAN", "SemiSupervisedGAN", "SNGAN", "VAEGAN"),
    ],
)
@pytest.mark.parametrize(
    "shape, words",
    [
        (32, r"Write `image_shape=\(32, 32, 1\)` for grey"),
        ((32, 32), r"`\(32, 32, 3\)` for RGB"),
        ((3, 32, 32), r"Write `image_shape=\(32, 32, 3\)`, and turn"),
        ("32", "three whole numbers"),
        (None, "three whole numbers"),
        ((32, 32, 1.0), "three whole numbers"),
    ],
)
def test_a_shape_of_images_is_explained(name, shape, words):
    with pytest.raises(ValueError, match=words):
        getattr(kerasgan.applications, name)(image_shape=shape)


def test_a_shape_of_points_is_explained():
    with pytest.raises(ValueError, match="a tuple of whole numbers"):
        kerasgan.applications.GAN(image_shape=2)


def test_shapes_may_be_numbers_of_numpy():
    gan = DCGAN(np.array((8, 8, 1)), filters=2, latent_dim=2)
    assert gan.get_config()["image_shape"] == (8, 8, 1)


@pytest.mark.parametrize("as_data_set", [False, True])
def test_images_with_channels_first_are_to_be_turned(as_data_set):
    gan = DCGAN((8, 8, 3), filters=2, latent_dim=2)
    x = np.zeros((4, 3, 8, 8), "uint8")
    with pytest.raises(ValueError, match=r"`numpy.moveaxis\(x, 1, -1\)`"):
        gan.fit(((x,) for _ in "ab") if as_data_set else x, verbose=0)


def test_keras_set_to_channels_first_is_refused_with_the_way_back():
    keras.config.set_image_data_format("channels_first")
    for make in (
        lambda: DCGAN((8, 8, 1)),
        lambda: kerasgan.networks.unet_generator((8, 8, 1)),
        lambda: kerasgan.models.GAN(tiny_generator(), tiny_discriminator()),
    ):
        with pytest.raises(ValueError, match=r"set_image_data_format\('chan"):
            make()


class Unreduced(kerasgan.losses.AdversarialLoss):
    def __init__(self, players):
        self.players = players

    def discriminator(self, real_logits, fake_logits):
        return self.reduced("d", fake_logits - real_logits)

    def generator(self, fake_logits, real_logits=None):
        return self.reduced("g", -fake_logits)

    def reduced(self, player, x):
        return x if player in self.players else keras.ops.mean(x)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_loss_that_is_not_one_number_says_so(player):
    gan = tiny_gan(loss=Unreduced(player[0]))
    with pytest.raises(ValueError, match=f"`{player}` must be one number"):
        gan.fit(tiny_images(), verbose=0)


class Judging(kerasgan.models.AdversarialModel):
    def __init__(self, judge):
        super().__init__({"judge": judge}, ["g_loss"], real_shape=IMAGE_SHAPE)

    def adversarial_step(self, batch):
        images, _ = self.unpack(batch)

        def objective():
            loss = keras.ops.mean(self.judge(images))
            return loss, {"g_loss": loss}

        return self.minimize("judge", objective)


def test_a_game_that_draws_nothing_says_how_it_would(tmp_path):
    game = Judging(tiny_discriminator())
    with pytest.raises(ValueError, match=r"compile\(judge_optimizer=\.\.\.\)"):
        game.fit(tiny_images(), verbose=0)
    game.compile("adam")
    game.fit(tiny_images(), verbose=0)
    callback = kerasgan.callbacks.SampleGrid(tmp_path)
    for use in (
        lambda: game.generate(2),
        lambda: game.image_shape,
        lambda: game.export(tmp_path / "exported"),
        lambda: kerasgan.evaluate(game, tiny_images()),
        lambda: game.fit(tiny_images(), verbose=0, callbacks=[callback]),
    ):
        with pytest.raises(NotImplementedError, match="`sample_inputs"):
            use()


@pytest.mark.parametrize("name", ["a.h5", "a.weights.h5", "a.pt", "a"])
def test_only_what_can_be_loaded_is_saved(name, tmp_path):
    with pytest.raises(ValueError, match=r"a\.keras'\)` for the whole model"):
        tiny_gan().save(tmp_path / name)
    assert not [*tmp_path.iterdir()]


def test_the_learning_rate_of_a_player_can_be_changed_at_any_time():
    gan = tiny_gan()
    gan.generator_optimizer.learning_rate = 0.5
    assert float(gan.optimizer.players["generator"].learning_rate) == 0.5
    gan.discriminator_optimizer.learning_rate = 0.0
    before = gan.discriminator.get_weights()[0]
    gan.fit(tiny_images(), verbose=0)
    np.testing.assert_array_equal(gan.discriminator.get_weights()[0], before)
    with pytest.raises(AttributeError, match=r"`gan\.generator_optimizer\.le"):
        gan.optimizer.learning_rate = 0.1
    with pytest.raises(ValueError, match="is set by `compile"):
        gan.generator_optimizer = keras.optimizers.SGD()
    with pytest.raises(AttributeError, match="critic_optimizer"):
        _ = gan.critic_optimizer


def test_a_module_of_pytorch_plays_as_a_layer(backend):
    if backend != "torch":
        pytest.skip("Keras wraps modules of PyTorch there alone")
    import torch

    module = torch.nn.Sequential(torch.nn.Linear(3, 16), torch.nn.Tanh())
    with pytest.raises(ValueError, match="TorchModuleWrapper"):
        kerasgan.models.GAN(module, tiny_discriminator())
    x = keras.Input((3,))
    wrapper = keras.layers.TorchModuleWrapper(module, output_shape=(None, 16))
    generator = keras.Model(x, keras.layers.Reshape(IMAGE_SHAPE)(wrapper(x)))
    gan = kerasgan.models.GAN(generator, tiny_discriminator(), ema=10.0)
    before = module[0].weight.detach().clone()
    gan.fit(tiny_images(), verbose=0)
    assert (module[0].weight != before).all()
    assert gan.generate(2).shape == (2, *IMAGE_SHAPE)

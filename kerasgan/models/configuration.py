import keras

from kerasgan.training.frozen import freeze
from kerasgan.training.frozen import frozen_config

_PLAIN_ARGUMENTS = (
    "discriminator_steps",
    "ema_half_life",
    "ema_ramp_up",
    "instance_noise",
    "instance_noise_decay",
    "packing",
    "feature_matching",
    "historical_averaging",
    "seed",
    "name",
)


class Configuration:
    """How a game is written down and made again; mixed into the models.

    Expects the attributes that `kerasgan.models.GAN` sets.
    """

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            **self.get_game_config(),
        }

    def get_game_config(self):
        """Returns the config of everything but the networks."""
        serialize = keras.saving.serialize_keras_object
        return {
            "loss": serialize(self.adversarial_loss),
            "regularizers": [serialize(r) for r in self.regularizers],
            "latent_prior": serialize(self.latent_prior),
            "augmentation": serialize(self.augmentation),
            **{name: getattr(self, name) for name in _PLAIN_ARGUMENTS},
            **frozen_config(self, self.player_names),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        frozen = config.pop("frozen", {})
        for key, value in config.items():
            if isinstance(value, (dict, list)):
                config[key] = keras.saving.deserialize_keras_object(
                    value, custom_objects=custom_objects
                )
        gan = cls(**config)
        freeze(gan, frozen)
        return gan

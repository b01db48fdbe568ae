import keras

from kerasgan.models.adversarial_model import FOR_SUBCLASSES
from kerasgan.models.adversarial_model import AdversarialModel
from kerasgan.saving.constructor_config import constructor_config
from kerasgan.training.frozen import frozen_config


class MadeOfNetworks(AdversarialModel):
    """Base of games whose constructors take their networks, each by its name.

    A subclass returns `_config_of_game(cls)` as its `_get_game_config()`,
    which `kerasgan.applications.Application` asks for.
    """

    _player_names = ("generator", "discriminator")

    def _default_optimizers(self):
        """Adam, as DCGAN and pix2pix have it."""
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5)
            for player in self._player_names
        }

    def get_config(self):
        """Returns the arguments that the model can be made of again."""
        return {
            **{
                name: keras.saving.serialize_keras_object(getattr(self, name))
                for name in self._own_networks
            },
            **self._get_game_config(),
        }

    @property
    def _own_networks(self):
        return [n for n in self._network_names if n not in self._averages]

    def _config_of_game(self, cls):
        """Returns the config of everything but the networks.

        Args:
            cls: The class whose arguments are meant.
        """
        own = self._own_networks
        config = constructor_config(
            self,
            AdversarialModel,
            without=(*FOR_SUBCLASSES, *own),
            cls=cls,
        )
        return {**config, **frozen_config(self, own)}

"""The arguments of a game that stay attributes, and what they may be set to."""

from kerasgan import augmentations
from kerasgan import latent
from kerasgan import losses
from kerasgan import regularizers as regularizers_module
from kerasgan.training import validation
from kerasgan.utils import check_count


def _get(get):
    return lambda name, value: get(value)


def _checked_regularizers(name, value):
    if isinstance(value, (str, dict)) or not hasattr(value, "__iter__"):
        raise ValueError(
            f"`{name}` must be a list of regularizers or their names. "
            f"Received: {value!r}. Put it in brackets"
        )
    return tuple(regularizers_module.get(r) for r in value)


def _checked_count(name, value):
    check_count(name, value)
    return int(value)


def _positive_or_none(name, value):
    validation.check_positive(**{name: value})
    return value


def _positive_or_zero(name, value):
    validation.check_positive(**{name: value or None})
    return value


#: Functions from an attribute's name and value to what it is set to.
CHECKS = {
    "adversarial_loss": _get(losses.get),
    "augmentation": _get(augmentations.get),
    "discriminator_steps": _checked_count,
    "ema_half_life": _positive_or_none,
    "ema_ramp_up": _positive_or_none,
    "historical_averaging": _positive_or_zero,
    "instance_noise": _positive_or_zero,
    "instance_noise_decay": _positive_or_none,
    "latent_prior": _get(latent.get),
    "packing": _checked_count,
    "regularizers": _checked_regularizers,
}


def checked(gan, name, value):
    """Returns what an attribute of a game may be set to, or raises.

    Args:
        gan: `kerasgan.models.GAN`, whose networks are there.
        name: String, the attribute.
        value: What it is to be.

    Raises:
        ValueError: If it cannot be that, or not any more.
    """
    if name not in CHECKS:
        return value
    value = CHECKS[name](name, value)
    has_average = gan.ema_generator is not None
    if name == "ema_half_life" and (value is not None) != has_average:
        raise ValueError(
            "`ema_half_life` must stay a number, or None: a model has an "
            "averaged generator from the start, or none. Received: "
            f"ema_half_life={value!r}. Make another model"
        )
    if name == "regularizers":
        received = sorted(regularizer.name for regularizer in value)
        others = {"loss", *gan.log_names_without_penalties()}
        logged = sorted(set(gan.log_means.keys) - others)
        if received != logged:
            raise ValueError(
                "`regularizers` must have the names that they had, because "
                f"the logs are keyed by them: {logged}. Received: {received}. "
                "Make another model"
            )
    return value

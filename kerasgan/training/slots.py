"""The arguments of a model that stay attributes, and their valid values."""

from kerasgan import augmentations
from kerasgan import latent
from kerasgan import losses
from kerasgan import regularizers as regularizers_module
from kerasgan.training.ema import EMA
from kerasgan.utils import check_count


def _regularizers(name, value):
    if isinstance(value, (str, dict)) or not hasattr(value, "__iter__"):
        raise ValueError(
            f"`{name}` must be a list of regularizers or their names. "
            f"Received: {value!r}. Put it in brackets: `{name}=[{value!r}]`"
        )
    return tuple(regularizers_module.get(r) for r in value)


def _augmentation(name, value):
    if not isinstance(value, (list, tuple)):
        return augmentations.get(value)
    return tuple(augmentations.get(one) for one in value)


def _count(name, value):
    check_count(name, value)
    return int(value)


#: Functions from an attribute's name and value to what it is set to.
SLOTS = {
    "augmentation": _augmentation,
    "discriminator_steps": _count,
    "ema": lambda name, value: EMA.get(value),
    "latent_prior": lambda name, value: latent.get(value),
    "loss": lambda name, value: None if value is None else losses.get(value),
    "regularizers": _regularizers,
}


def filled(**values):
    """Returns what slots are set to, by name; raises for what cannot be.

    Args:
        **values: What the user gave for each.
    """
    return {name: SLOTS[name](name, value) for name, value in values.items()}


def as_tuple(value):
    """Returns what a slot holds, none or one or several, as a tuple."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def checked(model, name, value):
    """Returns what a slot of a model may be set to, or raises.

    Args:
        model: `kerasgan.models.AdversarialModel`, whose networks are there.
        name: String, the attribute.
        value: What it is to be.

    Raises:
        ValueError: If it cannot be that, or not any more.
    """
    if name not in SLOTS:
        return value
    value = SLOTS[name](name, value)
    if name == "ema" and (value is not None) != bool(model._averages):
        raise ValueError(
            "`ema` must stay an average, or None: a model has averaged "
            "networks from the start, or none. Received: "
            f"ema={value!r}. Make another model"
        )
    if name == "regularizers":
        received = sorted(r.name for r in value if r.is_logged)
        if received != sorted(model._penalty_names):
            raise ValueError(
                "`regularizers` must have the names that they had, because "
                "the logs are keyed by them: "
                f"{sorted(model._penalty_names)}. Received: {received}. "
                "Make another model"
            )
    if name == "augmentation":
        packs = packing_of(value)
        if packs != packing_of(getattr(model, "augmentation", value)):
            raise ValueError(
                "`augmentation` must pack as many images as it did, because "
                "the discriminator is built for it. Received: packs of "
                f"{packs}. Make another model"
            )
    return value


def packing_of(augmentation):
    """Returns how many images the discriminator sees as one."""
    count = 1
    for one in as_tuple(augmentation):
        count *= augmentations.get(one).packs
    return count

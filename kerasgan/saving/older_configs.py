"""Configs of files that older versions wrote."""


def without_older_arguments(config):
    """Returns a config of `GAN` whose arguments are those of today.

    Averages, noise, packing, feature matching and historical averaging were
    arguments of their own once; now they are objects in slots.

    Args:
        config: Dict, as `get_config` returned it; objects may be there as
            such or as configs.
    """
    # Here, because what saves is imported by what is saved.
    from kerasgan.augmentations import InstanceNoise
    from kerasgan.augmentations import Packing
    from kerasgan.losses import FeatureMatching
    from kerasgan.regularizers import HistoricalAveraging
    from kerasgan.training import EMA

    config = dict(config)
    half_life, ramp_up = _pop(config, "ema_half_life", "ema_ramp_up")
    if half_life is not None:
        config["ema"] = EMA(half_life, ramp_up)
    noise, decay = _pop(config, "instance_noise", "instance_noise_decay")
    (packing,) = _pop(config, "packing")
    further = [InstanceNoise(noise, decay)] if noise else []
    if (packing or 1) > 1:
        further.append(Packing(packing))
    if further:
        augmentation = config.get("augmentation")
        first = [] if augmentation is None else [augmentation]
        config["augmentation"] = [*first, *further]
    (layer,) = _pop(config, "feature_matching")
    if layer is not None:
        loss = config.get("loss", "non_saturating")
        config["loss"] = FeatureMatching(layer, loss)
    (weight,) = _pop(config, "historical_averaging")
    if weight:
        config["regularizers"] = [
            *config.get("regularizers", ()),
            HistoricalAveraging(weight),
        ]
    return config


def _pop(config, *names):
    return [config.pop(name, None) for name in names]

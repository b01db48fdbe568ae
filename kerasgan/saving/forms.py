"""The forms that files must have; imported only where one is read."""

from typing import Annotated

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

_Text = Annotated[str, Field(min_length=1, max_length=4096)]
_Count = Annotated[int, Field(ge=0, lt=2**60)]
_Positive = Annotated[int, Field(ge=1, lt=2**31)]
_Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Format = Annotated[int, Field(ge=1, le=1)]
_Dict = dict[str, object]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class _FileFacts(_Form):
    """What `metadata.json` says of a file."""

    bytes: Annotated[int, Field(ge=0, le=2**44)]
    sha256: Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]


class _PresetFiles(_Form):
    """The files that `metadata.json` describes."""

    config: _FileFacts = Field(alias="config.json")
    weights: _FileFacts = Field(alias="model.weights.h5")


class _PresetFormat(_Form):
    """What is read first of `metadata.json`: a later format has other keys."""

    format: _Format


class _PresetMetadata(_Form):
    """`metadata.json` of a preset."""

    format: _Format
    model: _Text
    files: _PresetFiles
    parameters: dict[_Text, _Count]
    steps_seen: _Count = 0
    images_seen: _Count = 0
    url: Annotated[str, Field(pattern=r"\Ahttps?://\S+\z")] | None = None
    default: bool = False


class _PresetConfig(_Form):
    """`config.json` of a preset."""

    registered_name: _Text
    config: _Dict


class _ChosenScore(_Form):
    """What `GenerativeMetrics` says of the best model in its metadata."""

    by: _Text
    value: float


class _BestMetadata(_Form):
    """`metadata.json` of the preset that `GenerativeMetrics` keeps."""

    chosen: _ChosenScore


class _KerasMetadata(_Form):
    """`metadata.json` in a `.keras` file."""

    keras_version: _Text


class _KerasConfig(_Form):
    """`config.json` in a `.keras` file."""

    module: _Text | None
    class_name: _Text
    config: _Dict
    registered_name: _Text | None
    build_config: _Dict | None = None
    compile_config: _Dict | None = None


class _RunSource(_Form):
    """What `settings.json` of any run says of its data."""

    data: _Text | None = None


class _RunSettings(_Form):
    """`settings.json` of a run of `kerasgan train`."""

    model: _Text
    data: _Text | None = None  # of pairs in one folder
    epochs: _Positive
    batch_size: _Positive
    sample_every: _Positive = 1
    steps_per_epoch: _Positive | None = None
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    image_size: (
        Annotated[list[_Positive], Field(min_length=2, max_length=2)] | None
    ) = None
    image_shape: Annotated[list[_Positive], Field(min_length=1, max_length=3)]
    images: _Positive
    grayscale: bool = False
    augment: bool | None = None
    kimg: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    decay_epochs: Annotated[int, Field(ge=0)] | None = None
    pretraining_epochs: Annotated[int, Field(ge=0)] | None = None
    held_out: _Count | None = None
    skip_broken: bool | None = None
    set: _Dict | None = None
    learning_rate: dict[str, _Rate] | None = None
    precision: _Text | None = None
    monitor: _Text | None = None
    tensorboard: bool | None = None
    backend: _Text


class _ShardsMetadata(_Form):
    total_size: Annotated[float, Field(ge=0)]


_FileName = Annotated[str, Field(pattern=r"\A[^/:\\\x00]{1,255}\z")]


class _ShardIndex(_Form):
    """The index of weights in several files, `.weights.json`."""

    metadata: _ShardsMetadata
    weight_map: dict[str, _FileName | list[_FileName]]


#: Each form by its name, which is what the readers of files know.
FORMS = {
    form.__name__.removeprefix("_"): form
    for form in (
        _FileFacts,
        _PresetFiles,
        _PresetFormat,
        _PresetMetadata,
        _PresetConfig,
        _ChosenScore,
        _BestMetadata,
        _KerasMetadata,
        _KerasConfig,
        _RunSource,
        _RunSettings,
        _ShardIndex,
    )
}

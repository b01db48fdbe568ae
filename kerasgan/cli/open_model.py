import pathlib

import kerasgan
from kerasgan.applications import preset_files
from kerasgan.cli.words import hint_for
from kerasgan.runs.run_folder import RunFolder


def open_model(source):
    """Returns the model of a run, of a `.keras` file or of a preset.

    Args:
        source: Folder of a run, `.keras` file, or preset.

    Raises:
        ValueError: If the preset is unknown or the file holds another model.
        OSError: If a file is not there or cannot be read.

    Example:

    ```python
    from kerasgan.cli.open_model import open_model

    try:
        open_model("none.keras")
    except OSError as error:
        print(error)
    ```
    """
    path = pathlib.Path(source).expanduser()
    run = RunFolder(path)
    if run.exists and not run.model_file.exists():
        raise FileNotFoundError(
            f"The run in '{path}' has no model.keras yet: no epoch is "
            "complete. Go on with `kerasgan train ... --resume`."
        )
    file = run.model_file if run.model_file.exists() else path
    check_source(source)
    if file.is_file():
        return kerasgan.load_model(file)
    return kerasgan.applications.load_preset(None, source)


def check_source(source):
    """Raises unless there is a run, a file, a preset or a folder of that name.

    Args:
        source: See `open_model`.
    """
    path = pathlib.Path(source).expanduser()
    presets = preset_files.packaged_presets()
    if source in presets or source.startswith("hf://") or path.is_file():
        return
    if path.is_dir():
        run = RunFolder(path)
        kinds = (run.settings_file, run.model_file, path / preset_files.CONFIG)
        if any(file.exists() for file in kinds):
            return
        raise FileNotFoundError(
            f"The folder '{path}' holds neither a run of `kerasgan train` "
            "(settings.json, model.keras) nor a preset (config.json)."
        )
    if path.suffix == ".keras" or source.startswith((".", "/", "~")):
        raise FileNotFoundError(f"There is no file or folder '{source}'.")
    raise ValueError(
        f"There is no run or file '{source}', nor a preset of that name. "
        f"{hint_for(source, presets, 'presets')}"
    )

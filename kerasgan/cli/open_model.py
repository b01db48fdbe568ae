import pathlib

import kerasgan
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
    if file.is_file() or file.suffix == ".keras":
        return kerasgan.load_model(file)
    return kerasgan.applications.load_preset(None, source)

"""The text that tells a reader what is in the folder of a preset."""

import json

# A card with this line is written anew with its preset.
_MARK = (
    "<!-- Written by kerasgan. Delete this line to keep what you change. -->"
)

_CARD = """\
---
library_name: kerasgan
tags:
- gan
- kerasgan
---
{mark}

# {model}

```python
import kerasgan

gan = kerasgan.applications.load_preset(None, "the path of this folder")
images = gan.generate(16, seed=0)
```

| | |
|---|---|
{rows}
"""
_TITLES = {
    "dataset": "Trained on",
    "license": "Licence",
    "image_shape": "Shape of an image",
    "num_classes": "Classes",
    "steps_seen": "Training steps",
    "images_seen": "Images shown",
    "parameters": "Parameters",
    "half_precision": "Stored in half precision",
    "keras_version": "Keras",
}
_NOT_SHOWN = ("model", "format", "files", "default")


def card_of(metadata):
    """Returns the card of a preset, in Markdown.

    Args:
        metadata: Dict of what `metadata.json` says.

    Returns:
        String. Data set and licence have a line also where they are unknown.
    """
    shown = dict.fromkeys(("dataset", "license"), "not stated") | metadata
    rows = [
        f"| {_TITLES.get(key, key)} | {_in_a_cell(value)} |"
        for key, value in shown.items()
        if key not in _NOT_SHOWN and value is not None
    ]
    return _CARD.format(
        mark=_MARK, model=metadata["model"], rows="\n".join(rows)
    )


def is_own(text):
    """Returns whether a card is kerasgan's, and not one that a user wrote.

    Args:
        text: Bytes of the card.
    """
    return _MARK.encode() in text


def _in_a_cell(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_in_a_cell(v)}" for key, v in value.items())
    if not isinstance(value, str):
        value = json.dumps(value)
    return " ".join(value.replace("|", "\\|").split())

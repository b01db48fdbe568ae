import kerasgan


def listing():
    """Returns what can be trained, drawn from and trained on, as text.

    Example:

    ```python
    from kerasgan.cli.list import listing

    assert "DCGAN" in listing()
    ```
    """
    parts = {
        "Models": kerasgan.applications.list_models(),
        "Presets": kerasgan.applications.list_pretrained(),
        "Data sets": kerasgan.datasets.list_datasets(),
    }
    return "\n".join(
        "\n".join([f"{title}:", *(f"  {name}" for name in names or ["none"])])
        for title, names in parts.items()
    )

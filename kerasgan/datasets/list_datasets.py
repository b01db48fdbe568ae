from kerasgan.datasets.catalog import DATASETS


def list_datasets() -> list[str]:
    """Lists the names that `kerasgan.datasets.load` knows.

    Returns:
        A list of strings, in alphabetical order.

    Example:

    ```python
    import kerasgan

    assert "fashion_mnist" in kerasgan.datasets.list_datasets()
    ```
    """
    return sorted(DATASETS)

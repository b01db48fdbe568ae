"""The file of `--config`: a whole run in YAML or JSON."""

import difflib
import json
import pathlib

import click

# What `settings.json` says beside what options say.
_DESCRIBED = {"images", "image_shape", "target_shape"}

_SIZES = ("image_size", "crop")
_LONGEST = 2**20


def read_config(ctx, param, path):
    """Takes what a file says for what the command line does not say.

    It is the callback of an option that click looks at before all others.

    Args:
        ctx: The context of the command.
        param: The option.
        path: The file, or `None`.
    """
    if path is None:
        return
    values = _read(pathlib.Path(path).expanduser(), param, ctx)
    names = {
        other.name: other for other in ctx.command.params if other.expose_value
    }
    ctx.default_map = dict(ctx.default_map or {})
    for key, value in values.items():
        name = str(key).strip("-").replace("-", "_")
        if name in _DESCRIBED or value is None:
            continue
        if name not in names:
            near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
            known = near or sorted(names)
            raise click.BadParameter(
                f"'{path}' has {str(key)[:80]!r}, which is no option of this "
                f"command. {'Did you mean' if near else 'There are'} "
                f"{', '.join(known)}?",
                ctx,
                param,
            )
        ctx.default_map[name] = _as_typed(name, value, path, param, ctx)


def _read(path, param, ctx):
    def fail(received):
        raise click.BadParameter(
            f"'{path}' must be JSON or YAML that names options, such as "
            f"`epochs: 20`. Received: {received}",
            ctx,
            param,
        )

    try:
        if path.stat().st_size > _LONGEST:
            fail("a file of more than a megabyte")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(error)
    if path.suffix.lower() in (".yaml", ".yml"):
        try:
            import yaml
        except ImportError as error:
            raise ImportError(
                f"'{path}' is YAML, which needs the package PyYAML: `python -m "
                "pip install pyyaml`. JSON needs nothing."
            ) from error
        try:
            values = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            fail(error)
    else:
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            fail(error)
    if not isinstance(values, dict):
        fail(f"a {type(values).__name__}")
    return values


def _as_typed(name, value, path, param, ctx):
    """Returns a value as the command line would have it."""
    if name in _SIZES and isinstance(value, list):
        return "x".join(map(str, value))
    if name == "set" and isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()]
    if name == "learning_rate" and isinstance(value, dict):
        return [f"{key}={rate}".lstrip("=") for key, rate in value.items()]
    if name in ("set", "learning_rate"):
        return [str(x) for x in (value if isinstance(value, list) else [value])]
    if isinstance(value, bool):
        return value
    if isinstance(value, (dict, list)):
        raise click.BadParameter(
            f"`{name}` in '{path}' must be one value. Received: a "
            f"{type(value).__name__}.",
            ctx,
            param,
        )
    return str(value)

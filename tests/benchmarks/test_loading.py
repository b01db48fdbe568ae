import contextlib
import io
import pathlib
import runpy
import subprocess
import sys
import types

import kerasgan

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_a_preset_is_loaded_as_often_as_asked(tmp_path, monkeypatch, capsys):
    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    gan.save_to_preset(tmp_path / "preset")
    script = runpy.run_path(str(ROOT / "benchmarks" / "loading.py"))
    asked = []

    def run(command, **options):
        # In this process, which has imported Keras already.
        asked.append(command[-1])
        monkeypatch.setattr(sys, "argv", ["-c", command[-1]])
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(command[2], {})
        return types.SimpleNamespace(stdout=printed.getvalue())

    monkeypatch.setattr(subprocess, "run", run)
    folder = str(tmp_path / "preset")
    script["main"]([folder, "--runs", "2"])
    assert asked == [folder, folder]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"| {folder} | ")
    assert float(last.split("|")[2]) > 0


def test_without_presets_it_says_so(monkeypatch, capsys):
    script = runpy.run_path(str(ROOT / "benchmarks" / "loading.py"))
    monkeypatch.setattr(kerasgan.applications, "list_pretrained", list)
    script["main"]([])
    assert "No presets" in capsys.readouterr().out

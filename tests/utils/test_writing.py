import os

import pytest

from kerasgan.utils.writing import check_writable
from kerasgan.utils.writing import replacing


def test_a_checked_folder_is_made_and_empty(tmp_path):
    folder = check_writable(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert not list(folder.iterdir())


def test_a_file_in_the_way_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="`folder` must .* Choose another"):
        check_writable(tmp_path / "a", "folder")


def test_a_file_is_replaced_at_the_end_only(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError) as caught, replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert caught.value.__notes__ == [f"'{path}' is as it was before."]
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_write_one_file_do_not_share_a_temporary_one(
    tmp_path, monkeypatch
):
    path = tmp_path / "x.txt"
    with replacing(path) as one:
        monkeypatch.setattr(os, "getpid", lambda: 0)
        with replacing(path) as other:
            assert one != other
            one.write_text("one")
            other.write_text("other")
        assert path.read_text() == "other"
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_left_under_the_same_name_is_written_over(tmp_path):
    path = tmp_path / "x.txt"
    left = []
    with replacing(path) as temporary:
        left.append(temporary)
        temporary.write_text("half")
        # Nothing is removed by a process that is killed.
        kept = temporary.read_bytes()
    left[0].write_bytes(kept)
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]

import os
import pathlib
import warnings

import pytest

from kerasgan.datasets import from_directory
from kerasgan.datasets.find_images import describe_left_out
from kerasgan.datasets.find_images import find_images

pytestmark = pytest.mark.once


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def quietly(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return find_images(path)


def test_folders_that_are_links_are_followed(tmp_path):
    touch(tmp_path / "pool" / "7" / "a.png")
    touch(tmp_path / "pool" / "8" / "inner" / "b.png")
    data = tmp_path / "data"
    data.mkdir()
    (data / "cat").symlink_to(tmp_path / "pool" / "7")
    (data / "dog").symlink_to("../pool/8")
    assert quietly(data) == ["cat/a.png", "dog/inner/b.png"]


def test_classes_may_be_links(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        image.new("L", (4, 4)).save(tmp_path / name / "a.png")
    data = tmp_path / "data"
    data.mkdir()
    (data / "b").symlink_to(tmp_path / "x")
    (data / "a").symlink_to(tmp_path / "y")
    found = from_directory(data, 4, labels="inferred")
    assert found.class_names == ["a", "b"]


@pytest.mark.parametrize("target", [".", "..", "../a", "loop"])
def test_a_loop_is_noticed_and_said(tmp_path, target):
    touch(tmp_path / "a" / "b.png")
    (tmp_path / "a" / "loop").symlink_to(target)
    what = "links lead nowhere" if target == "loop" else "folders have another"
    with pytest.warns(UserWarning, match=f"1 {what}.*'a/loop'"):
        assert find_images(tmp_path) == ["a/b.png"]


def test_a_loop_through_links_outside_is_noticed(tmp_path):
    touch(tmp_path / "data" / "a.png")
    touch(tmp_path / "other" / "b.png")
    (tmp_path / "data" / "out").symlink_to(tmp_path / "other")
    (tmp_path / "other" / "back").symlink_to(tmp_path)
    with pytest.warns(UserWarning, match="2 folders have another name too"):
        assert find_images(tmp_path / "data") == ["a.png", "out/b.png"]


def test_a_folder_with_two_names_is_read_by_its_own(tmp_path):
    touch(tmp_path / "b" / "a.png")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "c").symlink_to("b")
    with pytest.warns(UserWarning, match="read once: 'a' is 'b'; 'c' is 'b'"):
        assert find_images(tmp_path) == ["b/a.png"]


def test_a_file_with_two_names_is_read_twice_and_said(tmp_path):
    touch(tmp_path / "a.png")
    (tmp_path / "b.png").symlink_to("a.png")
    os.link(tmp_path / "a.png", tmp_path / "c.png")
    with pytest.warns(UserWarning, match="read twice: 'b.png' is 'a.png'; 'c."):
        assert find_images(tmp_path) == ["a.png", "b.png", "c.png"]


def test_a_link_to_nowhere_is_said(tmp_path):
    touch(tmp_path / "cat" / "a.png")
    (tmp_path / "dog").symlink_to(tmp_path / "lost")
    with pytest.warns(UserWarning, match="1 links lead nowhere: 'dog'"):
        assert find_images(tmp_path) == ["cat/a.png"]


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path, monkeypatch):
    touch(tmp_path / "cat" / "a.png")
    touch(tmp_path / "dog" / "b.png")

    def scandir(folder, real=os.scandir):
        if str(folder).endswith("dog"):
            raise PermissionError(13, "Permission denied", folder)
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(OSError, match="Permission denied: .*dog"):
        find_images(tmp_path)


@pytest.mark.parametrize("path", ["", "missing", b"x", 3, None, ["x"]])
def test_what_is_no_folder_is_an_error(path):
    with pytest.raises(OSError, match="`path` must be a folder that exists"):
        find_images(path)


def test_many_are_not_all_named(tmp_path):
    touch(tmp_path / "a.png")
    for number in range(9):
        (tmp_path / f"b{number}").symlink_to(pathlib.Path("."))
    with pytest.warns(UserWarning, match="9 folders .*'b4' is '.' and more"):
        find_images(tmp_path)


def test_what_is_left_out_is_listed_with_the_reason(tmp_path, monkeypatch):
    for name in ("a.gif", "b.HEIC", "c.txt", "d/e.txt", ".hidden", "f"):
        touch(tmp_path / name)
    monkeypatch.setattr(
        "kerasgan.datasets.find_images.readable_formats", lambda: ("PNG",)
    )
    left_out = []
    assert find_images(tmp_path, left_out) == ["a.gif"]
    words = describe_left_out(left_out)
    assert "2 .txt (no picture" in words and "1 without an end" in words
    assert "1 .heic (`python -m pip install pillow-heif`" in words
    with pytest.warns(UserWarning, match="1 pictures are left out: 1 .heic"):
        find_images(tmp_path)
    monkeypatch.setattr(
        "kerasgan.datasets.find_images.readable_formats", lambda: ("HEIF",)
    )
    assert find_images(tmp_path, []) == ["a.gif", "b.HEIC"]

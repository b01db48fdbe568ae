import os
import signal
import sys
import threading
import time

import pytest

from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.atomic_files import locked
from kerasgan.utils.atomic_files import replacing
from kerasgan.utils.atomic_files import replacing_together
from kerasgan.utils.atomic_files import states_of
from tests.utils.writers import count_up
from tests.utils.writers import replace_one_of
from tests.utils.writers import running
from tests.utils.writers import write_and_wait

pytestmark = pytest.mark.once

NAMES = ("a", "b", "c")


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


def test_an_empty_path_is_no_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="`out` must be a path. Rec.*empty"):
        check_writable("", "out")
    with (
        pytest.raises(ValueError, match="`path` must be a path"),
        replacing(""),
    ):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such paths")
def test_the_home_of_nobody_is_no_path():
    with pytest.raises(OSError, match="`path` must be a path. .*home"):
        check_writable("~there-is-no-such-user/x")


def test_each_writer_has_a_file_of_its_own_in_threads_too(tmp_path):
    path = tmp_path / "x.txt"
    barrier = threading.Barrier(8, timeout=60)
    seen = []

    def write(text):
        with replacing(path) as temporary:
            temporary.write_text(text)
            barrier.wait()
            seen.append((temporary, temporary.read_text() == text))

    threads = [threading.Thread(target=write, args=(f"{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({place for place, _ in seen}) == 8
    assert all(own for _, own in seen)
    assert path.read_text() in map(str, range(8))
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_of_the_greatest_length_and_the_umask_are_kept(tmp_path):
    name = f"{'x' * 251}.png"
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / name) as temporary:
            assert temporary.name == name
            temporary.write_text("new")
    finally:
        os.umask(before)
    assert (tmp_path / name).read_text() == "new"
    if os.name == "posix":
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


def test_a_link_that_was_laid_is_not_followed(tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "kept").write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    # The name of an earlier version, a link named like a temporary folder,
    # and one inside what looks like one whose owner is gone.
    (folder / f".{os.getpid()}-x.txt").symlink_to(victim / "kept")
    (folder / ".kerasgan-link").symlink_to(victim)
    left = folder / ".kerasgan-left"
    left.mkdir()
    (left / "lock").touch()
    (left / "files").symlink_to(victim)
    with replacing(folder / "x.txt") as temporary:
        assert not temporary.is_symlink()
        temporary.write_text("new")
    assert (folder / "x.txt").read_text() == "new"
    assert (victim / "kept").read_text() == "mine"


def wait_for(file):
    for _ in range(6000):
        if file.exists():
            return
        time.sleep(0.01)
    raise TimeoutError(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_what_is_left_by_a_kill_goes_with_the_next_writer_and_not_before(
    tmp_path,
):
    path = tmp_path / "x.txt"
    with running(write_and_wait, path, status=-signal.SIGKILL) as child:
        wait_for(tmp_path / "x.begun")
        (tmp_path / "x.begun").unlink()
        (left,) = tmp_path.iterdir()
        with replacing(path) as temporary:
            temporary.write_text("new")
        # Its owner lives.
        assert (left / "files" / "x.txt").read_text() == "half"
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert left.exists()
        with replacing(path) as temporary:
            temporary.write_text("newer")
        assert path.read_text() == "newer"
        assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_locked_yet_is_left_alone_for_a_minute(tmp_path):
    new, old = tmp_path / ".kerasgan-new", tmp_path / ".kerasgan-old"
    new.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 90,) * 2)
    with replacing(tmp_path / "x") as temporary:
        temporary.touch()
    assert sorted(p.name for p in tmp_path.iterdir()) == [new.name, "x"]


def test_files_are_on_the_disk_before_they_take_their_place(
    tmp_path, monkeypatch
):
    done = []
    for name in ("fsync", "replace"):
        original = getattr(os, name)

        def noted(*args, name=name, original=original):
            done.append(name)
            original(*args)

        monkeypatch.setattr(os, name, noted)
    with replacing(tmp_path / "x") as temporary:
        temporary.touch()
    if os.name == "posix":
        assert done == ["fsync", "replace", "fsync"]


def write_together(folder, text, names=NAMES):
    with replacing_together(folder, NAMES) as temporary:
        for name in names:
            (temporary / name).write_text(text)


def read_states(folder):
    return [
        "".join(place.read_text() for place in state.values())
        for state in states_of(folder, NAMES)
    ]


def test_files_that_belong_together_are_replaced_together(tmp_path):
    write_together(tmp_path, "1")
    with replacing_together(tmp_path, NAMES) as temporary:
        for name in NAMES:
            (temporary / name).write_text("2")
        assert read_states(tmp_path) == ["111"]
    assert read_states(tmp_path) == ["222"]
    write_together(tmp_path, "3", names="ac")
    assert read_states(tmp_path) == ["323"]
    assert sorted(p.name for p in tmp_path.iterdir()) == list(NAMES)


def test_an_error_leaves_all_files_that_belong_together(tmp_path):
    write_together(tmp_path, "1")
    with (
        pytest.raises(RuntimeError),
        replacing_together(tmp_path, NAMES) as temporary,
    ):
        (temporary / "a").write_text("2")
        raise RuntimeError
    assert read_states(tmp_path) == ["111"]
    assert sorted(p.name for p in tmp_path.iterdir()) == list(NAMES)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("again", ["writer", "other"])
def test_a_kill_between_two_files_leaves_all_of_them(tmp_path, again):
    write_together(tmp_path, "1")
    with running(replace_one_of, tmp_path, *NAMES, status=-signal.SIGKILL):
        pass
    assert read_states(tmp_path) == ["211", "222"]
    if again == "other":
        # It does not know the files, and leaves them to who does.
        with replacing(tmp_path / "x") as temporary:
            temporary.touch()
        assert read_states(tmp_path) == ["211", "222"]
        (tmp_path / "x").unlink()
    write_together(tmp_path, "3", names="ac")
    # What was left is put in its place first.
    assert read_states(tmp_path) == ["323"]
    assert sorted(p.name for p in tmp_path.iterdir()) == list(NAMES)


def test_a_disk_that_fails_between_two_files_leaves_all_of_them(
    tmp_path, monkeypatch
):
    write_together(tmp_path, "1")
    original = os.replace

    def replace(source, target):
        if target.name == "b":
            raise OSError("the disk is broken")
        original(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="broken"):
        write_together(tmp_path, "2")
    monkeypatch.undo()
    assert read_states(tmp_path) == ["211", "222"]
    write_together(tmp_path, "3")
    assert read_states(tmp_path) == ["333"]
    assert sorted(p.name for p in tmp_path.iterdir()) == list(NAMES)


def test_a_lock_is_held_by_one_process_and_leaves_nothing(tmp_path):
    path = tmp_path / "count"
    path.write_text("0")
    with running(count_up, path, 200):
        count_up(path, 200)
    assert path.read_text() == "400"
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_that_is_held_for_too_long_is_an_error(tmp_path):
    with (
        locked(tmp_path / "lock", 1),
        pytest.raises(OSError, match="must be free. .* 0.1 seconds"),
        locked(tmp_path / "lock", 0.1),
    ):
        pass

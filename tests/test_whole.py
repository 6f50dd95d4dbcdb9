"""Files that are there whole or not at all."""

import os

from autograder.whole import put, remove, sweep


def test_a_file_is_replaced_also_where_it_is_read_only(tmp_path):
    file = tmp_path / "deep" / "down.json"
    put(file, b"one")
    file.chmod(0o444)
    put(file, b"two")
    assert (file.read_bytes(), [each.name for each in file.parent.iterdir()]) == (
        *(b"two", ["down.json"]),
    )


def test_what_a_killed_command_left_is_swept_up_and_nothing_else(tmp_path):
    (tmp_path / "ann" / ".01.part" / "deep").mkdir(parents=True)
    (tmp_path / "ann" / ".01.part" / "deep" / "file").touch()
    (tmp_path / "ann" / ".02.part").mkdir()
    (tmp_path / "ann" / "01").mkdir()
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / ".01.part").symlink_to(tmp_path / "ann" / "01")
    sweep(tmp_path, "*/.01")
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == ["ann", "ann/.02.part", "ann/01", "bob"]


def test_a_folder_deeper_than_python_goes_is_removed_with_all_that_is_in_it(tmp_path):
    folder = tmp_path / "deep"
    folder.mkdir()
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.close(os.open("file", os.O_CREAT, dir_fd=inner))
        os.mkdir("d", dir_fd=inner)
        outer, inner = inner, os.open("d", os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)
    (folder / "link").symlink_to(tmp_path)
    (tmp_path / "other").touch()
    remove(folder)
    assert os.listdir(tmp_path) == ["other"]

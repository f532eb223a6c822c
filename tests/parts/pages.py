"""What every page must hold: accessible, no wider than the screen, usable from the keyboard, light."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

# https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
MOST_STEPS = 500
"""A page on which the Tab key goes further has no end."""


def no_violations(page: Page, *, colours: bool = True) -> None:
    """axe-core finds nothing on `page` as it is now. Tells rule, element and what is wrong with it.

    Where `Colours` judges them, `colours` need not be looked at here.

    It is evaluated beside the page and not put into it, so that a policy without inline scripts lets it run.
    """
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    options |= {} if colours else {"rules": {"color-contrast": {"enabled": False}}}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate(_VIOLATED, options))
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


@dataclass(slots=True)
class Colours:
    """Whether any text is too pale, by day and by night, on one page after the other.

    To judge a text takes axe-core milliseconds, and it judges by its colour and size and by what is behind it: of those
    that are alike in all of it one is judged, and one that is like a text that passed on a page before is not again.
    What axe-core could not judge counts for itself alone.
    """

    passed: dict[str, list[str]] = field(default_factory=lambda: {"light": [], "dark": []})

    def by_day(self, page: Page) -> None:
        """In the colours that `page`, on which `no_violations` was asked before, has now: light ones."""
        self._judge(page, "light")

    def by_night(self, page: Page) -> None:
        """The same page in dark colours, and then in light ones again."""
        page.emulate_media(color_scheme="dark")
        try:
            self._judge(page, "dark")
        finally:
            page.emulate_media(color_scheme="light")

    def _judge(self, page: Page, scheme: str) -> None:
        found = page.evaluate(_PALE, self.passed[scheme])
        self.passed[scheme] += found["passed"]
        assert not found["wrong"], f"{page.url}, {scheme}:\n" + "\n".join(found["wrong"])


def no_overflow(page: Page, *, but: str = "") -> None:
    """Nothing goes beyond the right edge of the screen: neither the page nor an element of it.

    `but` is a selector of elements that scroll by themselves: what is inside may be wider. Off to the left, where
    skip links wait, nobody can scroll.
    """
    assert page.viewport_size is not None
    wide = page.evaluate(_WIDE, [page.viewport_size["width"], but])
    assert not wide, f"{page.url} at {page.viewport_size['width']} px:\n" + "\n".join(wide)


def no_squeezing(page: Page) -> None:
    """No text stands a few letters to the line beside room that it does not get, or over what is beside it."""
    squeezed = page.evaluate(_SQUEEZED)
    assert not squeezed, f"{page.url}:\n" + "\n".join(squeezed)


def reachable_by_keyboard(page: Page) -> int:
    """The Tab key comes to each thing on `page` that can be used, and each shows that it has the focus.

    Gives how many. Of a group of radio buttons one is enough: the arrow keys do the rest. Under an open dialogue only
    what is in it counts.
    """
    things = page.evaluate(_BEGIN)
    reached: dict[int, str] = {}
    last = -1
    for step in _steps(page, len(things)):
        # Days, months and years of one field are several steps.
        if step is None or step["number"] in reached.keys() - {last}:
            break
        last = step["number"]
        reached.setdefault(last, step["wrong"])
    else:
        raise AssertionError(f"{page.url}: the Tab key finds no end after {MOST_STEPS} steps")
    page.evaluate("window.reached.end()")
    wrong = [f"{wrong}: {things[number]}" for number, wrong in reached.items() if wrong]
    wrong += [f"not reached: {thing}" for number, thing in enumerate(things) if number not in reached]
    assert not wrong, f"{page.url} from the keyboard:\n" + "\n".join(wrong)
    return len(things)


def _steps(page: Page, things: int) -> Iterator[dict[str, Any] | None]:
    """What has the focus after each press of the Tab key; None for the page itself.

    The page writes it down when the key is pressed the next time: to ask after every press takes as long again.
    """
    asked = 0
    while asked < MOST_STEPS:
        more = min(8 if asked else things + 1, MOST_STEPS - asked)
        for _ in range(more):
            page.keyboard.press("Tab")
        asked += more
        yield from page.evaluate("window.reached.told()")


def first_weight(page: Page) -> int:
    """Bytes that the page and all it loaded took on the wire, for a visitor who had nothing yet.

    As Chromium counts (`transferSize` of Resource Timing): compressed bodies, and 300 bytes for the headers of each.
    """
    return page.evaluate(
        "['navigation', 'resource'].flatMap(each => performance.getEntriesByType(each))"
        ".reduce((sum, each) => sum + each.transferSize, 0)"
    )


# Of all the rest that axe-core found, which is long, nothing is sent.
_VIOLATED = "options => axe.run(options).then(found => ({violations: found.violations}))"
_PALE = """
async (before) => {
    const behind = new Map(), alike = new Map(), known = new Set(before), passed = [], wrong = [];
    const ground = each => {
        if (!each) return '';
        if (!behind.has(each)) {
            const style = getComputedStyle(each);
            const own = [
                style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
                style.position, style.transform,
            ].join(' ');
            const none = own === 'rgba(0, 0, 0, 0) none 1 none normal static none';
            const where = style.position === 'static' ? '' : each.tagName + each.className;
            behind.set(each, ground(each.parentElement) + (none ? '' : `/${own} ${where}`));
        }
        return behind.get(each);
    };
    for (const each of document.body.querySelectorAll('*')) {
        const text = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!text && !each.matches('input, select, textarea, button')) continue;
        if (!each.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
        const style = getComputedStyle(each);
        const key = [
            style.color, style.webkitTextFillColor, style.webkitTextStroke, style.fontSize, style.fontWeight,
            style.textShadow, ground(each),
        ].join('|');
        if (!known.has(key)) alike.has(key) ? alike.get(key).push(each) : alike.set(key, [each]);
    }
    const judge = async include => {
        if (!include.length) return;
        const found = await axe.run({include}, {
            runOnly: {type: 'rule', values: ['color-contrast']}, elementRef: true,
            resultTypes: ['violations', 'passes'],
        });
        for (const node of found.violations.flatMap(each => each.nodes))
            wrong.push(`${node.failureSummary}: ${node.html.slice(0, 100)}`);
        const well = new Set(found.passes.flatMap(each => each.nodes.map(node => node.element)));
        for (const [key, all] of alike)
            if (all.some(each => well.has(each))) { passed.push(key); alike.delete(key); }
    };
    await judge([...alike.values()].map(all => all[0]));
    await judge([...alike.values()].flatMap(all => all.slice(1)));
    return {passed, wrong: [...new Set(wrong)]};
}
"""
_WIDE = """
([width, but]) => {
    const wide = [], root = document.documentElement;
    if (root.scrollWidth > width) wide.push(`the page scrolls sideways: it is ${root.scrollWidth} px wide`);
    for (const each of document.body.querySelectorAll('*')) {
        if (each.ownerSVGElement || (but && each.parentElement.closest(but))) continue;
        if (each.parentElement.getBoundingClientRect().width <= 1) continue;  // for screen readers only: cut to a dot
        const box = each.getBoundingClientRect();
        if (box.width > 0 && box.right > 0 && (box.right > width + 0.5 || box.width > width + 0.5))
            wide.push(`from ${Math.round(box.left)} to ${Math.round(box.right)} px: ${each.outerHTML.slice(0, 100)}`);
    }
    return wide;
}
"""
_SQUEEZED = """
() => [...document.body.querySelectorAll('*')].filter(each => {
    const text = [...each.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join(' ');
    const box = each.getBoundingClientRect(), size = parseFloat(getComputedStyle(each).fontSize);
    if (text.length < 6 || box.width <= 1 || getComputedStyle(each).display === 'inline') return false;
    return box.width < 3 * size && box.height > 4 * size;
}).map(each => each.outerHTML.slice(0, 100))
"""
_BEGIN = """
() => {
    const usable = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe,'
        + '[tabindex], [contenteditable=""], [contenteditable=true], [onclick], [role=button], [role=link],'
        + '[role=checkbox], [role=switch], [role=textbox], [role=combobox], [role=slider]';
    const dialogue = [...document.querySelectorAll(':modal')].pop() ?? document;
    const groups = new Set();
    const things = [...dialogue.querySelectorAll(usable)].filter(each => {
        if (each.matches(':disabled, [aria-disabled=true]') || each.closest('[inert]')) return false;
        if (each.getAttribute('tabindex')?.startsWith('-') && !each.matches('a, button, input, select, textarea'))
            return false;  // focused by scripts, as the target of a skip link is
        if (each.matches('summary') && each !== each.parentElement.querySelector(':scope > summary')) return false;
        if (!each.checkVisibility({visibilityProperty: true})) return false;
        if (!each.matches('input[type=radio]')) return true;
        const group = `${each.form?.id} ${each.name}`;
        return !groups.has(group) && groups.add(group);
    });
    const looks = each => [each, each.parentElement, ...(each.labels ?? [])].map(one => {
        const style = getComputedStyle(one);
        return [
            style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`, style.boxShadow,
            style.borderColor, style.borderWidth, style.backgroundColor, style.color, style.textDecoration,
        ].join('; ');
    }).join(' | ');
    document.activeElement?.blur();
    const top = dialogue === document ? document.body : dialogue;
    top.tabIndex = -1;  // from the top, wherever the last click was
    top.focus();
    top.removeAttribute('tabindex');
    top.blur();
    const before = things.map(looks);
    let steps = [], pressed = false;
    const step = () => {
        const now = document.activeElement;
        if (!now || now === document.body || now === document.documentElement) return null;
        let number = things.indexOf(now);
        if (number < 0 && now.matches('input[type=radio]'))
            number = things.findIndex(
                each => each.type === 'radio' && each.name === now.name && each.form === now.form);
        if (number < 0) { things.push(now); return {number: things.length - 1, wrong: ''}; }
        const box = now.getBoundingClientRect();
        const seen = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth && box.width > 0;
        const same = looks(now) === before[number] ? 'does not show its focus' : '';
        return {number, wrong: seen ? same : 'has the focus out of sight'};
    };
    const heard = () => { if (pressed) steps.push(step()); pressed = true; };
    window.addEventListener('keydown', heard, true);
    window.reached = {
        told: () => { const found = [...steps, step()]; steps = []; pressed = false; return found; },
        end: () => { window.removeEventListener('keydown', heard, true); document.activeElement?.blur(); },
    };
    return things.map(each => each.outerHTML.slice(0, 120));
}
"""

"""How long it takes in the Builder from a key to the painted diagnostics and to the preview, in a real browser.

A whole server is a process of its own. The title of the first screen is typed; the list of screens, drawn together
with the diagnostics, and the phone both show it. The clock is the browser's: from the key event to the frame after the
one in which the new text was there. In a Flow of 1 MB the keys themselves are timed: typing must not wait for checks.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import headrace.ui
from benchmarks.documents import chain
from benchmarks.measuring import Figure, Unmeasurable, percentile

BYTES = 50_000
LARGE = 1_000_000
LIMIT = 100
KEYS = 24
"""As many letters as a list of screens shows of a title, and a few less."""

_PAUSE = 120

_WATCH = """() => {
  const view = document.querySelector('.cm-content').cmTile.view;
  const at = view.state.doc.toString().indexOf('"title": "') + '"title": "'.length;
  view.dispatch({selection: {anchor: at}});
  view.focus();
  window.keys = []; window.checks = []; window.pictures = []; window.letters = [];
  view.contentDOM.addEventListener("keydown", event => keys.push(event.timeStamp), true);
  const painted = (times, count) => count > times.length && requestAnimationFrame(
    () => requestAnimationFrame(now => { while (times.length < count) times.push(now); }));
  const typed = text => (/^x*/.exec(text) ?? [""])[0].length;
  const watch = (root, times, read) => new MutationObserver(() => painted(times, read())).observe(
    root, {subtree: true, childList: true, characterData: true});
  const list = document.querySelector("[data-screens]");
  watch(list, checks, () => typed(list.querySelector(".screen-name span:nth-child(2)")?.textContent ?? ""));
  watch(view.contentDOM, letters, () => typed(view.state.doc.sliceString(at, at + 200)));
  const phone = document.querySelector("[data-preview]").contentDocument;
  watch(phone.body, pictures, () => (/x+/.exec(phone.querySelector(".phone")?.innerText ?? "") ?? [""])[0].length);
}"""


def measure(*, quick: bool = False) -> Iterator[Figure]:
    small = _timed(BYTES, 6) if quick else _together(_timed(BYTES, KEYS) for _ in range(4))
    note = (
        f"95th percentile of {len(small['checks'])} keys, a Flow of {BYTES // 1000} KB, debounce included; half within"
    )
    for name, title in (("checks", "key to diagnostics"), ("pictures", "key to preview")):
        middle = percentile(small[name], 0.5)
        yield Figure(title, percentile(small[name], 0.95), LIMIT, "ms", f"{note} {middle:.0f} ms")
    if not quick:
        large = _timed(LARGE, KEYS)
        told = f"95th percentile of {KEYS} keys, a Flow of {LARGE / 1e6:.0f} MB: the letter is in the editor"
        yield Figure("key to letter", percentile(large["letters"], 0.95), LIMIT, "ms", told)


def _together(rounds: Iterator[dict[str, list[float]]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for one in rounds:
        for name, times in one.items():
            found.setdefault(name, []).extend(times)
    return found


def _flow(size: int) -> str:
    """A Flow of about so many bytes: as many screens as there may be, if need be with long texts."""
    screens = 20 if size <= BYTES else 95
    flow: dict[str, Any] = json.loads(chain(screens, 10))
    missing = (size - len(json.dumps(flow, indent=2))) // (screens * 9)
    for screen in flow["screens"]:
        for child in screen["layout"]["children"]:
            if child["type"] == "TextBody":
                child["text"] = str(child["text"]) + " more" * max(0, missing // 5)
    flow["screens"][0]["title"] = "First"
    return json.dumps(flow, indent=2)


def _timed(size: int, keys: int) -> dict[str, list[float]]:
    """Milliseconds from each key to its letter, its diagnostics, its picture."""
    if (
        shutil.which("chromium") is None
        or not (Path(headrace.ui.__file__).parent / "static/build/builder.js").is_file()
    ):
        raise Unmeasurable("a Chromium and the built front end are needed; run: make setup")
    if find_spec("tests.journey.conftest") is None:
        raise Unmeasurable("the tests of this project are needed; run it in a checkout")
    from tests.journey.conftest import start_box
    from tests.journey.test_builder import upload
    from tests.simulator.browser import chromium_page

    with tempfile.TemporaryDirectory() as folder, chromium_page(bypass_csp=True) as page:
        box = start_box(Path(folder) / "data")
        try:
            flow_id = upload(box, "Measured", _flow(size))
            page.goto(f"{box.url}/flows/{flow_id}/edit")
            page.frame_locator("[data-preview]").get_by_text("First").first.wait_for()
            page.locator(".screen-row").first.wait_for()
            page.wait_for_timeout(1500)
            page.evaluate(_WATCH)
            for _ in range(keys):
                page.keyboard.type("x")
                page.wait_for_timeout(_PAUSE)
            page.wait_for_function(
                "count => checks.length >= count && pictures.length >= count && letters.length >= count", arg=keys
            )
            times = page.evaluate("({checks, pictures, letters})")
            pressed = page.evaluate("keys")
        finally:
            box.stop()
    return {name: [end - key for end, key in zip(ends, pressed, strict=False)] for name, ends in times.items()}


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)

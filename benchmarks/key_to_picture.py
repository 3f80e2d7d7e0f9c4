"""How long it takes from a key to the picture that shows what the Flow makes of it, in a real browser.

The sheet is served over loopback. Its Flow has 50 KB, and the screen shows in a text what is typed into its first
field, so that a picture can be told from the one before. The clock is the browser's: from the key event to the frame
after the one in which the new text was there.
"""

import shutil
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import headrace.ui
from benchmarks.documents import typed_in
from benchmarks.measuring import Figure, Unmeasurable, percentile

BYTES = 50_000
KEYS_A_SECOND = 15
TEXT = "the-quick-brown-fox-jumps-over-the-lazy-dog-and-goes-home-before-the-rain-comes-down"
"""No blanks: one at the end of a text is in no picture."""

LIMIT = 100

_WATCH = """() => {
  window.keys = []; window.pictures = [];
  const box = document.activeElement;
  box.addEventListener("keydown", event => keys.push(event.timeStamp), true);
  const seen = () => {
    const shown = document.body.innerText.match(/Typed: ?(.*)/);
    const count = shown ? shown[1].length : 0;
    if (count <= pictures.length) return;
    const drawn = count;
    requestAnimationFrame(() => requestAnimationFrame(now => {
      while (pictures.length < drawn) pictures.push(now);
    }));
  };
  new MutationObserver(seen).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def measure(*, quick: bool = False) -> Iterator[Figure]:
    rounds = 1 if quick else 6
    text = TEXT[:12] if quick else TEXT
    spent = [one for _ in range(rounds) for one in _round(text)]
    middle = percentile(spent, 0.5)
    note = (
        f"95th percentile of {len(spent)} keys at {KEYS_A_SECOND} a second, a Flow of {BYTES // 1000} KB with 25 "
        f"components on the screen, debounce included; half of them within {middle:.0f} ms"
    )
    yield Figure("key to picture", percentile(spent, 0.95), LIMIT, "ms", note)


def _round(text: str) -> list[float]:
    """Milliseconds from each key to the first picture that shows it."""
    if shutil.which("chromium") is None or not (Path(headrace.ui.__file__).parent / "static/build/app.js").is_file():
        raise Unmeasurable("a Chromium and the built front end are needed; run: make setup")
    if find_spec("tests.simulator.browser") is None:
        raise Unmeasurable("the tests of this project are needed; run it in a checkout")
    from tests.simulator.browser import Stage, chromium_page

    with chromium_page() as page, Stage(typed_in(BYTES)) as stage:
        page.goto(stage.url)
        box = page.get_by_label("First")
        box.focus()
        page.wait_for_timeout(500)
        page.evaluate(_WATCH)
        due = time.perf_counter()
        for letter in text:
            page.keyboard.type(letter)
            due += 1 / KEYS_A_SECOND
            page.wait_for_timeout(max(1.0, (due - time.perf_counter()) * 1000))
        page.wait_for_timeout(600)
        assert box.input_value() == text, box.input_value()
        keys, pictures = page.evaluate("[keys, pictures]")
    assert len(pictures) == len(keys) == len(text)
    return [picture - key for key, picture in zip(keys, pictures, strict=True)]


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)

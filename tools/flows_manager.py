"""Makes every call of whatsapp-flows, from PyPI and unmodified, to a fresh box: make whatsapp-flows.

A phone opens what it sends, as a draft and published, and fills it in. Fails where a call did not end as it has to.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from newman import ROOT, Box

from headrace.testing import Handset

PACKAGE = "whatsapp-flows==0.1.0"
CACHE = ROOT / ".cache" / "whatsapp-flows"
CLIENT = Path(__file__).parent / "flows_manager_client.py"
REFUSED = {"delete_flow, of a published Flow": 139004}
FLOW = {
    "version": "7.3",
    "screens": [
        {
            "id": "RATE",
            "title": "Rate us",
            "terminal": True,
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextInput", "name": "words", "label": "What was good?", "required": True},
                    {
                        "type": "Footer",
                        "label": "Send",
                        "on-click-action": {"name": "complete", "payload": {"words": "${form.words}"}},
                    },
                ],
            },
        }
    ],
}


def run(settings: dict[str, Any]) -> int:
    """How many calls ended otherwise than they have to. A phone opens the messages the client names."""
    handset = Handset(settings["handsets"][0]["url"])
    handset.write("Good morning")
    variables = {**os.environ, "NO_PROXY": "*", "PYTHONPATH": str(CACHE), "HEADRACE_CLIENT": json.dumps(settings)}
    command = [sys.executable, str(CLIENT)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables)
    assert process.stdin is not None
    assert process.stdout is not None
    wrong = 0
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if "opens" in told:
            opened = handset.open(told["opens"])
            opened.fill(words="The bread")
            opened.tap("Send")
            is_good, told = opened.status == "completed", {"call": "the answer of the phone"}
            process.stdin.write("answered\n")
            process.stdin.flush()
        else:
            is_good = told.get("code") == REFUSED.get(told["call"]) and "fault" not in told
        wrong += not is_good
        print(f"{'ok   ' if is_good else 'wrong'}  {told['call']}  {told.get('code', '')}{told.get('fault', '')}")
    print(f"{wrong} wrong")
    return wrong + process.wait()


def main() -> int:
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--target", str(CACHE), PACKAGE]
    subprocess.run(uv, check=True)
    with tempfile.TemporaryDirectory() as folder:
        box = Box(folder)
        try:
            return 1 if run({**box.credentials, "flow": FLOW}) else 0
        finally:
            box.stop()


if __name__ == "__main__":
    sys.exit(main())

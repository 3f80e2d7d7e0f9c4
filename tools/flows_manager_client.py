"""Every call of whatsapp-flows (PyPI) that goes to Graph; run by tools/flows_manager.py."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whatsapp_flows import FlowsManager

settings: dict[str, Any] = json.loads(os.environ["HEADRACE_CLIENT"])
manager = FlowsManager(settings["access_token"], settings["waba_id"], settings["phone_number_id"])
manager.base_url = f"{settings['base_url']}/v20.0"


def call(name: str, function: Callable[..., Any], *values: Any) -> Any:
    answer = function(*values).json()
    print(json.dumps({"call": name} | ({"code": answer["error"]["code"]} if "error" in answer else {})), flush=True)
    return answer


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "flow.json"
    path.write_text(json.dumps(settings["flow"]), "utf-8")
    flow = manager.create_flow("By whatsapp-flows")
    print(json.dumps({"call": "create_flow"} | ({} if flow else {"fault": "no id"})), flush=True)
    call("upload_flow_json", manager.upload_flow_json, flow, str(path))
    call("update_flow_json", manager.update_flow_json, flow, str(path))
    call("update_flow", manager.update_flow, flow, "Renamed by whatsapp-flows")
    for name in ("simulate_flow", "get_flow_details", "get_flow_assets"):
        call(name, getattr(manager, name), flow)
    listed = manager.list_flows().json()["data"]
    is_listed = any((one["id"], one["name"]) == (flow, "Renamed by whatsapp-flows") for one in listed)
    print(json.dumps({"call": "list_flows"} | ({} if is_listed else {"fault": "the Flow is not listed"})), flush=True)
    message = (flow, "Header", "Body", "Footer", "Open", "RATE", settings["handsets"][0]["wa_id"])
    for name in ("send_unpublished_flow", "publish_flow", "send_published_flow"):
        answer = call(name, getattr(manager, name), *(message if name.startswith("send") else (flow,)))
        if name.startswith("send"):
            print(json.dumps({"opens": answer["messages"][0]["id"]}), flush=True)
            sys.stdin.readline()
    call("deprecate_flow", manager.deprecate_flow, flow)
    call("delete_flow, of a published Flow", manager.delete_flow, flow)
    call("delete_flow", manager.delete_flow, manager.create_flow("Deleted by whatsapp-flows"))

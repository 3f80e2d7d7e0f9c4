"""Runs a Postman collection of Meta's against a fresh box, with newman from npm: make newman COLLECTION=path.

The collections are not part of the project. Hosts, variables and placeholders such as <SCREEN_ID> are set to those of
the box, requests that only show webhooks are left out, and each request that names a Flow gets one of its own in the
status it needs: the collections have no scripts that would hand an id on. A number that is taken out of service is
registered again. Prints what was answered, and fails where a request about Flows was not answered with success, or
anything at all with a fault or without Graph's envelope.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from headrace.exchange.keys import generate_key_pair

ROOT = Path(__file__).parent.parent
FLOW = ROOT / "tests" / "corpus" / "flows" / "good" / "choir_audition.json"
METHODS = {"GET", "POST", "PUT", "DELETE"}
GRAPH = "graph.facebook.com"
TEMPLATE = "newman_template"
TO_DELETE = "newman_template_to_delete"
PIN = "123456"
_DOCUMENTED = frozenset({139006})
"""Metrics of a Flow without an endpoint are refused, also by Meta."""

_ABOUT_FLOWS = re.compile(r"flow", re.IGNORECASE)


class Box:
    """A running `headrace serve` with data of its own."""

    def __init__(self, folder: str) -> None:
        command = [sys.executable, "-m", "headrace", "serve", "--data", folder, "--port", "0", "--format", "json"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert self._process.stdout is not None
        self.credentials: dict[str, Any] = json.loads(self._process.stdout.readline())
        self._made = 0

    def prepare(self) -> None:
        """What the collections count on: a template with a FLOW button, and metrics of Flows that nobody used yet."""
        self.world("metrics", {"threshold": 0})
        flow = {"type": "FLOW", "text": "Open", "flow_id": self.flow("PUBLISHED")["flow-id"]}
        body = {"type": "BODY", "text": "Shall we begin?"}
        template = {"name": TEMPLATE, "language": "en_US", "category": "MARKETING"}
        components = [body, {"type": "BUTTONS", "buttons": [flow]}]
        edge = f"{self.credentials['waba_id']}/message_templates"
        gone = {**template, "name": TO_DELETE, "components": [body]}
        self.template_id = str(self.call("POST", edge, gone)["id"])  # the one that is edited and deleted
        sent = str(self.call("POST", edge, {**template, "components": components})["id"])
        end = time.monotonic() + 20
        while self.call("GET", f"{sent}?fields=status")["status"] != "APPROVED":
            if time.monotonic() > end:
                raise TimeoutError("the review of the template has not ended")
            time.sleep(0.05)

    def placeholders(self) -> dict[str, str]:
        """Values by the patterns of what stands between < and > in the collections."""
        self._made += 1
        screen = json.loads(FLOW.read_text("utf-8"))["screens"][0]["id"]
        return {
            "SCREEN_ID": screen,
            "SOURCE_WABA_ID": self.credentials["wabas"][1]["id"],
            "TEMPLATE_ID|HSM_ID": self.template_id,
            "TEMPLATE_NAME": TEMPLATE,
            "NEW_FLOW_NAME|FLOW_NAME": f"Newman {self._made}",
            "PHONE_NUMBER_ID": self.credentials["phone_number_id"],
            "[a-zA-Z0-9-]*[pP][iI][nN]": PIN,
        }

    def world(self, path: str, members: dict[str, Any]) -> None:
        """Calls the control room."""
        headers = {"Content-Type": "application/json"}
        url = f"{self.credentials['base_url']}/_world/{path}"
        request = urllib.request.Request(url, json.dumps(members).encode(), headers, method="POST")
        urllib.request.urlopen(request).close()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.credentials['access_token']}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        url = f"{self.credentials['base_url']}/v23.0/{path}"
        with urllib.request.urlopen(urllib.request.Request(url, content, headers, method=method)) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def flow(self, status: str) -> dict[str, str]:
        """A new Flow in a status, DRAFT or PUBLISHED: its id and name."""
        self._made += 1
        body = {"name": f"Newman {self._made}", "categories": ["OTHER"], "flow_json": FLOW.read_text("utf-8")}
        made = self.call("POST", f"{self.credentials['waba_id']}/flows", {**body, "publish": status == "PUBLISHED"})
        return {"flow-id": made["id"], "flow-name": str(body["name"])}

    def variables(self) -> dict[str, str]:
        """Values by the names of variables, in lower-case letters alone."""
        given = self.credentials
        owner = self.call("GET", f"{given['waba_id']}?fields=owner_business_info")["owner_business_info"]["id"]
        person = given["handsets"][0]["wa_id"]
        token = given["access_token"]
        return {
            "baseurl": f"{given['base_url']}/v18.0",
            "version": "v23.0",
            "apiversion": "v23.0",
            **dict.fromkeys(("accesstoken", "useraccesstoken", "systemuseraccesstoken"), token),
            "wabaid": given["waba_id"],
            "businessid": owner,
            "appid": given["app_id"],
            **dict.fromkeys(("phonenumberid", "businessphonenumberid"), given["phone_number_id"]),
            **dict.fromkeys(("recipientphonenumber", "customerphonenumber"), person),
            **dict.fromkeys(("recipientwaid", "recipientwaphonenumber"), person),
            "appsecret": given["app_secret"],
            "apptoken": f"{given['app_id']}|{given['app_secret']}",
        }


def prepared(items: list[dict[str, Any]], box: Box, folders: str = "") -> Iterator[dict[str, Any]]:
    """The requests of a collection and its folders, ready to be sent to the box."""
    for item in items:
        if "item" in item:
            yield from prepared(item["item"], box, f"{folders}{item.get('name', '')} / ")
        elif isinstance(item.get("request"), dict) and item["request"].get("method") in METHODS:
            yield _request(item, box, folders)
            if "deregister" in json.dumps(item["request"].get("url", "")):
                yield _registered_again(box)


def _registered_again(box: Box) -> dict[str, Any]:
    given = box.credentials
    body = {"mode": "raw", "raw": json.dumps({"messaging_product": "whatsapp", "pin": PIN})}
    header = [
        {"key": "Content-Type", "value": "application/json"},
        {"key": "Authorization", "value": f"Bearer {given['access_token']}"},
    ]
    url = f"{given['base_url']}/v23.0/{given['phone_number_id']}/register"
    request = {"method": "POST", "header": header, "body": body, "url": url}
    return {"name": "(registered again)", "request": request}


def _filled(request: dict[str, Any], box: Box) -> dict[str, Any]:
    """The request with values of the box in place of what stands between < and >."""
    text = json.dumps(request, ensure_ascii=False)
    is_sent = request["method"] == "GET" or "message_templates" not in json.dumps(request["url"])
    for pattern, value in box.placeholders().items():
        if pattern == "TEMPLATE_NAME" and not is_sent:
            name = TO_DELETE if request["method"] == "DELETE" else f"{TEMPLATE}_{secrets.token_hex(4)}"
            text = text.replace(f"<{pattern}>", name)
        text = re.sub(f"<({pattern})>", value, text)
    found: dict[str, Any] = json.loads(text)
    return found


def _request(item: dict[str, Any], box: Box, folders: str) -> dict[str, Any]:
    request = item["request"]
    request["url"] = _url(request.get("url", ""), box)
    request = _filled(request, box)
    for part in request.get("body", {}).get("formdata", []) if isinstance(request.get("body"), dict) else []:
        if part.get("type") == "file":
            part["src"] = str(FLOW)
        if part.get("key") == "business_public_key":  # with \\n in place of line breaks, as the collections write it
            part["value"] = generate_key_pair().public_pem.replace("\n", "\\n")
    text = json.dumps(request)
    values = box.flow("DRAFT" if _needs_draft(request["method"], text) else "PUBLISHED")
    if re.search(r"/flows\"?[,\s\"}]", text) and request["method"] == "POST":
        values["flow-name"] += " anew"  # it makes a Flow, whose name must be free
    names = set(re.findall(r"{{([^{}]+)}}", text))
    script = [
        f"pm.variables.set({json.dumps(name)}, {json.dumps(values[key])});"
        for name in sorted(names)
        if (key := name.lower().replace("_", "-")) in values
    ]
    event = {"listen": "prerequest", "script": {"type": "text/javascript", "exec": script}}
    return {"name": f"{folders}{item.get('name', '')}", "request": request, "event": [event]}


def _needs_draft(method: str, text: str) -> bool:
    if re.search(r"deprecate|\"published\"|\\\"mode\\\": *\\\"published", text):
        return False
    return method == "DELETE" or bool(re.search(r"publish|assets|categories|\\\"draft\\\"", text))


def _url(url: Any, box: Box) -> Any:
    here = urlsplit(box.credentials["base_url"])
    if isinstance(url, str):
        return url.replace(f"https://{GRAPH}", box.credentials["base_url"])
    if ".".join(url.get("host", [])).removeprefix("https://") == GRAPH:
        url |= {"protocol": "http", "host": [str(here.hostname)], "port": str(here.port)}
    return url | {"raw": str(url.get("raw", "")).replace(f"https://{GRAPH}", box.credentials["base_url"])}


def run(collection: dict[str, Any], box: Box, folder: str) -> list[dict[str, Any]]:
    """What newman did, request by request."""
    variables = box.variables()
    for variable in collection.get("variable", []):
        known = re.sub("[^a-z]", "", str(variable.get("key", "")).lower())
        variable["value"] = variables.get(known, variable.get("value", ""))
    listed = {variable.get("key") for variable in collection.get("variable", [])}
    text = json.dumps(collection)
    extra = [name for name in set(re.findall(r"{{([^{}]+)}}", text)) if name not in listed]
    collection["variable"] = collection.get("variable", []) + [
        {"key": name, "value": variables[known]}
        for name in sorted(extra)
        if (known := re.sub("[^a-z]", "", name.lower())) in variables
    ]
    collection["item"] = list(prepared(collection["item"], box))
    collection.setdefault("auth", {"type": "bearer", "bearer": [{"key": "token", "value": variables["accesstoken"]}]})
    made, report = Path(folder) / "collection.json", Path(folder) / "report.json"
    made.write_text(json.dumps(collection), "utf-8")
    command = ["npx", "--yes", "newman@6", "run", str(made), "--reporters", "json"]
    command += ["--reporter-json-export", str(report), "--timeout-request", "20000"]
    subprocess.run(command, check=False, env={**os.environ, "NO_PROXY": "*"})
    executions: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["run"]["executions"]
    return executions


def judged(execution: dict[str, Any]) -> tuple[str, bool]:
    """One line about a request, and whether it was answered as it should be."""
    name, request, response = execution["item"]["name"], execution["request"], execution.get("response")
    place = f"{request['method']:<6} /{'/'.join(request['url'].get('path', []))}"
    if response is None:
        return f"no answer  {place}  {name}", False
    body = bytes(response.get("stream", {}).get("data", [])).decode("utf-8", "replace")
    status, error = response["code"], {}
    try:
        answer = json.loads(body)
        error = answer.get("error", {}) if isinstance(answer, dict) else {}
        is_graphs = status < 400 or "fbtrace_id" in error
    except ValueError:
        is_graphs = status < 400
    is_documented = error.get("code") in _DOCUMENTED
    is_flows = bool(_ABOUT_FLOWS.search(place) or _ABOUT_FLOWS.search(name))
    is_good = is_graphs and status < 500 and (status < 400 or is_documented or not is_flows)
    told = f"  {error.get('code')} {error.get('error_user_title') or error.get('message', '')}" if error else ""
    return f"{'' if is_good else 'WRONG '}{status}  {place}  {name}{told[:160]}", is_good


def main(path: str) -> int:
    collection = json.loads(Path(path).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        box = Box(folder)
        try:
            box.prepare()
            results = [judged(execution) for execution in run(collection.get("collection", collection), box, folder)]
        finally:
            box.stop()
    print(*(line for line, _ in results), sep="\n")
    wrong = sum(not is_good for _, is_good in results)
    print(f"\n{len(results)} requests, {wrong} answered otherwise than documented")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("Name a Postman collection that is there: make newman COLLECTION=path/to/collection.json")
    sys.exit(main(sys.argv[1]))

"""What the demo answers without code: the frames of the shop, by a connector that the box's console hosts."""

from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from demo_business import Business

FRAMES = Path(__file__).resolve().parent.parent / "examples" / "frames"
FLOW_NAME = "Choose your frames"


def hand_over(business: Business, flow_id: str, private_key: Path) -> None:
    """Has one key for all senders, and gives the console its private half: connectors answer beside the endpoint."""
    for sender in business.credentials["senders"]:
        key = {"business_public_key": business.public_key}
        business.graph.call("POST", f"{sender['id']}/whatsapp_business_encryption", key)
        _post(business, f"flows/{flow_id}/endpoint/key", sender=sender["id"], pem=private_key.read_text())


def sell_frames(business: Business) -> None:
    """Makes the Flow, gives it its connector as its page does, and publishes it; one of the last demo stays."""
    waba = business.credentials["waba_id"]
    listed = business.graph.call("GET", f"{waba}/flows?fields=name")
    if any(flow["name"] == FLOW_NAME for flow in listed["data"]):
        return
    body = {"name": FLOW_NAME, "categories": ["OTHER"], "flow_json": (FRAMES / "flow.json").read_text()}
    flow_id = business.graph.call("POST", f"{waba}/flows", body)["id"]
    page = f"flows/{flow_id}/endpoint"
    _post(business, page, base="0", text=(FRAMES / "connector.yaml").read_text())
    refusal = _post(business, f"{page}/connect")
    if refusal:
        raise RuntimeError(f"the connector of the frames was not connected: {refusal}")
    business.graph.call("POST", f"{flow_id}/publish")


def _post(business: Business, path: str, **form: str) -> str:
    with urlopen(f"{business.credentials['base_url']}/{path}", urlencode(form).encode()) as answer:
        words: str = answer.read().decode()
    return words

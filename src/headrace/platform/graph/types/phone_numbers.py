"""Phone numbers: `/{phone number}`, its messages, its key and its callback (docs/graph-api.md)."""

import re
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts import encryption
from headrace.platform.accounts.callers import MESSAGING, Caller
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.accounts.service import find_phone_number
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.flows import availability
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, Field, NodeType, Operation, Reading, attribute, fixed
from headrace.platform.graph.parameters import missing, one_of
from headrace.platform.graph.selection import Selected
from headrace.platform.webhooks import subscriptions, verification
from headrace.platform.webhooks.service import wants

_SUCCESS = {"success": True}
_LONGEST_OVERRIDE = 200
_PIN = re.compile(r"[0-9]{6}")


async def _find(session: AsyncSession, caller: Caller, phone_number_id: str) -> PhoneNumber:
    return await find_phone_number(session, caller.business_id, phone_number_id)


async def _webhook_configuration(reading: Reading, number: PhoneNumber, _selected: Selected) -> dict[str, str] | None:
    app = reading.call.caller.app
    return await subscriptions.callbacks_of(reading.session, number.waba_id, number.id, app) or None


async def _health_status(reading: Reading, number: PhoneNumber, _selected: Selected) -> dict[str, Any]:
    session, app = reading.session, reading.call.caller.app
    nodes = [
        availability.phone_number_node(number),
        availability.waba_node(await reading.waba(number.waba_id)),
        availability.business_node(await reading.business(number.waba_id)),
        availability.app_node(
            app,
            is_told_about_messages=await wants(
                session, reading.call.box, app.id, number.waba_id, "messages", number.id
            ),
        ),
    ]
    return availability.health_status(nodes)


async def _configure(call: Call, phone_number_id: str) -> dict[str, Any]:
    """Sets the callback of the calling app for this number; an empty one takes it away."""
    configuration = call.parameters.object("webhook_configuration")
    if configuration is None:
        raise missing("webhook_configuration")
    uri, token = configuration.get("override_callback_uri"), configuration.get("verify_token")
    override = None
    if uri:
        name = "webhook_configuration[override_callback_uri]"
        if not isinstance(uri, str):
            raise PARAMETER_INVALID.numbered(f"Param {name} must be a string")
        if not isinstance(token, str) or not token:
            raise missing("webhook_configuration[verify_token]")
        verification.check_callback(name, uri, _LONGEST_OVERRIDE)
        await verification.verify_callback(call.box.outbound, call.box.identifiers, uri, token)
        override = (uri, token)
    async with call.box.database.transaction() as session:
        await subscriptions.override_phone_number(session, call.box.clock, phone_number_id, call.caller.app, override)
    return _SUCCESS


async def _key(call: Call, phone_number_id: str) -> dict[str, Any]:
    async with call.box.database.reading() as session:
        number = await _find(session, call.caller, phone_number_id)
        status = await encryption.signature_status(session, number)
    if status is None:
        return {"data": []}
    return {"data": [{"business_public_key": number.public_key, "business_public_key_signature_status": status}]}


async def _set_key(call: Call, phone_number_id: str) -> dict[str, Any]:
    pem = call.parameters.required("business_public_key")
    async with call.box.database.transaction() as session:
        await encryption.set_key(session, await _find(session, call.caller, phone_number_id), pem)
    return _SUCCESS


async def _register(call: Call, phone_number_id: str) -> dict[str, Any]:
    product = call.parameters.required("messaging_product")
    if product.lower() != "whatsapp":
        raise one_of("messaging_product", product, ["whatsapp"])
    if _PIN.fullmatch(call.parameters.required("pin")) is None:
        raise PARAMETER_INVALID.numbered("Param pin must be 6 digits")
    async with call.box.database.transaction() as session:
        encryption.register(await _find(session, call.caller, phone_number_id))
    return _SUCCESS


PHONE_NUMBER = NodeType(
    name="WhatsAppBusinessPhoneNumber",
    row=PhoneNumber,
    find=_find,
    fields={
        "id": attribute("id", is_default=True),
        "verified_name": attribute("verified_name", is_default=True),
        "code_verification_status": attribute("code_verification_status", is_default=True),
        "display_phone_number": attribute("display_number", is_default=True),
        "quality_rating": fixed("GREEN", is_default=True),
        "platform_type": fixed("CLOUD_API", is_default=True),
        "throughput": fixed({"level": "STANDARD"}, is_default=True),
        "last_onboarded_time": attribute("created_at", is_default=True),
        "webhook_configuration": Field(_webhook_configuration, is_default=True),
        "status": fixed("CONNECTED"),
        "quality_score": fixed({"score": "GREEN"}),
        "name_status": fixed("APPROVED"),
        "account_mode": fixed("LIVE"),
        "is_on_biz_app": fixed(False),
        "is_official_business_account": fixed(False),
        "is_pin_enabled": fixed(True),
        "is_preverified_number": fixed(False),
        "search_visibility": fixed("VISIBLE"),
        "eligibility_for_api_business_global_search": fixed("NON_ELIGIBLE_UNDEFINED_COUNTRY"),
        "country_code": fixed("GB"),
        "country_dial_code": fixed("44"),
        "whatsapp_business_manager_messaging_limit": fixed("TIER_UNLIMITED"),
        "health_status": Field(_health_status),
        # Graph has these too; on a box they never hold anything, so they are left out of answers.
        "conversational_automation": fixed(None),
        "new_name_status": fixed(None),
        "certificate": fixed(None),
        "new_certificate": fixed(None),
    },
    edges={
        "messages": Edge(),  # its POST and PUT are taken in batches: graph/messages.py
        "whatsapp_business_encryption": Edge(
            operations={"GET": Operation(_key, MESSAGING), "POST": Operation(_set_key, MESSAGING)}
        ),
        "register": Edge(operations={"POST": Operation(_register, MESSAGING)}),
    },
    operations={"POST": Operation(_configure)},
)

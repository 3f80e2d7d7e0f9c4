"""Phone numbers: `/{phone number}`, its messages, its key and its callback (docs/graph-api.md)."""

import re
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts import encryption, profiles, registration
from headrace.platform.accounts.callers import MESSAGING, Caller
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.accounts.service import find_phone_number
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.flows import availability
from headrace.platform.graph.calls import Call
from headrace.platform.graph.errors import nonexisting_field
from headrace.platform.graph.nodes import Edge, Field, NodeType, Operation, Reading, attribute, fixed
from headrace.platform.graph.parameters import missing, one_of
from headrace.platform.graph.selection import Selected, parse_fields
from headrace.platform.graph.types.media import upload
from headrace.platform.webhooks import subscriptions, verification
from headrace.platform.webhooks.service import wants

_SUCCESS = {"success": True}
_LONGEST_OVERRIDE = 200
_PIN = re.compile(r"[0-9]{6}")
_CODE_METHODS = ["SMS", "VOICE"]
_PROFILE = (*profiles.LONGEST, "profile_picture_url", "websites", "vertical", "messaging_product")


async def _find(session: AsyncSession, caller: Caller, phone_number_id: str) -> PhoneNumber:
    return await find_phone_number(session, caller.business_id, phone_number_id)


async def _held(session: AsyncSession, caller: Caller, phone_number_id: str) -> PhoneNumber:
    """The number, to be changed."""
    return await find_phone_number(session, caller.business_id, phone_number_id, locked=True)


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
    """Sets the PIN of two-step verification, or the callback of the calling app for this number; an empty one takes
    it away."""
    configuration = call.parameters.object("webhook_configuration")
    if configuration is None:
        if "pin" not in call.parameters:
            raise missing("webhook_configuration")
        async with call.box.database.transaction() as session:
            registration.set_pin(await _held(session, call.caller, phone_number_id), _pin(call))
        return _SUCCESS
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
        await encryption.set_key(session, await _held(session, call.caller, phone_number_id), pem)
    return _SUCCESS


async def _register(call: Call, phone_number_id: str) -> dict[str, Any]:
    product = call.parameters.required("messaging_product")
    if product.lower() != "whatsapp":
        raise one_of("messaging_product", product, ["whatsapp"])
    pin = _pin(call)
    async with call.box.database.transaction() as session:
        registration.register(call.box.clock, await _held(session, call.caller, phone_number_id), pin)
    return _SUCCESS


async def _deregister(call: Call, phone_number_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        registration.deregister(call.box.clock, await _held(session, call.caller, phone_number_id))
    return _SUCCESS


async def _request_code(call: Call, phone_number_id: str) -> dict[str, Any]:
    method = call.parameters.required("code_method")
    if method not in _CODE_METHODS:
        raise one_of("code_method", method, _CODE_METHODS)
    if not call.parameters.text("locale"):  # as Meta's own collection calls it
        call.parameters.required("language")
    async with call.box.database.transaction() as session:
        registration.request_code(call.box.identifiers, await _held(session, call.caller, phone_number_id))
    return _SUCCESS


async def _verify_code(call: Call, phone_number_id: str) -> dict[str, Any]:
    code = call.parameters.required("code")
    async with call.box.database.transaction() as session:
        registration.verify_code(await _held(session, call.caller, phone_number_id), code)
    return _SUCCESS


async def _profile(call: Call, phone_number_id: str) -> dict[str, Any]:
    selection = parse_fields(call.parameters.text("fields") or "")
    async with call.box.database.reading() as session:
        number = await _find(session, call.caller, phone_number_id)
    names = [selected.name for selected in selection] or list(_PROFILE)
    for name in names:
        if name not in _PROFILE:
            raise nonexisting_field(name, "WhatsAppBusinessProfile")
    shown = {**number.profile, "messaging_product": "whatsapp"}
    return {"data": [{name: shown[name] for name in [*names, "messaging_product"] if name in shown}]}


async def _change_profile(call: Call, phone_number_id: str) -> dict[str, Any]:
    parameters = call.parameters
    product = parameters.required("messaging_product")
    if product.lower() != "whatsapp":
        raise one_of("messaging_product", product, ["whatsapp"])
    given = {name: parameters.text(name) for name in (*profiles.LONGEST, "vertical")}
    texts = {name: text for name, text in given.items() if text is not None}
    websites = parameters.texts("websites")
    async with call.box.database.transaction() as session:
        number = await _held(session, call.caller, phone_number_id)
        number.profile = profiles.changed(number.profile, texts, websites)
    return _SUCCESS


def _pin(call: Call) -> str:
    pin = call.parameters.required("pin")
    if _PIN.fullmatch(pin) is None:
        raise PARAMETER_INVALID.numbered("Param pin must be 6 digits")
    return pin


async def _has_pin(_reading: Reading, number: PhoneNumber, _selected: Selected) -> bool:
    return number.pin is not None


async def _messaging_limit(reading: Reading, _number: PhoneNumber, _selected: Selected) -> Any:
    return reading.call.box.controls.values.message_limits.tier


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
        "status": attribute("status"),
        "quality_score": fixed({"score": "GREEN"}),
        "name_status": fixed("APPROVED"),
        "account_mode": fixed("LIVE"),
        "is_on_biz_app": fixed(False),
        "is_official_business_account": fixed(False),
        "is_pin_enabled": Field(_has_pin),
        "is_preverified_number": fixed(False),
        "search_visibility": fixed("VISIBLE"),
        "eligibility_for_api_business_global_search": fixed("NON_ELIGIBLE_UNDEFINED_COUNTRY"),
        "country_code": fixed("GB"),
        "country_dial_code": fixed("44"),
        "whatsapp_business_manager_messaging_limit": Field(_messaging_limit),
        "messaging_limit_tier": Field(_messaging_limit),
        "health_status": Field(_health_status),
        # Graph has these too; on a box they never hold anything, so they are left out of answers.
        "conversational_automation": fixed(None),
        "new_name_status": fixed(None),
        "certificate": fixed(None),
        "new_certificate": fixed(None),
    },
    edges={
        "media": Edge(operations={"POST": Operation(upload, MESSAGING)}),
        "messages": Edge(),  # its POST and PUT are taken in batches: graph/messages.py
        "whatsapp_business_encryption": Edge(
            operations={"GET": Operation(_key, MESSAGING), "POST": Operation(_set_key, MESSAGING)}
        ),
        "register": Edge(operations={"POST": Operation(_register, MESSAGING)}),
        "deregister": Edge(operations={"POST": Operation(_deregister, MESSAGING)}),
        "request_code": Edge(operations={"POST": Operation(_request_code)}),
        "verify_code": Edge(operations={"POST": Operation(_verify_code)}),
        "whatsapp_business_profile": Edge(
            operations={"GET": Operation(_profile, MESSAGING), "POST": Operation(_change_profile, MESSAGING)}
        ),
    },
    operations={"POST": Operation(_configure)},
)

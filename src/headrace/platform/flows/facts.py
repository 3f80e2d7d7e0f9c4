"""Gathers what the publishing checks look at. What belongs to the WABA is the same for all its Flows."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.encryption import usable_key_of_waba
from headrace.platform.accounts.integrity import integrity_problem
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.accounts.service import business_of
from headrace.platform.box import Box
from headrace.platform.flows.drafts import has_endpoint_inside
from headrace.platform.flows.models import Flow
from headrace.platform.flows.publishing_checks import Facts
from headrace.platform.flows.version_calendar import is_frozen
from headrace.platform.webhooks.service import is_told_about_flows
from headrace.protocol.numbers import VERIFIED, NumberStatus


@dataclass(frozen=True)
class Account:
    """The facts about a WABA; `public_key` is the one a ping is sealed with."""

    has_verified_number: bool
    public_key: str | None
    is_told_about_flows: bool
    integrity_problem: str | None


async def gather_account(session: AsyncSession, box: Box, waba_id: str) -> Account:
    verified = exists().where(
        PhoneNumber.waba_id == waba_id,
        PhoneNumber.code_verification_status == VERIFIED,
        PhoneNumber.status == NumberStatus.CONNECTED.value,
    )
    business = await business_of(session, waba_id)
    return Account(
        has_verified_number=bool((await session.execute(select(verified))).scalar()),
        public_key=await usable_key_of_waba(session, waba_id),
        is_told_about_flows=await is_told_about_flows(session, box, waba_id),
        integrity_problem=integrity_problem(is_verified=business.is_verified, is_flagged=business.is_flagged),
    )


def facts_of(flow: Flow, account: Account, box: Box) -> Facts:
    """The facts about a Flow as it stands, with what its last ping brought.

    A frozen version counts as one only where the box is set to refuse them.
    """
    return Facts(
        has_endpoint=flow.data_api_version is not None,
        has_json=flow.json_text is not None,
        validation_error_count=len(flow.validation_errors) + flow.errors_left_out,
        is_frozen=is_frozen(box, flow.json_version),
        endpoint_stands_in_json=has_endpoint_inside(flow.json_version),
        endpoint_uri=flow.endpoint_uri,
        has_app=flow.app_id is not None,
        has_verified_number=account.has_verified_number,
        has_signed_key=account.public_key is not None,
        is_told_about_flows=account.is_told_about_flows,
        integrity_problem=account.integrity_problem,
        ping_problem=flow.ping_error,
    )

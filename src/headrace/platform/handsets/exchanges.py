"""The jobs that carry out what sessions ask of their endpoints: in whatever process, and each exchange to one end."""

import logging

from headrace.exchange.channel import Outcome
from headrace.jobs import Job
from headrace.platform.box import Box
from headrace.platform.handsets.session_rows import ASK, NOTIFY
from headrace.platform.handsets.store import HandsetStore
from headrace.simulator.driver import answer, ask

_log = logging.getLogger(__name__)


def register_exchanges(box: Box) -> None:
    """Has this process carry out exchanges and error notices of sessions."""
    store = HandsetStore(box)

    async def ask_for(job: Job) -> None:
        await ask_endpoint(store, job.key)

    async def notify(job: Job) -> None:
        await notify_endpoint(store, job.payload["session_id"], job.payload["request"])

    box.jobs.handle(ASK, ask_for)
    box.jobs.handle(NOTIFY, notify)


async def ask_endpoint(store: HandsetStore, session_id: str) -> None:
    """Asks what a session has asked for last, once, and hands over what came of it.

    Done again after it was answered, it does nothing. Whatever has become of the session meanwhile, the exchange is
    recorded and over: a closed session has nothing outstanding.
    """
    opened = await store.find(session_id)
    if opened is None or opened.session.pending is None:
        return
    client = None if opened.is_offline else opened.client
    outcome = None if client is None else await ask(client, opened.session.pending.request)
    _log_failure(session_id, outcome)
    async with store.held(session_id) as held:
        if held is not None:
            await answer(held, opened.asked, outcome)


async def notify_endpoint(store: HandsetStore, session_id: str, request: dict[str, object]) -> None:
    """Tells the endpoint of an error, and records how it took it."""
    opened = await store.find(session_id)
    if opened is not None and opened.client is not None and not opened.is_offline:
        outcome = await ask(opened.client, request)
        _log_failure(session_id, outcome)
        await store.record(session_id, outcome)


def _log_failure(session_id: str, outcome: Outcome | None) -> None:
    if outcome is not None and outcome.kind == "failed":
        _log.warning("an exchange of session %s failed: %s: %s", session_id, outcome.error_type, outcome.explanation)

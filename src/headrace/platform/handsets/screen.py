"""Everything a phone shows at one moment, gathered for its page and for scripts."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import Business, PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.handsets import service
from headrace.platform.handsets.chat import Bubble, Day, by_day
from headrace.platform.handsets.devices import refusal_of
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.service import Chat, initials
from headrace.platform.users.service import topic_of


@dataclass(frozen=True)
class PhoneScreen:
    """`sender` is whose chat is shown, None on a box without senders; `session_id` the Flow that is open over it."""

    handset: Handset
    business_name: str
    sender: PhoneNumber | None
    chats: tuple[Chat, ...]
    bubbles: tuple[Bubble, ...]
    is_typing: bool
    session_id: str | None
    notice: str | None

    @property
    def topic(self) -> str:
        """What a page that shows this phone listens for."""
        return topic_of(self.handset.user)

    @property
    def refusal(self) -> str:
        """What the chat says instead of opening a Flow; empty on a device that opens them."""
        return refusal_of(self.handset.device)

    @property
    def is_linked(self) -> bool:
        """Whether the device is linked to another phone; it shows no limited-time offers (docs/templates.md)."""
        return self.handset.device.startswith("companion")

    @property
    def is_blocked(self) -> bool:
        """Whether the person blocked the sender whose chat is shown."""
        return self.sender is not None and self.sender.id in self.handset.user.blocked

    @property
    def days(self) -> list[Day]:
        return by_day(self.bubbles)

    @property
    def initials(self) -> str:
        return initials(self.business_name)

    @property
    def other_chats(self) -> list[Chat]:
        return [chat for chat in self.chats if self.sender is None or chat.sender.id != self.sender.id]

    @property
    def unread_elsewhere(self) -> int:
        return sum(chat.unread for chat in self.other_chats)

    @property
    def unread_mark(self) -> str | None:
        """Names the newest message that was not looked at yet; None when all are read."""
        unread = [bubble for bubble in self.bubbles if bubble.is_unread]
        return unread[-1].element_id if unread else None

    @property
    def is_covered(self) -> bool:
        """Whether a sheet or a dialog lies over the chat."""
        return self.session_id is not None or self.notice is not None

    def as_json(self) -> dict[str, Any]:
        """The same for scripts: `handset`, `sender`, `chats`, `messages`, `notice`, `session_url`."""
        url = f"/handsets/{self.handset.id}"
        return {
            "handset": handset_as_json(self.handset),
            "sender": None if self.sender is None else _sender(self.sender),
            "chats": [
                {
                    "sender": _sender(chat.sender),
                    "last_text": chat.last_text,
                    "last_at": None if chat.last_at is None else chat.last_at.isoformat(),
                    "unread": chat.unread,
                }
                for chat in self.chats
            ],
            "messages": [_message(bubble) for bubble in self.bubbles],
            "typing": self.is_typing,
            "notice": self.notice,
            "session_url": None if self.session_id is None else f"{url}/sessions/{self.session_id}",
        }


def handset_as_json(handset: Handset) -> dict[str, Any]:
    """Whose phone it is and how it is set, for scripts."""
    return {
        "id": handset.id,
        "name": handset.name,
        "wa_id": handset.wa_id,
        "user_id": handset.user_id,
        "platform": handset.platform,
        "theme": handset.theme,
        "direction": handset.direction,
        "text_size": handset.text_size,
        "omits_flow_token": handset.omits_flow_token,
        "device": handset.device,
        "online": handset.user.is_online,
        "read_receipts": handset.user.sends_read_receipts,
        "blocked": list(handset.user.blocked),
        "scripted": handset.user.is_scripted,
        "script_trouble": handset.script_trouble,
        "url": f"/handsets/{handset.id}",
    }


async def look(session: AsyncSession, box: Box, handset: Handset) -> PhoneScreen:
    """What the phone shows now: the chat that was chosen, else the one with the newest message."""
    chats = await service.list_chats(session, handset)
    chosen = next((chat for chat in chats if chat.sender.id == handset.chat_with), chats[0] if chats else None)
    sender = None if chosen is None else chosen.sender
    open_row = await service.open_session(session, handset)
    return PhoneScreen(
        handset=handset,
        business_name="" if sender is None else await business_name(session, sender),
        sender=sender,
        chats=tuple(chats),
        bubbles=() if sender is None else tuple(await service.chat_bubbles(session, handset, sender)),
        is_typing=sender is not None and await service.is_typing(session, box, handset, sender),
        session_id=None if open_row is None else open_row.id,
        notice=handset.notice,
    )


async def business_name(session: AsyncSession, sender: PhoneNumber) -> str:
    """The name of the business that a sender belongs to."""
    statement = select(Business.name).join(Waba, Waba.business_id == Business.id).where(Waba.id == sender.waba_id)
    return (await session.scalars(statement)).one()


def _sender(sender: PhoneNumber) -> dict[str, str]:
    return {
        "id": sender.id,
        "display_phone_number": sender.display_number,
        "verified_name": sender.verified_name,
    }


def _message(bubble: Bubble) -> dict[str, Any]:
    button = bubble.button
    return {
        "id": bubble.key,
        "from": "person" if bubble.is_own else "business",
        "type": bubble.kind,
        "at": bubble.at.isoformat(),
        "title": bubble.title,
        "text": bubble.text,
        "footer": bubble.footer,
        "is_draft": bubble.is_draft,
        "button": None if button is None else {"label": button.label, "state": button.state},
        "choices": [asdict(choice) for choice in bubble.choices],
        "offer": None
        if bubble.offer is None
        else {"text": bubble.offer.text, "ends_at": bubble.offer.ends_at and bubble.offer.ends_at.isoformat()},
        "cards": [asdict(card) for card in bubble.cards],
        "picture": None if bubble.picture is None else asdict(bubble.picture),
        "reactions": [asdict(reaction) for reaction in bubble.reactions],
        "quoted_id": bubble.quoted_key,
        "response": bubble.response,
        "status": bubble.ticks,
        "failure": bubble.failure,
    }

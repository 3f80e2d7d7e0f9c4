"""Who is told what: every app that is subscribed to a WABA, with its fields and its callbacks at each level."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.cache import CALLBACKS, Cache
from headrace.platform.webhooks.events import OBJECT
from headrace.platform.webhooks.models import AppSubscription, PhoneNumberOverride, WabaSubscription


@dataclass(frozen=True)
class Callback:
    """Where an app is told something. `queue` names the callback: what goes to one is told in order."""

    url: str
    queue: str


@dataclass
class Route:
    """One app and its callbacks: the general one with its fields, that for the WABA, those for numbers by their id."""

    app_id: str
    is_subscribed: bool = False
    url: str | None = None
    fields: frozenset[str] | None = None
    waba: Callback | None = None
    numbers: dict[str, Callback] = field(default_factory=dict)

    def callback(self, name: str, phone_number_id: str | None) -> Callback | None:
        """The callback for the number (messages only), for the WABA, or the general one."""
        if name == "messages" and phone_number_id is not None and phone_number_id in self.numbers:
            return self.numbers[phone_number_id]
        if self.waba is not None:
            return self.waba
        return None if self.url is None else Callback(self.url, self.app_id)

    def wants(self, name: str, phone_number_id: str | None) -> bool:
        """Whether the app is told about this field.

        The app's own subscription names its fields. An app that has none, but gave a callback for this WABA or number,
        never chose fields; it is told everything that goes there.
        """
        if self.fields is not None:
            return name in self.fields
        return self.callback(name, phone_number_id) is not None


@dataclass(frozen=True)
class Routing:
    """Every app with a callback for a WABA, in the order of their ids, those that are not subscribed to it included."""

    routes: dict[str, Route]

    def targets(self, name: str, phone_number_id: str | None) -> list[tuple[str, Callback]]:
        """The subscribed apps that are told about a field, each with its callback."""
        return [
            (route.app_id, callback)
            for route in self.routes.values()
            if route.is_subscribed
            and route.wants(name, phone_number_id)
            and (callback := route.callback(name, phone_number_id)) is not None
        ]

    def wants(self, app_id: str, name: str, phone_number_id: str | None = None) -> bool:
        route = self.routes.get(app_id)
        return route is not None and route.wants(name, phone_number_id)

    def callback(self, app_id: str, name: str, phone_number_id: str | None) -> str | None:
        """Where an app is told now; None when it has no callback for this any more."""
        route = self.routes.get(app_id)
        callback = None if route is None else route.callback(name, phone_number_id)
        return None if callback is None else callback.url


async def routings(session: AsyncSession, cache: Cache, waba_ids: Iterable[str]) -> dict[str, Routing]:
    """The routing of each WABA, as it is in this transaction."""
    wanted = set(waba_ids)
    kept = (await cache.kept(session)).of(CALLBACKS)
    for waba_id in sorted(wanted - kept.keys()):
        kept[waba_id] = await _read(session, waba_id)
    return {waba_id: kept[waba_id] for waba_id in wanted}


async def routing_of(session: AsyncSession, cache: Cache, waba_id: str) -> Routing:
    return (await routings(session, cache, [waba_id]))[waba_id]


async def _read(session: AsyncSession, waba_id: str) -> Routing:
    general = await session.scalars(select(AppSubscription).where(AppSubscription.object == OBJECT))
    subscriptions = await session.scalars(select(WabaSubscription).where(WabaSubscription.waba_id == waba_id))
    numbers = await session.scalars(
        select(PhoneNumberOverride)
        .join(PhoneNumber, PhoneNumber.id == PhoneNumberOverride.phone_number_id)
        .where(PhoneNumber.waba_id == waba_id)
    )
    routes: dict[str, Route] = {}
    for row in general:
        route = routes.setdefault(row.app_id, Route(row.app_id))
        route.url, route.fields = row.callback_url, frozenset(row.fields)
    for subscription in subscriptions:
        route = routes.setdefault(subscription.app_id, Route(subscription.app_id))
        route.is_subscribed = True
        if subscription.override_callback_uri:
            route.waba = Callback(subscription.override_callback_uri, f"{route.app_id}:waba:{waba_id}")
    for number in numbers:
        route = routes.setdefault(number.app_id, Route(number.app_id))
        number_id = number.phone_number_id
        route.numbers[number_id] = Callback(number.callback_uri, f"{route.app_id}:number:{number_id}")
    return Routing(dict(sorted(routes.items())))

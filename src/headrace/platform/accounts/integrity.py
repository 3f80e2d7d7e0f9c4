"""Whether a business may create, publish and send Flows: it has to be verified, and in good standing.

It may go on working on the Flow JSON of its drafts meanwhile (docs/lifecycle.md).
"""

from headrace.platform.accounts.models import Business
from headrace.platform.errors.catalogue import BUSINESS_BLOCKED


def integrity_problem(*, is_verified: bool, is_flagged: bool) -> str | None:
    """What keeps a business from creating, publishing and sending Flows; None when nothing does."""
    if not is_verified:
        return "You need to verify your business before you can create, send or publish a flow."
    if is_flagged:
        return "Your business is flagged for its conduct. It can create, send or publish a flow once that is lifted."
    return None


def check_integrity(business: Business) -> None:
    """Raises 139000 for a business that is not verified or that is flagged."""
    problem = integrity_problem(is_verified=business.is_verified, is_flagged=business.is_flagged)
    if problem is not None:
        raise BUSINESS_BLOCKED.explained(problem)

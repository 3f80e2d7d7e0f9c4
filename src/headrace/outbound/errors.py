"""Why a call to the outside did not bring an answer. Each message says what happened and what can be done about it."""


class OutboundError(Exception):
    """No answer came. `str(error)` is a sentence for people; it never holds credentials or a query string."""


class Unreachable(OutboundError):
    """No connection came about: the name is unknown, nobody listens there, or TLS failed."""


class TimedOut(OutboundError):
    """The answer was not complete when the time was up."""


class ConnectionLost(OutboundError):
    """The connection ended before a whole answer was read, or what came was not HTTP."""


class Forbidden(OutboundError):
    """The guard refused to call: the form of the URL, or the address it leads to."""


class TooLarge(OutboundError):
    """The answer is larger than the caller wants to hold in memory."""

"""A business that sends to two phones."""

import pytest
from tests.platform.messaging.stage import Stage, set_stage

from headrace.platform.box import Box


@pytest.fixture
async def stage(box: Box) -> Stage:
    return await set_stage(box)

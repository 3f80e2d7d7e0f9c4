"""Labels that say of themselves that nobody has to answer, which the phone says anyway."""

import re
from collections.abc import Iterator
from functools import lru_cache

from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.diagnostics import Path

_WORDS = (
    "optional", "opcional", "optionnel", "optionnelle", "facultatif", "facultative", "facultativo", "facultativa",
    "opzionale", "facoltativo", "facoltativa", "opsional", "pilihan", "optioneel", "niet verplicht", "freiwillig",
    "opsiyonel", "isteğe bağlı", "zorunlu değil", "opcjonalne", "opcjonalnie", "nieobowiązkowe", "valfritt",
    "frivilligt", "valgfri", "valgfritt", "valinnainen", "volitelné", "nepovinné", "voliteľné", "opțional",
    "opcionális", "nem kötelező", "opcionalno", "neobavezno", "προαιρετικό", "προαιρετικά", "необязательно",
    "опционально", "по желанию", "необов'язково", "необов’язково", "за бажанням", "незадължително", "اختياري",
    "اختیاری", "אופציונלי", "לא חובה", "वैकल्पिक", "ऐच्छिक", "ঐচ্ছিক", "tùy chọn", "tuỳ chọn", "không bắt buộc", "ไม่บังคับ",
    "可选", "选填", "可選", "選填", "任意", "선택", "선택사항", "선택 사항", "hiari", "si lazima", "opsyonal",
)  # fmt: skip

_EITHER = "|".join(re.escape(one) for one in sorted(_WORDS, key=len, reverse=True))
_SIGNS = frozenset("([（【-–—:,;/|")


@lru_cache(maxsize=1)
def _said() -> re.Pattern[str]:
    """In brackets anywhere, or behind a sign at the end; as a word of the label itself it may mean something else."""
    return re.compile(rf"[(\[（【]\s*+(?:{_EITHER})\s*+[)\]）】]|(?:\s[-–—]|[:,;/|])\s*+(?:{_EITHER})\Z", re.IGNORECASE)


def optional_labels(node: Node) -> Iterator[tuple[str, Path]]:
    """The labels of an input that need not be answered, but for those that come as data; and where they stand."""
    label = node.value.get("label")
    required = node.value.get("required", False)
    if node.kind in PICKERS:
        least = node.value.get(PICKERS[node.kind].replace("max", "min"), 0)
        required = not (isinstance(least, int) and least < 1)
    if isinstance(label, str):
        if required is False:
            yield label, (*node.path, "label")
    elif isinstance(label, dict):
        for name, one in label.items():
            if (
                isinstance(one, str)
                and (required.get(name, False) if isinstance(required, dict) else required) is False
            ):
                yield one, (*node.path, "label", name)


def without_optional(label: str) -> str | None:
    """The label without saying that it is optional; None where it does not say so, or says nothing else."""
    text = label.rstrip()
    if label.startswith(("`", "${")) or _SIGNS.isdisjoint(text) or not _said().search(text):
        return None
    return " ".join(_said().sub(" ", text).split()).strip(" :") or None

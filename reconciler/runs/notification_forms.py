"""A message as each sort of channel takes it. Words from outside are plain text: no markup is read from them.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (and what is compatible with it, which
shows `text` alone). Teams: an Adaptive Card in the envelope of the trigger "When a Teams webhook request is received",
https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using (message cards of
the old connectors are retired). A signed webhook is ours, see docs/reference/notifications.md.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from reconciler.runs.notification import Level
from reconciler.runs.notification_words import Letter

SIGNATURE, NUMBER = "X-Reconciler-Signature", "X-Reconciler-Id"
WINDOW = timedelta(minutes=5)
"""How far the clock of a signature may be from the receiver's."""
TITLE, SECTION = 150, 3000
"""Characters that a header and a section of Slack's blocks take."""
COLOURS: Mapping[Level, str] = {"red": "Attention", "yellow": "Warning", "fine": "Good"}
"""Of Teams' text."""


def slack(letter: Letter) -> dict[str, Any]:
    """Blocks of plain text, and the whole as `text` for those who know no blocks."""
    lines = [f"{label}: {value}" for label, value in letter.facts]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(letter.subject, TITLE)}]
    blocks.append({"type": "section", "text": _plain(letter.sentence, SECTION)})
    blocks.append({"type": "section", "text": _plain("\n".join(lines), SECTION)})
    return {"text": escaped("\n".join([letter.subject, letter.sentence, *lines])), "blocks": blocks}


def escaped(text: str) -> str:
    """Without what Slack takes for a mention or a link, and without what Markdown takes for emphasis or a link."""
    for sign, other in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, other)
    # Compatible servers read Markdown, and some tell a whole channel by these words.
    return (
        text.replace("](", "] (").replace("@all", "@ all").replace("@channel", "@ channel").replace("@here", "@ here")
    )


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text if len(text) <= most else f"{text[: most - 1]}…", "emoji": False}


def teams(letter: Letter) -> dict[str, Any]:
    """One Adaptive Card. Its text runs read no Markdown, as text blocks and fact sets do."""
    body = [
        _runs([{"text": letter.subject, "weight": "Bolder", "size": "Medium", "color": COLOURS[letter.level]}]),
        _runs([{"text": letter.sentence}]),
        *(_runs([{"text": f"{label}: ", "weight": "Bolder"}, {"text": value}]) for label, value in letter.facts),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "fallbackText": letter.subject,
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _runs(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **each} for each in runs]}


def webhook(letter: Letter) -> dict[str, Any]:
    """The message as data, with its words beside."""
    return {**letter.data, "subject": letter.subject, "sentence": letter.sentence}


FORMS: Mapping[str, Callable[[Letter], dict[str, Any]]] = {"slack": slack, "teams": teams, "webhook": webhook}


def body(by: str, letter: Letter) -> bytes:
    """What is posted, the same bytes each time."""
    return json.dumps(FORMS[by](letter), ensure_ascii=False, separators=(",", ":")).encode()


def sign(key: str, at: datetime, content: bytes) -> str:
    """`t=1772438400,v1=HEX`: HMAC-SHA256 under the key over the seconds of `t`, a point, and the body."""
    seconds = int(at.timestamp())
    made = hmac.new(key.encode(), f"{seconds}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={made}"


def verify(key: str, header: str, content: bytes, now: datetime) -> bool:
    """What a receiver asks of `SIGNATURE`: made with the key, over this body, within the window."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    seconds = parts.get("t", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return False
    at = datetime.fromtimestamp(int(seconds), now.tzinfo)
    return abs(now - at) <= WINDOW and hmac.compare_digest(sign(key, at, content).encode(), header.encode())

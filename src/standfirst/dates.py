"""Points in time as feeds and pages print them: one instant out of any of the usual spellings.

Forms: RFC 3339, W3C-DTF and ISO 8601 (every truncation to year, basic and ordinal forms, fractions, "24:00"),
RFC 822, 850, 2822 and asctime with obsolete zone names, and a few localised ones seen in feeds (Korean, Greek,
Hungarian). Nothing here raises, and nothing reads the clock: a date without a year cannot be read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_LONGEST = 100

# RFC 822 section 5.1 (with its letters), then abbreviations that are in use for one offset only; minutes east of UTC
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "a": -60, "m": -720, "n": 60, "y": 720,
    "ast": -240, "adt": -180, "at": -240, "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "ct": -360,
    "mst": -420, "mdt": -360, "mt": -420, "pst": -480, "pdt": -420, "pt": -480, "akst": -540, "akdt": -480,
    "hst": -600, "nst": -210, "ndt": -150, "brt": -180, "art": -180, "clt": -240, "wet": 0, "west": 60, "bst": 60,
    "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "sast": 120,
    "msk": 180, "msd": 240, "trt": 180, "gst": 240, "pkt": 300, "npt": 345, "wib": 420, "ict": 420, "hkt": 480,
    "sgt": 480, "myt": 480, "pht": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "acdt": 630, "aest": 600,
    "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan Ιαν", "feb Φεβ", "mar Μάώ Μαώ Μάρ Μαρ", "apr Απρ", "may Μάι Μαϊ Μαι", "jun Ιού Ιούν Ιον Ιουν",
            "jul Ιούλ Ιολ Ιουλ", "aug Αύγ Αυγ", "sep Σεπ", "oct Οκτ", "nov Νοέ Νοε", "dec Δεκ",
        ),
        start=1,
    )
    for name in names.casefold().split()
}  # fmt: skip
_LOCAL = {
    "년": "-", "월": "-", "일": "", "오전": "am ", "오후": "pm ", "január": "01", "februári": "02", "február": "02",
    "március": "03", "április": "04", "májusi": "05", "május": "05", "június": "06", "július": "07",
    "augusztus": "08", "szeptember": "09", "október": "10", "november": "11", "december": "12",
}  # fmt: skip
_LOCAL_WORD = re.compile("|".join(_LOCAL))
_KOREAN = re.compile("년|오전|오후")
_KOREA = timezone(timedelta(hours=9))  # no summer time since 1988; these forms never print their zone
_KOREAN_GAP = re.compile(r"(?<=\d-)\s+(?=\d)")

_CALENDAR = re.compile(r"(\d{4})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
_BASIC = re.compile(r"(\d{4}|\d\d)-?(\d\d)-?(\d\d)", re.ASCII)
_ORDINAL = re.compile(r"(\d{4}|\d\d)-?(\d{3})", re.ASCII)
_DATE_AND_TIME = re.compile(r"([^T\s]+)(?:T|\s+|$)(.*)", re.IGNORECASE | re.DOTALL)
_TIME = re.compile(
    r"(?P<before>[ap]m\s*)?(?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?(?:[.,](?P<part>\d+))?"
    r"\s*(?P<after>[ap]\.?m\b\.?)?\s*(?P<zone>.*)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_NUMERIC_ZONE = re.compile(r"(?:utc?|gmt)?\s*([+-])(\d\d?)(?::?(\d\d)|:\d?)?", re.ASCII)
_PLAIN_MAIL = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d\d?) ([A-Za-z]{3}) (\d{4}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)"
    r" (?:GMT|UTC|Z|([+-])(\d\d)([0-5]\d))",
    re.ASCII,
)
_REMARK = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DASHED = re.compile(r"\b(\d{1,2})-([^\W\d]+)-(\d+)\b")


def parse_instant(text: str) -> datetime | None:
    """The instant a feed or header names, aware and in UTC; one without a zone is taken as UTC (RFC 2822 section 4.3).

    None where it cannot be read, is out of range, or says no year.
    """
    if match := _PLAIN_MAIL.fullmatch(text):
        found = _from_plain_mail(match)
    else:
        found = parse_iso(text) or _from_mail(text)
    if found is None or found.tzinfo is not None:
        return found
    try:
        return found.replace(tzinfo=_KOREA if _KOREAN.search(text) else UTC).astimezone(UTC)
    except OverflowError:
        return None


def parse_iso(text: str) -> datetime | None:
    """The time in an ISO 8601 form (W3C-DTF and "YYYY-MM-DD hh:mm zone" included): in UTC if it has a zone, else naive.

    Naive means that the page printed no zone; the caller knows better than this function whose time it is.
    """
    text = text.strip()
    if not 2 <= len(text) <= _LONGEST:
        return None
    # fromisoformat takes the fraction of a minute ("10:14,5") for one of a second
    plain = text[4:5] == "-" and text[16:17] not in (".", ",")
    try:
        found = datetime.fromisoformat(text) if plain else None
    except ValueError:
        found = None
    try:
        found = found or _from_iso_parts(text if text.isascii() else _localised(text))
        return found.astimezone(UTC) if found and found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def _localised(text: str) -> str:
    """The same date with Korean and Hungarian words replaced by figures."""
    text = _LOCAL_WORD.sub(lambda match: _LOCAL[match[0]], text)
    return _KOREAN_GAP.sub("", text)


def _from_iso_parts(text: str) -> datetime | None:
    match = _DATE_AND_TIME.fullmatch(text)
    day = match and _day(match[1])
    if match is None or day is None:
        return None
    return _at_time(day, match[2]) if match[2] else day


def _day(text: str) -> datetime | None:
    if match := _CALENDAR.fullmatch(text):
        return datetime(int(match[1]), int(match[3] or 1), int(match[4] or 1))
    if match := _BASIC.fullmatch(text):
        return datetime(_full_year(match[1]), int(match[2]), int(match[3]))
    if match := _ORDINAL.fullmatch(text):
        days = int(match[2])
        if not 1 <= days <= 366:
            return None
        return datetime(_full_year(match[1]), 1, 1) + timedelta(days=days - 1)
    return None


def _full_year(text: str) -> int:
    """The year in full: RFC 2822 section 4.3 puts 00-49 in this century, other short ones in the last."""
    year = int(text)
    if len(text) > 3:
        return year
    return year + (2000 if year < 50 and len(text) <= 2 else 1900)


def _at_time(day: datetime, text: str) -> datetime | None:
    """The day at the time and zone printed; naive where there is no zone."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if half := (match["before"] or match["after"] or "").lower():
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:  # 60: a leap second
        return None
    unit = 1 if match["second"] else 60 if match["minute"] else 3600
    fraction = unit * float("0." + (match["part"] or "0"))
    moment = day + timedelta(hours=hour, minutes=minute, seconds=second + fraction)
    return _in_zone(moment, match["zone"])


def _in_zone(moment: datetime, zone: str) -> datetime | None:
    zone = _REMARK.sub("", zone).strip().lower().removeprefix("etc/")
    if not zone:
        return moment
    if match := _NUMERIC_ZONE.fullmatch(zone):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 24 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * (-1 if match[1] == "-" else 1)
    elif zone.split()[0].isalpha() or "/" in zone:
        # RFC 2822 section 4.3: an unknown name says nothing, so it counts as -0000
        offset = _ZONES.get(zone.split()[0], 0)
    else:
        return None
    return (moment - timedelta(minutes=offset)).replace(tzinfo=UTC)


def _from_plain_mail(match: re.Match[str]) -> datetime | None:
    """The form nearly every RSS feed prints, without the detours that the others need."""
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    try:
        found = datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        if sign is None or hours == minutes == "00":
            return found
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return found - offset if sign == "+" else found + offset
    except (KeyError, ValueError, OverflowError):
        return None


def _from_mail(text: str) -> datetime | None:
    """RFC 822, 850, 2822 and asctime: an optional weekday, then day, month, year (or month, day) and time."""
    if len(text) > _LONGEST:
        return None
    words = _DASHED.sub(r"\1 \2 \3", text.replace(",", " ")).split()
    if words and _month(words[0]) is None and words[0][0].isalpha():
        del words[0]
    try:
        return _from_words(words)
    except (ValueError, OverflowError):
        return None


def _from_words(words: list[str]) -> datetime | None:
    if len(words) < 3:
        return None
    if words[0].count("/") == 2:
        return _from_iso_parts(" ".join(words))
    first, second, *rest = words
    if _month(first) is not None:
        first, second = second, first
        if ":" in rest[0]:  # asctime puts the year last
            rest = [rest[-1], *rest[:-1]]
    month = _month(second)
    year = rest[0]
    if month is None or not (year.isascii() and year.isdigit()):
        return None
    day = datetime(_full_year(year), month, int(first.rstrip(".stndrh")))
    return _at_time(day, " ".join(rest[1:])) if rest[1:] else day


def _month(word: str) -> int | None:
    word = word.casefold()
    return _MONTHS.get(word[:3]) if word.isascii() else _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])

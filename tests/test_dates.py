"""Times in every spelling that feeds and pages were seen to use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.dates import parse_instant, parse_iso

READ = {
    # RFC 822, 850, 2822
    "Thu, 01 Jan 2004 19:48:21 GMT": "2004-01-01T19:48:21",
    "Thu, 1 Jan 2004 19:48:21 +0530": "2004-01-01T14:18:21",
    "Mon, 01 Jan 2004 19:48:21 GMT": "2004-01-01T19:48:21",  # it was a Thursday
    "Thu, 01 Jan 04 19:48 EDT": "2004-01-01T23:48:00",
    "01 Jan 99 00:00:00 Z": "1999-01-01T00:00:00",
    "Thu, 01 January 2004 19:48:21 -05:00": "2004-01-02T00:48:21",
    "Thu, 01 Jan 2004 19:48:21 GMT-5": "2004-01-02T00:48:21",
    "Thu, 01 Jan 2004 19:48:21 Etc/GMT": "2004-01-01T19:48:21",
    "Thu, 01 Jan 2004 19:48:21 +0100 (CET)": "2004-01-01T18:48:21",
    "Thu, 01 Jan 2004 19:48:21 CEST": "2004-01-01T17:48:21",
    "Thu, 01 Jan 2004 19:48:21 NOWHERE": "2004-01-01T19:48:21",
    "Thu, 01 Jan 2004": "2004-01-01T00:00:00",
    "Jan 1, 2004 7:48 PM EST": "2004-01-02T00:48:00",
    "Thursday, 01-Jan-04 19:48:21 GMT": "2004-01-01T19:48:21",
    "Wed, 31 Dec 2003 24:00:00 GMT": "2004-01-01T00:00:00",
    "Sat, 31 Dec 2016 23:59:60 GMT": "2017-01-01T00:00:00",
    # asctime
    "Sun Jan  4 16:29:06 2004": "2004-01-04T16:29:06",
    "Sun Jan  4 16:29:06 PDT 2004": "2004-01-04T23:29:06",
    # W3C-DTF and ISO 8601
    "2003": "2003-01-01T00:00:00",
    "2003-12": "2003-12-01T00:00:00",
    "2003-12-31": "2003-12-31T00:00:00",
    "20031231": "2003-12-31T00:00:00",
    "2003-365": "2003-12-31T00:00:00",
    "2003365": "2003-12-31T00:00:00",
    "031231": "2003-12-31T00:00:00",
    "2003-W01-4": "2003-01-02T00:00:00",
    "2003-12-31T10:14Z": "2003-12-31T10:14:00",
    "2003-12-31T10:14:55.75-08:00": "2003-12-31T18:14:55.750000",
    "2003-12-31T10:14,5Z": "2003-12-31T10:14:30",
    "20031231T101455Z": "2003-12-31T10:14:55",
    "2003-12-31T24:00Z": "2004-01-01T00:00:00",
    "2003-12-31 10:14:55 +0100": "2003-12-31T09:14:55",
    "2003-12-31 10:14 EST": "2003-12-31T15:14:00",
    "2003-12-31T10:14:55+01:00[Europe/Berlin]": "2003-12-31T09:14:55",
    "2003-12-31t10:14:55z": "2003-12-31T10:14:55",
    # other spellings
    "Fri, 2006/09/15 08:19:53 EDT": "2006-09-15T12:19:53",
    "2004년 05월 28일  01:31:15": "2004-05-27T16:31:15",
    "2004-05-25 오후 11:23:17": "2004-05-25T14:23:17",
    "2004-július-13T9:15-05:00": "2004-07-13T14:15:00",
    "Κυρ, 11 Ιούλ 2004 12:00:00 EST": "2004-07-11T17:00:00",
}
UNREADABLE = (
    "",
    " ",
    "yesterday",
    "31",
    "--12-31",
    "2003-13-01",
    "2003-02-30",
    "2003-000",
    "2003-12-31T25:00Z",
    "2003-12-31T10:61Z",
    "2003-12-31T10:14+99:00",
    "Tue, 31 Feb 2004 10:00:00 GMT",
    "Tue, 10 Abc 2004 10:00:00 GMT",
    "0001-01-01T00:00:00+02:00",
    "9999-12-31T24:00Z",
    "Fri, 31 Dec 9999 23:00:00 -0500",
    "99999-01-01",
    "2024-01-01 " + "x" * 100,
)


@pytest.mark.parametrize(("printed", "instant"), READ.items())
def test_reads(printed: str, instant: str) -> None:
    assert parse_instant(printed) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize("printed", UNREADABLE)
def test_cannot_be_read(printed: str) -> None:
    assert parse_instant(printed) is None


def test_a_page_that_prints_no_zone_stays_naive() -> None:
    assert parse_iso("2024-05-03T10:14:55") == datetime(2024, 5, 3, 10, 14, 55)
    assert parse_iso("2024-05-03 10:14") == datetime(2024, 5, 3, 10, 14)
    assert parse_iso("2024-05-03T10:14:55+02:00") == datetime(2024, 5, 3, 8, 14, 55, tzinfo=UTC)
    assert parse_iso("Thu, 01 Jan 2004 19:48:21 GMT") is None


@given(st.text(max_size=60))
def test_nothing_raises(printed: str) -> None:
    found = parse_instant(printed)
    assert found is None or found.tzinfo is UTC


@given(st.text(alphabet="0123456789-+:.,TWZ /JanMoGT", max_size=40))
def test_nothing_like_a_date_raises(printed: str) -> None:
    found = parse_instant(printed)
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_is_read_again(moment: datetime) -> None:
    assert parse_instant(moment.isoformat()) == moment
    assert parse_instant(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment.replace(microsecond=0)

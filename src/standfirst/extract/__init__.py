"""Page -> Article | Problem.

In: a page's bytes, the feed's entry for it (or none), what is known of the site. Out: an Article, every field a
verbatim span of the page with Evidence of where it stands, or a Problem. Pure: no clock, network, store or randomness.
Any bytes at all get an answer. Never invents words; never uses text that a page hides behind a paywall.
"""

"""Bring feeds and pages in.

In: addresses, bytes, OPML. Out: `Page` (bytes as fetched), `Reading` (entries and problems of one feed document),
`FeedState` (when to poll next). fetch.py is the network, the only asynchronous module; all else is pure.
Never extracts an article, never stores anything.
"""

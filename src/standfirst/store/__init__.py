"""Keep what was collected, with its provenance; answer the pages.

In: `Changes` from the pipeline, applied all or nothing. Out: rivers, articles, health, problems, for an audience.
Three implementations of one protocol (protocol.py): memory (the reference), SQLite, PostgreSQL.
The only place with SQL. Never fetches, parses or extracts; never overwrites a text silently.
"""

from standfirst.store.opening import open_store as open_store

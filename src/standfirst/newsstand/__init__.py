"""Fictional outlets served on loopback: what the demo and the end-to-end tests read.

In: articles written for this project in a mark-up from which every span is computed. Out: a web server with feeds and
pages under *.localhost names, and a manifest that states the truth of every article. Never reaches the network.
"""

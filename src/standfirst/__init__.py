"""Standfirst collects pages, extracts articles, attributes statements, groups stories, stores them and serves them."""

__version__ = "0.1.0"

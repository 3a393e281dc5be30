"""Measure the stages against known answers.

In: stage functions and a folder of documents with truth. Out: scores, predictions, and the doors that outside scorers
call. Never touches the store or the pages; its peers (other extractors, other parsers) are never imported by a stage.
"""

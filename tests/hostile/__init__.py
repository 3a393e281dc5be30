"""Attacks on what fetches and reads: each case with its verdict, judged by the code that runs in earnest."""

"""Judgements of the chapter on network security."""

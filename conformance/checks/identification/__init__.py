"""Judgements of the chapter on identification."""

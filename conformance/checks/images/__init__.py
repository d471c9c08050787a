"""Judgements of the image chapters: searching, describing, retrieving, and asking others."""

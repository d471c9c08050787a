"""Judgements of the BgZ chapters: searches, content of the answers, provenance."""

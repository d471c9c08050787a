"""Answers of any bytes whatever, from play to report."""

"""The base pass: structure, values, terminology, references, extensions and invariants of the base definitions."""

"""The profile pass: snapshots compiled to what they demand beyond the base definitions."""

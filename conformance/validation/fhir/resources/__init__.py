"""Rules of single resource types that no element definition states."""

"""What other tools read: exports of a report, never the record itself."""

"""Results as people read them: tables and pictures, from plain values; no torch here."""

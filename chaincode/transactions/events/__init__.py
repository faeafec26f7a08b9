"""Event dossiers: planned, held, accounted, offset, declared, archived (domain.md, Event dossier)."""

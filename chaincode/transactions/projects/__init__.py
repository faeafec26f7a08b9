"""Projects: drafted, listed, validated, registered, monitored period by period (domain.md)."""

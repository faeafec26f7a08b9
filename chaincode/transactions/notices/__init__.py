"""Public notices of methodologies, projects and issuance, with comments and answers (domain.md)."""

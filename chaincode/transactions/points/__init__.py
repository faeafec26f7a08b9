"""Points: issued, transferred, redeemed, cancelled, expired, reversed, converted (domain.md)."""

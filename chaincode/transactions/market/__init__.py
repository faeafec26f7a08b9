"""The market: forward intents, listings, trades, inventory, prices, grades, labels (domain.md, Market)."""

"""Who a caller is, and which identity acts for them."""

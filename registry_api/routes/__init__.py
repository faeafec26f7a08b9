"""Resources in the field's terms, each bound to one function of the contract."""

"""A whole build: its stages in order, the renderer, the ledger and what is remembered of the last builds."""

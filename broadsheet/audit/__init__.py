"""Proofs for the suspicious: why a page changed, whether the cache is right, whether a published site is ours."""

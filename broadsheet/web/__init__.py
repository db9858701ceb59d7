"""Requests to other servers: cited sources and WebSub hubs."""

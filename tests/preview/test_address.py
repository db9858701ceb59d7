"""The address that the preview listens on."""

from __future__ import annotations

from broadsheet.preview.address import Address, allowed_hosts, listen, url_of


def test_the_next_free_port_is_taken() -> None:
    """Only this machine may connect unless another host is given."""
    with listen(Address(port=0)) as first:
        port = first.getsockname()[1]
        with listen(Address(port=port)) as second:
            assert port < second.getsockname()[1] <= port + 50
            assert second.getsockname()[0] == "127.0.0.1"
        assert url_of(first, Address()) == f"http://127.0.0.1:{port}"
        assert url_of(first, Address(host="::1")) == f"http://[::1]:{port}"
        assert url_of(first, Address(host="0.0.0.0")) == f"http://127.0.0.1:{port}"
    assert allowed_hosts(Address()) == {"127.0.0.1", "localhost", "[::1]"}
    assert "*" in allowed_hosts(Address(host="0.0.0.0"))
